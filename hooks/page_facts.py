"""What one Markdown file says: its headings, links, citations, markers, and its own faults.

A file is parsed once; everything that needs other files too is left to the lint. Facts are kept by
the file's text, in memory for live editing and on disk between runs of the command line.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it.token import Token
from mathematics import formula_fault
from source_files import Problem, markdown_parser

CITATION = re.compile(r"\[(@[a-z0-9-]+[^\[\]]*)\]")
"""One bracket of citations, as in `[@vaswani2017attention, sec. 3.2; @he2016deep]`."""

FILLER = re.compile(
    r"\b(crucial(ly)?|delv(e|es|ed|ing)|leverag(e|es|ed|ing)|robust(ly)?(?! (loss|losses|regression|"
    r"statistics))|seamless(ly)?|landscape|realm|game-changer|worth noting)\b",
    re.IGNORECASE,
)
"""Words that the style page forbids."""

ALLOWED_TAGS = frozenset({"div", "span", "p", "kbd", "sub", "sup", "br"})
"""Raw HTML that a page may hold, besides comments."""

_WORD = re.compile(r"\S*[^\W_]\S*")
_MARKER = re.compile(r"<!-- (.+?) -->")
_ATTRIBUTES = re.compile(r"\{[^{}]*\b(on\w+|style|href|src|srcset|action|formaction)\s*=", re.IGNORECASE)
_OPENING = re.compile(r"(!!!|\?\?\?\+?|===) ")


@dataclass(frozen=True)
class Citation:
    """One `@key` with what follows it, such as `sec. 3.2`."""

    key: str
    locator: str


@dataclass
class Part:
    """What stands under a heading of the second level; lines count from 1 in the file."""

    name: str
    line: int
    first: int
    words: int = 0
    bullets: int = 0
    blocks: list[str] = field(default_factory=list)
    inline: set[str] = field(default_factory=set)
    cites: bool = False


@dataclass
class PageFacts:
    """The facts of one file."""

    problems: list[Problem] = field(default_factory=list)
    h1_lines: list[int] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    images: list[tuple[int, str]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    citations: list[tuple[int, Citation]] = field(default_factory=list)


_known: dict[str, PageFacts] = {}
_used: set[str] = set()
_kept: set[str] = set()
distinct: set[str] = set()
"""Wordings that were compared with one another and ask different things; kept between runs too."""


def page_facts(shown: str, text: str) -> PageFacts:
    """The facts of a file's text; `shown` is its path as messages name it."""
    key = hashlib.sha256(f"{shown}\0{text}".encode()).hexdigest()
    if key not in _known:
        _known[key] = _read(shown, text)
    _used.add(key)
    return _known[key]


def load_known(path: Path) -> None:
    """Take over the facts that an earlier run kept, if it ran the same code."""
    if _kept:  # this process has them
        return
    try:
        version, known, compared = pickle.loads(path.read_bytes())  # noqa: S301 (our own file, in the cache)
    except (OSError, ValueError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
        return
    if version == _version():
        _known.update(known)
        _kept.update(known)
        distinct.update(compared)


def save_known(path: Path) -> None:
    """Keep the facts that this run used for the next one, if it found new ones."""
    if _used <= _kept:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_bytes(pickle.dumps((_version(), {key: _known[key] for key in _used}, distinct)))
    partial.replace(path)
    _kept.update(_used)


def _version() -> str:
    """A hash of the code that finds facts, and of the libraries that it asks."""
    names = ("page_facts.py", "mathematics.py", "source_files.py", "near_duplicates.py", "../requirements.txt")
    code = b"".join((Path(__file__).parent / name).read_bytes() for name in names)
    return hashlib.sha256(code).hexdigest()


def parse_citations(bracket: str) -> list[Citation]:
    """The citations inside one bracket's text, without the bracket."""
    found = []
    for part in bracket.split(";"):
        key, _, locator = part.strip().removeprefix("@").partition(",")
        found.append(Citation(key.strip(), locator.strip()))
    return found


def count_words(token: Token) -> int:
    """Words of the prose in a token: code blocks do not count, a formula counts as one."""
    words = int(token.type == "math_block")
    for child in token.children or []:
        words += child.type == "math_inline"
        if child.type in ("text", "code_inline"):
            words += len(_WORD.findall(child.content))
    return words


def outdented(lines: list[str]) -> list[str]:
    """The lines with the content of admonitions and tabs moved to the margin.

    CommonMark would take it for indented code. The opening line itself is blanked.
    """
    inside, result = False, []
    for line in lines:
        if _OPENING.match(line):
            inside = True
            result.append("")
            continue
        inside = inside and (not line.strip() or line.startswith("    "))
        result.append(line[4:] if inside else line)
    return result


def front_matter_end(lines: list[str]) -> int:
    """The index of the first line after the front matter, 0 if there is none."""
    return lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0


def _read(shown: str, text: str) -> PageFacts:
    lines = text.split("\n")
    offset = front_matter_end(lines)
    facts = PageFacts()
    tokens = markdown_parser().parse("\n".join(outdented(lines[offset:])))
    part: Part | None = None
    for position, token in enumerate(tokens):
        line = (token.map[0] if token.map else 0) + offset + 1
        if token.type == "heading_open":
            name = tokens[position + 1].content
            facts.headings.append(name)
            if token.tag == "h1":
                facts.h1_lines.append(line)
            if token.tag == "h2" and token.level == 0:
                part = Part(name, line, token.map[1] + offset)
                facts.parts.append(part)
                continue
        if part and token.map and line > part.line:
            if token.level == 0 and token.nesting >= 0:
                part.blocks.append(token.type)
            part.bullets += token.type == "list_item_open" and token.level == 1
            part.words += count_words(token)
            part.inline |= {child.type for child in token.children or []}
            part.cites |= token.type == "inline" and bool(CITATION.search(token.content))
        facts.problems += _block_faults(shown, line, token)
        if token.type == "html_block":
            for number, row in enumerate(token.content.splitlines()):
                facts.markers += [(line + number, marker) for marker in _MARKER.findall(row)]
        if token.type == "inline":
            _read_inline(shown, line, token, facts)
    return facts


def _read_inline(shown: str, line: int, token: Token, facts: PageFacts) -> None:
    code = {child.content for child in token.children or [] if child.type == "code_inline"}
    for match in CITATION.finditer(token.content):
        if not any(match.group() in text for text in code):
            where = line + token.content.count("\n", 0, match.start())
            facts.citations += [(where, citation) for citation in parse_citations(match.group(1))]
    for child in token.children or []:
        if child.type == "link_open":
            facts.links.append((line, str(child.attrGet("href"))))
        if child.type == "image":
            facts.images.append((line, str(child.attrGet("src"))))
        facts.problems += _inline_faults(shown, line, child)
        line += child.type in ("softbreak", "hardbreak")


def _block_faults(shown: str, line: int, token: Token) -> Iterator[Problem]:
    """Faults of a fence, a displayed formula or a block of raw HTML."""
    if token.type == "fence" and not token.info.strip():
        yield Problem(shown, line, "code fence without a language; write ```python or ```text")
    if token.type == "fence" and _ATTRIBUTES.search(token.info):
        yield Problem(shown, line, f"attribute `{_ATTRIBUTES.search(token.info).group(1)}`; remove it")
    if token.type == "math_block" and (fault := formula_fault(token.content)):
        yield Problem(shown, line, fault)
    if token.type == "html_block":
        yield from _html_faults(shown, line, token.content)


def _inline_faults(shown: str, line: int, child: Token) -> Iterator[Problem]:
    """Faults of a formula, an image, raw HTML or words inside a paragraph."""
    if child.type == "math_inline" and (fault := formula_fault(child.content)):
        yield Problem(shown, line, fault)
    if child.type == "image" and not child.content.strip():
        yield Problem(shown, line, "image without alt text; say what it shows in the brackets")
    if child.type == "html_inline":
        yield from _html_faults(shown, line, child.content)
    if child.type == "text":
        if "$" in child.content:
            message = "a dollar sign that is no formula; leave no space inside `$…$`, or write USD"
            yield Problem(shown, line, message)
        if "TODO" in child.content:
            yield Problem(shown, line, "still to do; replace the `TODO` by text")
        match = _ATTRIBUTES.search(child.content)
        if match:
            yield Problem(shown, line, f"attribute `{match.group(1)}`; remove it")
        match = FILLER.search(child.content)
        if match:
            yield Problem(shown, line, f"filler word `{match.group()}`; say what is meant")


def _html_faults(shown: str, line: int, html: str) -> Iterator[Problem]:
    if html.count("<!--") > html.count("-->"):
        yield Problem(shown, line, "comment without an end; write `-->` after it")
    for tag in re.findall(r"</?([A-Za-z][A-Za-z0-9-]*)", re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)):
        if tag.lower() not in ALLOWED_TAGS:
            yield Problem(shown, line, f"raw HTML <{tag}>; use Markdown")
    if re.search(r"\son[a-z]+\s*=|\sstyle\s*=", html, re.IGNORECASE):
        yield Problem(shown, line, "event handler or style in raw HTML; remove it")
