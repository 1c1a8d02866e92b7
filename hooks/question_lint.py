"""Every rule of the bank, as one function: `lint(root)` returns all problems, sorted.

The command line (`make lint`), the tests and the strict build use it. Knows nothing of the site
generator.
"""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from bibliography import CITATION, Source, load_bibliography, parse_citations
from index_pages import fill_markers, questions_by_source
from markdown.extensions.toc import slugify
from markdown_it.token import Token
from mathematics import formula_fault
from notebook_pages import load_notebook
from question_bank import (
    Bank,
    Problem,
    Question,
    Section,
    load_bank,
    markdown_parser,
    one_of,
    read_text,
)
from rapidfuzz import fuzz

FILLER = re.compile(
    r"\b(crucial(ly)?|delv(e|es|ed|ing)|leverag(e|es|ed|ing)|robust(ly)?(?! (loss|losses|regression|"
    r"statistics))|seamless(ly)?|landscape|realm|game-changer|worth noting)\b",
    re.IGNORECASE,
)
"""Words that the style page forbids."""

LENGTHS = {"short answer": (30, 70), "answer": (150, 900)}
"""Words allowed in a section; a formula counts as one."""

BULLETS = {"What a strong answer covers": (3, 7), "Common mistakes": (1, 5), "Follow-ups": (2, 5)}
"""List items allowed in a section."""

ALLOWED_TAGS = frozenset({"div", "span", "p", "kbd", "sub", "sup", "br", "label", "section", "noscript"})
"""Raw HTML that a page may hold, besides comments."""

FIGURE = re.compile(r"<!-- figure: (\S+) -->")
MARKER = re.compile(r"<!-- (.+?) -->")
MARKERS = re.compile(r"questions(: .+)?|bank|by (difficulty|kind|notebook|source)|faq(: .+)?|figure: \S+|topics|size")
NEAR_DUPLICATE = 90
"""Similarity in percent (rapidfuzz, words sorted) from which two wordings are the same question."""


def _outdented(lines: list[str]) -> list[str]:
    """The lines with the content of admonitions and tabs moved to the margin.

    CommonMark would take it for indented code. The opening line itself is blanked.
    """
    inside, result = False, []
    for line in lines:
        if re.match(r"(!!!|\?\?\?\+?|===) ", line):
            inside = True
            result.append("")
            continue
        inside = inside and (not line.strip() or line.startswith("    "))
        result.append(line[4:] if inside else line)
    return result


class _Page:
    """A parsed Markdown file, with its tokens' lines counted from 1 in the file."""

    def __init__(self, shown: str, text: str) -> None:
        self.shown, self.text = shown, text
        lines = text.split("\n")
        self.offset = lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0
        self.tokens = markdown_parser().parse("\n".join(_outdented(lines[self.offset :])))

    def line(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) + self.offset + 1

    def inline(self) -> Iterator[tuple[int, Token]]:
        """Every inline token with the line on which it stands."""
        for token in self.tokens:
            if token.type != "inline":
                continue
            line = self.line(token)
            for child in token.children or []:
                yield line, child
                line += child.type in ("softbreak", "hardbreak")

    def anchors(self, bank: Bank, sources: dict[str, Source]) -> set[str]:
        """The ids that a link can point to: headings, the generated ones too, and explicit ids."""
        page = self.shown.removeprefix("docs/")
        text = fill_markers(self.text, page, bank, sources, questions_by_source(bank, sources))
        tokens = markdown_parser().parse(text)
        headings = [
            following.content
            for token, following in zip(tokens, tokens[1:])
            if token.type == "heading_open"
        ]
        explicit = set(re.findall(r'\{[^}]*#([\w-]+)[^}]*\}|\bid="([^"]+)"', text))
        return {slugify(heading, "-") for heading in headings} | {a or b for a, b in explicit} | {"sources"}


def lint(root: Path) -> list[Problem]:
    """Every problem under `docs/` and `notebooks/` of the project at `root`, by path and line."""
    docs = root / "docs"
    bank = load_bank(docs)
    sources, problems = load_bibliography(docs / "references.bib", "docs/references.bib")
    problems += bank.problems
    notebooks: dict[str, set[str]] = {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        shown = f"notebooks/{path.name}"
        figures, found = load_notebook(path, shown)
        notebooks[path.stem] = {figure.label for figure in figures}
        problems += found
        if not bank.broken and not any(q.notebook == path.stem for q in bank.questions):
            message = "no question names this notebook; add `notebook: " + path.stem + "` to one"
            problems.append(Problem(shown, 1, message))
    pages = {}
    for path in sorted(docs.rglob("*.md")):
        shown = path.relative_to(root).as_posix()
        text, found = read_text(path, shown)
        problems += [] if path.parent.parent.name == "questions" else found
        pages[path.resolve()] = _Page(shown, text)
    cited: set[str] = set()
    for path, page in pages.items():
        problems += _text_rules(page)
        problems += _link_rules(path, page, pages, root, lambda other: other.anchors(bank, sources))
        problems += _marker_rules(page, notebooks, bank)
        problems += _citation_rules(page, sources, cited)
    for key in sorted(set(sources) - cited):
        message = f"`{key}` is cited nowhere; cite it or delete it"
        problems.append(Problem("docs/references.bib", sources[key].line, message))
    for question in bank.questions:
        problems += _question_rules(question, bank, notebooks)
    problems += _duplicate_rules(bank)
    return sorted(set(problems))


def _text_rules(page: _Page) -> Iterator[Problem]:
    """Fences, formulas, images, raw HTML and filler words."""
    for token in page.tokens:
        line = page.line(token)
        if token.type == "fence" and not token.info.strip():
            yield Problem(page.shown, line, "code fence without a language; write ```python or ```text")
        if token.type == "math_block":
            fault = formula_fault(token.content)
            if fault:
                yield Problem(page.shown, line, fault)
        if token.type == "html_block":
            yield from _html_rules(page.shown, line, token.content)
    for line, token in page.inline():
        if token.type in ("math_inline", "math_inline_double"):
            fault = formula_fault(token.content)
            if fault:
                yield Problem(page.shown, line, fault)
        if token.type == "image" and not token.content.strip():
            yield Problem(page.shown, line, "image without alt text; say what it shows in the brackets")
        if token.type == "html_inline":
            yield from _html_rules(page.shown, line, token.content)
        if token.type == "text":
            if "TODO" in token.content:
                yield Problem(page.shown, line, "still to do; replace the `TODO` by text")
            match = FILLER.search(token.content)
            if match:
                yield Problem(page.shown, line, f"filler word `{match.group()}`; say what is meant")


def _html_rules(shown: str, line: int, html: str) -> Iterator[Problem]:
    for tag in re.findall(r"</?([A-Za-z][A-Za-z0-9-]*)", re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)):
        if tag.lower() not in ALLOWED_TAGS:
            yield Problem(shown, line, f"raw HTML <{tag}>; use Markdown")
    if re.search(r"\son[a-z]+\s*=|\sstyle\s*=", html, re.IGNORECASE):
        yield Problem(shown, line, "event handler or style in raw HTML; remove it")


def _link_rules(
    path: Path, page: _Page, pages: dict[Path, _Page], root: Path, anchors: Callable[[_Page], set[str]]
) -> Iterator[Problem]:
    """Links between pages exist, with their anchors."""
    for line, token in page.inline():
        target = token.attrGet("href") if token.type == "link_open" else None
        if not isinstance(target, str) or re.match(r"(https?|mailto):", target):
            continue
        if re.match(r"[a-zA-Z]+:", target):
            yield Problem(page.shown, line, f"link to `{target}`; only https and pages of the site")
            continue
        file, _, anchor = target.partition("#")
        file = file.partition("?")[0]
        resolved = (path.parent / file).resolve() if file else path
        if resolved not in pages:
            docs = root / "docs"
            notebook = resolved.parent == docs / "notebooks" and root / "notebooks" / resolved.name
            if not (notebook or resolved).is_file() or not resolved.is_relative_to(docs):
                near = one_of(resolved.name, sorted({other.name for other in pages}))
                yield Problem(page.shown, line, f"link to `{target}`, which does not exist; use {near}")
        elif anchor and anchor not in (known := anchors(pages[resolved])):
            near = one_of(anchor, sorted(known))
            yield Problem(page.shown, line, f"link to `{target}`: no such heading there; use {near}")


def _marker_rules(page: _Page, notebooks: dict[str, set[str]], bank: Bank) -> Iterator[Problem]:
    """Comments are markers, and what they name exists."""
    ids = bank.by_id()
    figures = [f"{name}/{label}" for name, labels in notebooks.items() for label in labels]
    for token in page.tokens:
        if token.type != "html_block":
            continue
        for offset, text in enumerate(token.content.splitlines()):
            line = page.line(token) + offset
            for marker in MARKER.findall(text):
                if not MARKERS.fullmatch(marker):
                    yield Problem(page.shown, line, f"unknown marker `{marker}`; see the contributing page")
                name, _, listed = marker.partition(": ")
                if name == "figure" and listed not in figures:
                    yield Problem(page.shown, line, f"no figure `{listed}`; use {one_of(listed, figures)}")
                for wanted in listed.split() if name in ("questions", "faq") else []:
                    if wanted in bank.broken:
                        continue
                    if wanted not in ids:
                        yield Problem(page.shown, line, f"no question `{wanted}`; use {one_of(wanted, ids)}")
                    elif name == "faq" and not ids[wanted].faq:
                        yield Problem(page.shown, line, f"`{wanted}` is no FAQ entry; add `faq: true` to it")


def _citation_rules(page: _Page, sources: dict[str, object], cited: set[str]) -> Iterator[Problem]:
    for token in page.tokens:
        if token.type != "inline":
            continue
        code = {child.content for child in token.children or [] if child.type == "code_inline"}
        for match in CITATION.finditer(token.content):
            if any(match.group() in text for text in code):
                continue
            line = page.line(token) + token.content.count("\n", 0, match.start())
            for citation in parse_citations(match.group(1)):
                cited.add(citation.key)
                if citation.key not in sources:
                    near = one_of(citation.key, sources)
                    yield Problem(page.shown, line, f"unknown source `@{citation.key}`; use {near}, or add it to docs/references.bib")


def _question_rules(
    question: Question, bank: Bank, notebooks: dict[str, set[str]]
) -> Iterator[Problem]:
    """What one question must hold, and what it names."""
    ids, lines, shown = bank.by_id(), question.key_lines, question.path
    for key, texts in (("title", (question.title,)), ("also_asked", question.also_asked)):
        if any("TODO" in text for text in texts):
            yield Problem(shown, lines[key], f"still to do; replace the `TODO` in `{key}` by text")
    for related in question.related:
        if related == question.id:
            yield Problem(shown, lines["related"], "`related` names the question itself; remove it")
        elif related not in ids and related not in bank.broken:
            yield Problem(shown, lines["related"], f"no question `{related}`; use {one_of(related, ids)}")
    if question.notebook and question.notebook not in notebooks:
        near = one_of(question.notebook, notebooks)
        yield Problem(shown, lines["notebook"], f"no notebook `{question.notebook}`; use {near}")
    short, answer = question.sections["Short answer"], question.sections["Answer"]
    yield from _length_rule(shown, short, "short answer")
    yield from _length_rule(shown, answer, "answer")
    tokens = markdown_parser().parse(short.text)
    if [token.type for token in tokens[:1] + tokens[2:]] != ["paragraph_open", "paragraph_close"]:
        yield Problem(shown, short.line, "the short answer is not one plain paragraph; make it one")
    kinds = {child.type for token in tokens for child in token.children or []}
    for kind, name in (("link_open", "link"), ("image", "image")):
        if kind in kinds:
            yield Problem(shown, short.line, f"{name} in the short answer; move it into the answer")
    if CITATION.search(short.text):
        yield Problem(shown, short.line, "citation in the short answer; move it into the answer")
    for name, (least, most) in BULLETS.items():
        section = question.sections[name]
        items = [t for t in markdown_parser().parse(section.text) if t.type == "list_item_open" and t.level == 1]
        if not least <= len(items) <= most:
            message = f"`{name}` has {len(items)} bullets; use {least} to {most}"
            yield Problem(shown, section.line, message)


def count_words(markdown: str) -> int:
    """Words of the prose: code blocks do not count, a formula counts as one word."""
    words = 0
    for token in markdown_parser().parse(markdown):
        words += token.type == "math_block"
        for child in token.children or []:
            words += child.type == "math_inline"
            if child.type in ("text", "code_inline"):
                words += sum(any(c.isalnum() for c in word) for word in child.content.split())
    return words


def _length_rule(shown: str, section: Section, name: str) -> Iterator[Problem]:
    least, most = LENGTHS[name]
    words = count_words(section.text)
    if not least <= words <= most:
        yield Problem(shown, section.line, f"the {name} has {words} words; use {least} to {most}")


def _duplicate_rules(bank: Bank) -> Iterator[Problem]:
    """Titles and other wordings that ask the same thing."""
    wordings = [
        (text, question, key)
        for question in bank.questions
        for key, texts in (("title", (question.title,)), ("also_asked", question.also_asked))
        for text in texts
    ]
    seen: dict[int, list[tuple[str, Question]]] = defaultdict(list)
    for text, question, key in wordings:
        plain = re.sub(r"\W+", " ", text.casefold()).strip()
        size = len(plain) // 16
        for near in (size - 1, size, size + 1):
            for other, owner in seen[near]:
                if fuzz.token_sort_ratio(plain, other) >= NEAR_DUPLICATE:
                    where = "this file" if owner is question else owner.path
                    message = f"`{text}` is already asked in {where}; merge or reword it"
                    yield Problem(question.path, question.key_lines[key], message)
        seen[size].append((plain, question))


def main() -> int:
    """Print every problem; the exit code is 1 if there are any."""
    root = Path(__file__).resolve().parent.parent
    problems = lint(root)
    for problem in problems:
        if os.environ.get("GITHUB_ACTIONS"):
            print(f"::error file={problem.path},line={problem.line}::{problem.message}")
        else:
            print(problem)
    print(f"{len(problems)} problems" if problems else "no problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
