"""`make report`: what the bank holds, against the shares that it aims at."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import median

from bibliography import load_bibliography
from index_pages import questions_by_source
from page_facts import page_facts
from question_bank import SECTIONS, TOPICS, Bank, Difficulty, Kind
from question_files import load_bank
from source_files import read_text

TOPIC_SHARES = dict(zip(TOPICS, (7, 7, 5, 5, 7, 4, 8, 6, 8, 6, 3, 5, 3, 5, 2, 3, 4, 3, 4, 3, 2)))
KIND_SHARES = dict(zip(Kind, (50, 10, 8, 13, 10, 4, 5)))
DIFFICULTY_SHARES = dict(zip(Difficulty, (30, 45, 25)))
"""Percent of the bank that each should have."""


def _shares(title: str, counts: Counter[str], shares: dict[str, int], total: int) -> list[str]:
    lines = [f"{title:<24} have  share   goal    gap"]
    for name, goal in shares.items():
        share = 100 * counts[name] / max(total, 1)
        gap = round(goal * total / 100) - counts[name]
        lines.append(f"{name:<24} {counts[name]:>4} {share:>5.1f}% {goal:>5}% {gap:>+6}")
    return lines


def report(root: Path) -> str:
    """Counts and gaps, words of each section, questions without notebook, citations by year."""
    bank: Bank = load_bank(root / "docs")
    sources, _ = load_bibliography(root / "docs" / "references.bib", "docs/references.bib")
    questions, total = bank.questions, len(bank.questions)
    lines = [f"{total} questions", ""]
    lines += [*_shares("topic", Counter(q.topic for q in questions), TOPIC_SHARES, total), ""]
    lines += [*_shares("kind", Counter(q.kind for q in questions), KIND_SHARES, total), ""]
    lines += [*_shares("difficulty", Counter(q.difficulty for q in questions), DIFFICULTY_SHARES, total), ""]
    words: dict[str, list[int]] = {name: [] for name in SECTIONS}
    for question in questions:
        text, _ = read_text(root / question.path, question.path)
        for part in page_facts(question.path, text).parts:
            words[part.name].append(part.words)
    lines.append("words by section             least median  most")
    for name, counts in words.items():
        lines.append(f"{name:<28} {min(counts):>5} {median(counts):>6.0f} {max(counts):>5}")
    without = sum(question.notebook is None for question in questions)
    lines += ["", f"{without} questions without a notebook"]
    unconfirmed = sorted(key for key, source in sources.items() if not source.confirmed)
    lines += ["", f"{len(unconfirmed)} sources not yet looked up: {', '.join(unconfirmed)}"]
    lines += ["", "cited sources by year"]
    years = Counter(sources[key].year for key in questions_by_source(bank, sources))
    lines += [f"{year}  {count:>3} {'#' * count}" for year, count in sorted(years.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(Path(__file__).resolve().parent.parent))
