"""No mistake goes unnoticed: real questions broken in many ways, and files of arbitrary bytes."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from page_facts import page_facts
from pydantic import ValidationError
from question_bank import SECTIONS, Difficulty, FrontMatter, Kind
from question_files import load_bank, parse_question
from question_lint import Project, lint_project
from source_files import read_text

LONG = " ".join(f"word{number}" for number in range(1000))


def once(pattern: str, replacement: str) -> Callable[[str], str]:
    """A mutation that replaces the first match of a pattern, on lines of their own."""
    return lambda text: re.sub(pattern, lambda match: match.expand(replacement), text, count=1, flags=re.MULTILINE)


def section(name: str, change: Callable[[str], str]) -> Callable[[str], str]:
    """A mutation of the text under one heading."""

    def mutate(text: str) -> str:
        start = text.index(f"\n## {name}\n") + len(f"\n## {name}\n")
        following = re.search(r"^## (?:What a strong|Answer$|Common mistakes$|Follow-ups$)", text[start:], re.MULTILINE)
        end = start + following.start() if following else len(text)
        return text[:start] + change(text[start:end]) + text[end:]

    return mutate


def swapped(first: str, second: str) -> Callable[[str], str]:
    """A mutation that exchanges two headings."""
    return lambda text: text.replace(f"\n## {first}\n", "\n## @\n").replace(f"\n## {second}\n", f"\n## {first}\n").replace("\n## @\n", f"\n## {second}\n")


def appended(words: str) -> Callable[[str], str]:
    """A mutation that adds a paragraph at the end of the answer."""
    return section("Answer", lambda text: f"{text.rstrip()}\n\n{words}\n\n")


MUTATIONS: dict[str, tuple[Callable[[str], str], str]] = {
    "no front matter": (lambda text: text.removeprefix("---\n"), "no front matter; "),
    "front matter not closed": (once(r"^---$(?!\n\n?title)\n\n##", "\n##"), "no front matter; |broken YAML: |unknown key"),
    "colon in a value": (once(r'^title: "(.*)"$', r"title: a: b"), "broken YAML: .*; quote values that contain a colon"),
    "unclosed quote": (once(r'^title: "(.*)"$', r'title: "\1'), "broken YAML: "),
    "tab": (once(r"^kind:", "\tkind:"), "tab in the front matter; indent with spaces"),
    "no title": (once(r"^title: .*\n", ""), "key `title` is missing; add it"),
    "no kind": (once(r"^kind: .*\n", ""), "key `kind` is missing; add it"),
    "no difficulty": (once(r"^difficulty: .*\n", ""), "key `difficulty` is missing; add it"),
    "unknown key": (once(r"^kind:", "author: me\nkind:"), "unknown key `author`; use "),
    "misspelled key": (once(r"^difficulty:", "dificulty:"), "unknown key `dificulty`; use `difficulty`"),
    "key twice": (once(r"^kind: (.*)$", r"kind: \1\nkind: \1"), "key `kind` stands twice; keep one"),
    "keys out of order": (once(r"^(kind: .*)\n(difficulty: .*)$", r"\2\n\1"), "`difficulty` out of order; "),
    "unknown kind": (once(r"^kind: .*$", "kind: concpt"), "`concpt` is no kind; write `concept`"),
    "unknown difficulty": (once(r"^difficulty: .*$", "difficulty: hrad"), "`hrad` is no difficulty; write `hard`"),
    "title without an end": (once(r'^title: "(.*)[?.]"$', r'title: "\1"'), "the title ends in neither "),
    "title too short": (once(r'^title: ".*"$', 'title: "Why?"'), "the title has 4 characters; "),
    "title too long": (once(r'^title: ".*"$', f'title: "{"Why " * 40}?"'), r"the title has \d+ characters; "),
    "title is a number": (once(r'^title: ".*"$', "title: 42"), "`title` is 42, not text; "),
    "faq is false": (once(r"^(difficulty: .*)$(\nfaq: true)?", r"\1\nfaq: false"), "`faq` can only be `true`; "),
    "wordings are no list": (once(r"^also_asked:\n(  - .*\n)+", "also_asked: one\n"), "`also_asked` must be a list of texts; "),
    "too many wordings": (once(r"^also_asked:\n", 'also_asked:\n  - "zq a"\n  - "zq b"\n  - "zq c"\n  - "zq d"\n  - "zq e"\n'), r"`also_asked` has \d+ entries; use 1 to 5"),
    "search term that is a wording": (once(r"^(also_asked:\n  - (.*)\n(?:  - .*\n)*)search_terms:\n  - .*$", r"\1search_terms:\n  - \2"), "is already asked in this file; "),
    "related to nothing": (once(r"^related:\n  - .*$", "related:\n  - vision/no-such-question"), "no question `vision/no-such-question`; use "),
    "notebook that is none": (once(r"^(---\n\n## Short)", "notebook: no-such\n\\1") , "no notebook `no-such`; use |stands twice"),
    "first-level heading": (once(r"^## Answer$", "# Title\n\n## Answer"), "first-level heading; "),
    "text before the sections": (once(r"^## Short answer$", "Hello.\n\n## Short answer"), "text before the first heading; "),
    "extra section": (once(r"^## Answer$", "## Summary\n\nText.\n\n## Answer"), "unknown heading `Summary`; use "),
    "misspelled section": (once(r"^## Common mistakes$", "## Comon mistakes"), "unknown heading `Comon mistakes`; use `Common mistakes`"),
    "sections swapped": (swapped("Common mistakes", "Follow-ups"), "out of order; the order is "),
    "section twice": (lambda text: text + "\n## Follow-ups\n\n- Again.\n", "heading `Follow-ups` stands twice; keep one"),
    **{f"no section {name}": (once(rf"^## {name}$", f"### {name}"), f"section `{name}` is missing; add ") for name in SECTIONS},
    **{f"empty section {name}": (section(name, lambda text: "\n"), f"section `{name}` is empty; write it") for name in SECTIONS},
    "short answer too short": (section("Short answer", lambda text: "\nYes.\n\n"), "the short answer has 1 words; use 30 to 70"),
    "short answer too long": (section("Short answer", lambda text: text.rstrip() + " " + LONG[:600] + "\n\n"), r"the short answer has \d+ words; use 30 to 70"),
    "short answer of two paragraphs": (section("Short answer", lambda text: text + "And more.\n\n"), "the short answer is not one plain paragraph; "),
    "short answer with a link": (section("Short answer", lambda text: f"\n[x](index.md) {text.strip()}\n\n"), "link in the short answer; "),
    "short answer with a citation": (section("Short answer", lambda text: f"{text.rstrip()} [@he2016deep]\n\n"), "citation in the short answer; "),
    "short answer as a list": (section("Short answer", lambda text: f"\n- {text.strip()}\n\n"), "the short answer is not one plain paragraph; "),
    "checklist too short": (section("What a strong answer covers", lambda text: "\n- One\n- Two\n\n"), "covers` has 2 bullets; use 3 to 7"),
    "checklist too long": (section("What a strong answer covers", lambda text: "\n" + "- One\n" * 8 + "\n"), "covers` has 8 bullets; use 3 to 7"),
    "answer too short": (section("Answer", lambda text: "\nBecause.\n\n"), "the answer has 1 words; use 150 to 900"),
    "answer too long": (appended(LONG), r"the answer has \d+ words; use 150 to 900"),
    "no mistakes listed": (section("Common mistakes", lambda text: "\nNone.\n\n"), "`Common mistakes` has 0 bullets; use 1 to 5"),
    "too many mistakes": (section("Common mistakes", lambda text: "\n" + "- One\n" * 6 + "\n"), "`Common mistakes` has 6 bullets; use 1 to 5"),
    "one follow-up": (section("Follow-ups", lambda text: "\n- One?\n"), "`Follow-ups` has 1 bullets; use 2 to 5"),
    "unknown source": (appended("So it is [@nobody2020nothing, sec. 3]."), "unknown source `@nobody2020nothing`; use "),
    "link to nowhere": (appended("See [there](no-such-page.md)."), "link to `no-such-page.md`, which does not exist; use "),
    "link to no heading": (appended("See [there](index.md#no-such-heading)."), "link to `index.md#no-such-heading`: no such heading there; use "),
    "link to an odd protocol": (appended("See [there](ftp://example.org/x)."), "link to `ftp://example.org/x`; only https "),
    "broken formula": (appended(r"So $\frac{1}$ holds."), "formula does not convert: "),
    "unknown command": (appended(r"So $\nosuch$ holds."), "formula does not convert: "),
    "space in a formula": (appended("So $x + $ holds."), "a dollar sign that is no formula; "),
    "refused construct": (appended("$$\nx \\tag{1}\n$$"), r"formula uses `\\tag`; "),
    "fence without language": (appended("```\ncode\n```"), "code fence without a language; "),
    "image without alt text": (appended("![](plot.png)"), "image without alt text; "),
    "raw HTML": (appended("A <b>bold</b> claim."), "raw HTML <b>; use Markdown"),
    "script": (appended("<script>alert(1)</script>"), "raw HTML <script>; use Markdown"),
    "event handler": (appended('<span onclick="x()">a</span>'), "event handler or style in raw HTML; remove it"),
    "unknown marker": (appended("<!-- plot: x/y -->"), "unknown marker `plot: x/y`; "),
    "unknown figure": (appended("<!-- figure: no/such -->"), "no figure `no/such`; use "),
    "filler word": (appended("This is a crucial point."), "filler word `crucial`; say what is meant"),
    "to do": (appended("TODO explain."), "still to do; replace the `TODO` by text"),
    "carriage returns": (lambda text: text.replace("\n", "\r\n"), "carriage return; use Unix line ends"),
    "byte-order mark": (lambda text: "\ufeff" + text, "byte-order mark; save the file as plain UTF-8"),
    "null character": (lambda text: text.replace("Answer", "Ans\0wer"), "invisible character U\\+0000; delete it"),
}  # fmt: skip
"""A way to break a question, and what the problem that it causes must say."""

_REAL = load_bank(ROOT / "docs")
_PROJECT: list[Project] = []


def problems_of(question_path: str, text: str, folder: Path) -> list[str]:
    """The lint's problems in one file of the real project, had it this text."""
    if not _PROJECT:
        _PROJECT.append(Project(ROOT))
    project = Project.__new__(Project)
    project.__dict__.update(_PROJECT[0].__dict__)
    path = folder / Path(question_path).parent.name / Path(question_path).name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    question, problems = parse_question(path, question_path)
    clean, _ = read_text(path, question_path)
    others = tuple(other for other in _REAL.questions if other.path != question_path)
    topic_slug = question_path.removeprefix("docs/questions/").removesuffix(".md")
    project.bank = type(_REAL)(
        questions=others + ((question,) if question else ()),
        topics=_REAL.topics,
        broken=frozenset() if question else frozenset({topic_slug}),
    )
    project.problems = problems
    project.pages = {ROOT / question_path: (question_path, page_facts(question_path, clean))}
    project.texts = {**project.texts, question_path: clean}
    known = {path: facts for path, facts in _PROJECT[0].pages.items() if path != ROOT / question_path}
    found = lint_project_of(project, known)
    return [problem for problem in found if problem.startswith(question_path)]


def lint_project_of(project: Project, known: dict) -> list[str]:
    """Lint a project whose other pages are known to be right."""
    mutated = project.pages
    project.pages = {**known, **mutated}
    return [str(problem) for problem in lint_project(project)]


STEP = 1 if os.environ.get("MUTATE_ALL") else 70
SAMPLE = _REAL.questions[::STEP]
"""Some real questions, so that each mutation meets many shapes of a file; `make mutations` takes all."""


@pytest.mark.parametrize("question", SAMPLE, ids=lambda question: question.id)
def test_every_mutation_of_a_real_question_is_caught(question, tmp_path: Path) -> None:
    text = (ROOT / question.path).read_text(encoding="utf-8")
    assert problems_of(question.path, text, tmp_path) == []
    outcomes: Counter[str] = Counter()
    missed = []
    for name, (mutate, expected) in MUTATIONS.items():
        broken = mutate(text)
        if broken == text:  # the question has not what this mutation breaks
            outcomes["not applicable"] += 1
            continue
        found = problems_of(question.path, broken, tmp_path)
        good = any(re.match(rf"{re.escape(question.path)}:\d+: .*({expected})", problem) for problem in found)
        outcomes["caught" if good else "missed"] += 1
        if not good:
            missed.append((name, found))
    print(question.id, dict(outcomes))
    assert missed == []
    assert outcomes["caught"] >= 40


@pytest.mark.parametrize("name", ["unknown kind", "key twice", "filler word", "broken formula", "link to nowhere"])
def test_the_line_is_the_faults_own(name: str, tmp_path: Path) -> None:
    question = SAMPLE[0]
    mutate, expected = MUTATIONS[name]
    text = (ROOT / question.path).read_text(encoding="utf-8")
    broken = mutate(text)
    lines = {line for line, (a, b) in enumerate(zip(text.split("\n"), broken.split("\n")), 1) if a != b}
    problem = next(p for p in problems_of(question.path, broken, tmp_path) if re.search(expected, p))
    assert int(problem.split(":")[1]) in lines


def test_a_model_refuses_what_the_file_may_not_hold() -> None:
    with pytest.raises(ValidationError):
        FrontMatter(title="Too short", kind="concept", difficulty="easy")
