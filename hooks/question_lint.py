"""Every rule of the bank, as one function: `lint(root)` returns all problems, sorted.

The command line (`make lint`), the tests and the strict build use it. Knows nothing of the site
generator. Rules that one file can break alone are in `page_facts.py`, `question_bank.py` and
`question_files.py`; here
are those that look at a question as a whole or at more than one file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bibliography import Source, load_bibliography
from index_pages import fill_markers, questions_by_source
from markdown.extensions.toc import slugify
from near_duplicates import near_duplicates
from notebook_pages import load_notebook
from page_facts import PageFacts, distinct, load_known, page_facts, save_known
from question_bank import Bank, Question
from question_files import load_bank
from rename_question import CARD_IDS, REDIRECTS, load_card_ids, load_redirects
from roles import Role, load_roles
from source_files import Problem, one_of, read_text

LENGTHS = {"Short answer": (30, 70), "Answer": (150, 900)}
"""Words allowed in a section; a formula counts as one."""

BULLETS = {"What a strong answer covers": (3, 7), "Common mistakes": (1, 5), "Follow-ups": (2, 5)}
"""List items allowed in a section."""

MARKERS = re.compile(
    r"questions(: .+)?|bank|by (difficulty|kind|notebook|source)|faq(: .+)?|figure: \S+|topics|size"
    r"|downloads|plan: (evening|week|four-weeks)|plan minutes"
)


class Project:
    """All files of the project, read once: what the rules look at."""

    def __init__(self, root: Path) -> None:
        self.root, self.docs = root, root / "docs"
        self.bank: Bank = load_bank(self.docs)
        self.sources, self.problems = load_bibliography(self.docs / "references.bib", "docs/references.bib")
        self.problems += self.bank.problems
        self.roles: dict[str, Role]
        self.roles, found = load_roles(root)
        self.problems += found
        self.notebooks: dict[str, list[str]] = {}
        for path in sorted((root / "notebooks").glob("*.ipynb")):
            figures, found = load_notebook(path, f"notebooks/{path.name}")
            self.notebooks[path.stem] = [figure.label for figure in figures]
            self.problems += found
        self.texts: dict[str, str] = {}
        self.pages: dict[Path, tuple[str, PageFacts]] = {}
        for path in sorted(self.docs.rglob("*.md")):
            shown = path.relative_to(root).as_posix()
            self.texts[shown], found = read_text(path, shown)
            self.problems += found
            self.pages[path] = shown, page_facts(shown, self.texts[shown])
        self.cited = questions_by_source(self.bank, self.sources)

    def anchors(self, shown: str) -> set[str]:
        """The ids in a page that a link can point to: headings, the generated ones too, and explicit ids."""
        page = shown.removeprefix("docs/")
        text = fill_markers(self.texts[shown], page, self.bank, self.sources, self.cited)
        explicit = re.findall(r'\{[^}]*#([\w-]+)[^}]*\}|\bid="([^"]+)"', text)
        headings = {slugify(heading, "-") for heading in page_facts(shown, text).headings}
        return headings | {a or b for a, b in explicit} | {"sources"}


def lint(root: Path) -> list[Problem]:
    """Every problem under `docs/` and `notebooks/` of the project at `root`, by path and line."""
    return lint_project(Project(root))


def checked_project(root: Path) -> tuple[Project, list[Problem]]:
    """A project and all its problems; what its texts hold is kept in its cache for the next to ask."""
    known = root / ".cache" / "lint.pickle"
    load_known(known)
    project = Project(root)
    problems = lint_project(project)
    save_known(known)
    return project, problems


def lint_project(project: Project) -> list[Problem]:
    """Every problem of a project that has been read, by path and line."""
    problems = list(project.problems)
    cited = set()
    for path, (shown, facts) in project.pages.items():
        problems += facts.problems
        problems += _link_rules(path, shown, facts, project)
        for line, source in facts.images:
            if not (path.parent / source).resolve().is_relative_to(project.docs.resolve()) or not (path.parent / source).is_file():
                message = f"image `{source}`, which is no file of `docs/`; show a notebook's figure instead"
                problems.append(Problem(shown, line, message))
        problems += _marker_rules(shown, facts, project)
        problems += _citation_rules(shown, facts, project.sources)
        cited |= {citation.key for _, citation in facts.citations}
        question = project.bank.by_path().get(shown)
        if question:
            problems += _section_rules(question, facts)
            problems += _reference_rules(question, project)
    for key in sorted(set(project.sources) - cited):
        message = f"`{key}` is cited nowhere; cite it or delete it"
        problems.append(Problem("docs/references.bib", project.sources[key].line, message))
    problems += _notebook_rules(project)
    problems += _move_rules(project)
    problems += _duplicate_rules(project.bank)
    return sorted(set(problems))


def _link_rules(path: Path, shown: str, facts: PageFacts, project: Project) -> Iterator[Problem]:
    """Links between pages exist, with their anchors."""
    for line, target in facts.links:
        if re.match(r"(https?|mailto):", target):
            continue
        if re.match(r"[a-zA-Z]+:", target):
            yield Problem(shown, line, f"link to `{target}`; only https and pages of the site")
            continue
        file, _, anchor = target.partition("#")
        file = file.partition("?")[0]
        resolved = Path(os.path.normpath(path.parent / file)) if file else path
        if resolved in project.pages:
            if anchor and anchor not in (known := project.anchors(project.pages[resolved][0])):
                near = one_of(anchor, sorted(known))
                yield Problem(shown, line, f"link to `{target}`: no such heading there; use {near}")
            continue
        of_notebook = resolved.parent == project.docs / "notebooks"
        real = project.root / "notebooks" / resolved.name if of_notebook else resolved
        if not real.is_file() or not resolved.is_relative_to(project.docs):
            near = one_of(resolved.name, sorted({other.name for other in project.pages}))
            yield Problem(shown, line, f"link to `{target}`, which does not exist; use {near}")


def _marker_rules(shown: str, facts: PageFacts, project: Project) -> Iterator[Problem]:
    """Comments are markers, and what they name exists."""
    ids = project.bank.by_id()
    figures = [f"{name}/{label}" for name, labels in project.notebooks.items() for label in labels]
    for line, marker in facts.markers:
        if not MARKERS.fullmatch(marker):
            yield Problem(shown, line, f"unknown marker `{marker}`; see the contributing page")
        name, _, listed = marker.partition(": ")
        if name == "figure" and listed not in figures:
            yield Problem(shown, line, f"no figure `{listed}`; use {one_of(listed, figures)}")
        for wanted in listed.split() if name in ("questions", "faq") else []:
            if wanted in project.bank.broken:
                continue
            if wanted not in ids:
                yield Problem(shown, line, f"no question `{wanted}`; use {one_of(wanted, ids)}")
            elif name == "faq" and not ids[wanted].faq:
                yield Problem(shown, line, f"`{wanted}` is no FAQ entry; add `faq: true` to it")


def _citation_rules(shown: str, facts: PageFacts, sources: dict[str, Source]) -> Iterator[Problem]:
    for line, citation in facts.citations:
        if citation.key not in sources:
            near = one_of(citation.key, sources)
            message = f"unknown source `@{citation.key}`; use {near}, or add it to docs/references.bib"
            yield Problem(shown, line, message)


def _section_rules(question: Question, facts: PageFacts) -> Iterator[Problem]:
    """The length and form of a question's sections, and what is still to do."""
    shown = question.path
    for key, texts in question.wordings():
        if any("TODO" in text for text in texts):
            message = f"still to do; replace the `TODO` in `{key}` by text"
            yield Problem(shown, question.key_lines[key], message)
    for part in facts.parts:
        least, most = LENGTHS.get(part.name, (0, sys.maxsize))
        if not least <= part.words <= most:
            name = part.name.lower()
            yield Problem(shown, part.line, f"the {name} has {part.words} words; use {least} to {most}")
        least, most = BULLETS.get(part.name, (0, sys.maxsize))
        if not least <= part.bullets <= most:
            message = f"`{part.name}` has {part.bullets} bullets; use {least} to {most}"
            yield Problem(shown, part.line, message)
        if part.name == "Short answer":
            if part.blocks not in (["paragraph_open", "inline"], ["paragraph_open"]):
                message = "the short answer is not one plain paragraph; make it one"
                yield Problem(shown, part.line, message)
            found = {"link": "link_open" in part.inline, "image": "image" in part.inline, "citation": part.cites}
            for name in (name for name, present in found.items() if present):
                yield Problem(shown, part.line, f"{name} in the short answer; move it into the answer")


def _reference_rules(question: Question, project: Project) -> Iterator[Problem]:
    """The questions and the notebook that a question names exist."""
    ids, lines = project.bank.by_id(), question.key_lines
    for related in question.related:
        if related == question.id:
            message = "`related` names the question itself; remove it"
            yield Problem(question.path, lines["related"], message)
        elif related not in ids and related not in project.bank.broken:
            message = f"no question `{related}`; use {one_of(related, ids)}"
            yield Problem(question.path, lines["related"], message)
    if question.notebook and question.notebook not in project.notebooks:
        near = one_of(question.notebook, project.notebooks)
        yield Problem(question.path, lines["notebook"], f"no notebook `{question.notebook}`; use {near}")


def _notebook_rules(project: Project) -> Iterator[Problem]:
    """Every notebook serves a question, and nothing else lies in the folder."""
    named = {question.notebook for question in project.bank.questions}
    for name in project.notebooks:
        if name not in named and not project.bank.broken:
            message = f"no question names this notebook; add `notebook: {name}` to one"
            yield Problem(f"notebooks/{name}.ipynb", 1, message)
    for path in sorted((project.root / "notebooks").glob("*")):
        if path.suffix not in (".ipynb", ".mplstyle") and not path.name.startswith("."):
            yield Problem(f"notebooks/{path.name}", 1, "no notebook; move it elsewhere or delete it")


def _move_rules(project: Project) -> Iterator[Problem]:
    """Every address that was ever published still leads somewhere."""
    (redirects, found), ids = load_redirects(project.root), project.bank.by_id()
    yield from found
    topics = {topic.slug for topic in project.bank.topics}
    for old, new in redirects.items():
        if old in ids:
            yield Problem(REDIRECTS, 1, f"`{old}` is redirected and exists; delete one of them")
        if new not in ids and new not in topics and new not in project.bank.broken:
            yield Problem(REDIRECTS, 1, f"`{old}` leads to `{new}`, which does not exist; use {one_of(new, ids)}")
    card_ids, found = load_card_ids(project.root)
    yield from found
    cards = Counter(card_ids.get(question, question) for question in ids)
    for now, first in card_ids.items():
        if now not in ids and now not in project.bank.broken:
            yield Problem(CARD_IDS, 1, f"`{now}` does not exist; use {one_of(now, ids)}")
        elif cards[first] > 1:
            yield Problem(CARD_IDS, 1, f"two questions would share the card of `{first}`; delete one line")
    command = ["git", "log", "--diff-filter=D", "--no-renames", "--name-only", "--format=", "--", "docs/questions"]
    if not (project.root / ".git").exists():
        return
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    for path in sorted(set(done.stdout.split())):
        old = path.removeprefix("docs/questions/").removesuffix(".md")
        exists = (project.root / path).exists()
        if path.endswith(".md") and not path.endswith("/index.md") and not exists and old not in redirects:
            yield Problem(path, 1, "published once, and gone; put it back and use `make rename`")


def _duplicate_rules(bank: Bank) -> Iterator[Problem]:
    """Titles, other wordings and search terms that ask the same thing."""
    wordings = [
        (text, question, key)
        for question in bank.questions
        for key, texts in question.wordings()
        for text in texts
    ]
    for first, second in near_duplicates([text for text, _, _ in wordings], distinct):
        text, question, key = wordings[second]
        owner = wordings[first][1]
        where = "this file" if owner is question else owner.path
        message = f"`{text}` is already asked in {where}; merge or reword it"
        yield Problem(question.path, question.key_lines[key], message)


def main() -> int:
    """Print every problem; the exit code is 1 if there are any."""
    root = Path(__file__).resolve().parent.parent
    problems = checked_project(root)[1]
    in_color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for problem in problems:
        if os.environ.get("GITHUB_ACTIONS"):
            print(f"::error file={problem.path},line={problem.line}::{problem.message}")
        elif in_color:
            print(f"\x1b[1m{problem.path}:{problem.line}:\x1b[0m \x1b[31m{problem.message}\x1b[0m")
        else:
            print(problem)
    files = Counter(problem.path for problem in problems)
    count = f"{len(problems)} problems in {len(files)} files" if problems else "no problems"
    print(count, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
