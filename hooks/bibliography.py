"""Sources: read `docs/references.bib`, and turn `[@key, sec. 3]` into numbered citations.

`CitationExtension` is a Python-Markdown extension; nothing here knows of the site generator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import bibtexparser
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from page_facts import CITATION, Citation, parse_citations
from pylatexenc.latex2text import LatexNodes2Text
from source_files import Problem, read_text

IDENTIFIERS = {
    "eprint": ("arXiv:", "https://arxiv.org/abs/"),
    "doi": ("doi:", "https://doi.org/"),
    "url": ("", ""),
    "isbn": ("ISBN ", None),
}
"""Field of a bib entry: how its value is shown and what its link starts with, best first."""

_REQUIRED = ("title", "author", "year")


@dataclass(frozen=True)
class Source:
    """One entry of the bibliography, with LaTeX accents resolved."""

    key: str
    line: int
    title: str
    authors: tuple[str, ...]
    year: str
    venue: str
    identifier: str
    link: str | None
    confirmed: bool = True
    """False if nobody has looked the source up yet (`keywords = {unconfirmed}`); the page says so."""

    @property
    def byline(self) -> str:
        """The authors as a reference list shows them: all up to three, else the first."""
        names = list(self.authors)
        if len(names) > 3 or names[-1] == "others":
            return f"{names[0]} et al."
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

    def html(self) -> str:
        """The reference as HTML: authors (year). Title. Venue. Identifier as a link."""
        shown = escape(self.identifier)
        if self.link:
            shown = f'<a href="{escape(self.link)}">{shown}</a>'
        venue = f" {escape(self.venue)}." if self.venue else ""
        stop = "" if self.title[-1] in ".?!" else "."
        doubt = "" if self.confirmed else " (not yet checked against the source)"
        cite = f"<cite>{escape(self.title)}</cite>"
        return f"{escape(self.byline)} ({self.year}). {cite}{stop}{venue} {shown}{doubt}"


def load_bibliography(path: Path, shown: str) -> tuple[dict[str, Source], list[Problem]]:
    """Every source by its key, and the faults of the file: broken, doubled, incomplete entries."""
    text, problems = read_text(path, shown)
    sources, found = _parsed(text, shown)
    return dict(sources), problems + found


@lru_cache(maxsize=1)  # while serving, every save asks for the same file
def _parsed(text: str, shown: str) -> tuple[dict[str, Source], list[Problem]]:
    library = bibtexparser.parse_string(text)
    problems = []
    for block in library.failed_blocks:
        key = getattr(block, "key", None)
        fault = f"key `{key}` is used twice; keep one entry" if key else "broken entry; check braces and commas"
        problems.append(Problem(shown, block.start_line + 1, fault))
    sources = {}
    for entry in library.entries:
        line = entry.start_line + 1
        fields = {name: str(field.value).strip() for name, field in entry.fields_dict.items()}
        for name in _REQUIRED:
            if not fields.get(name):
                problems.append(Problem(shown, line, f"`{entry.key}` has no {name}; add it"))
        field = next((name for name in IDENTIFIERS if fields.get(name)), None)
        if field is None:
            names = ", ".join(IDENTIFIERS)
            problems.append(Problem(shown, line, f"`{entry.key}` has no identifier; add one of {names}"))
        if fields.get("url") and not fields["url"].startswith(("https://", "http://")):
            problems.append(Problem(shown, line, f"`{entry.key}` has the address `{fields['url']}`; use one with http or https"))
            continue
        if field is None or not all(fields.get(name) for name in _REQUIRED):
            continue
        prefix, base = IDENTIFIERS[field]
        sources[entry.key] = Source(
            key=entry.key,
            line=line,
            title=_plain(fields["title"]),
            authors=tuple(_display_name(name) for name in re.split(r"\s+and\s+", fields["author"])),
            year=fields["year"],
            venue=_plain(fields.get("booktitle") or fields.get("journal") or fields.get("publisher", "")),
            identifier=prefix + fields[field],
            link=None if base is None else base + fields[field],
            confirmed=fields.get("keywords") != "unconfirmed",
        )
    return sources, problems


def _plain(value: str) -> str:
    if "\\" in value:
        value = LatexNodes2Text().latex_to_text(value)
    value = value.replace("``", "“").replace("''", "”").replace("--", "–")
    return re.sub(r"\s+", " ", value.replace("{", "").replace("}", ""))


def _display_name(name: str) -> str:
    family, _, given = _plain(name).partition(", ")
    return f"{given} {family}".strip()


class CitationExtension(Extension):
    """Citations become numbers in the order of their first use; a list of sources ends the page."""

    def __init__(self, sources: dict[str, Source]) -> None:
        super().__init__()
        self.sources = sources

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        """Add the inline pattern, and the list before the table of contents is made."""
        cited: list[Citation] = []
        md.inlinePatterns.register(_CitationPattern(self.sources, cited), "citation", 175)
        md.treeprocessors.register(_ReferenceList(md, self.sources, cited), "citation-list", 15)


class _CitationPattern(InlineProcessor):
    def __init__(self, sources: dict[str, Source], cited: list[Citation]) -> None:
        super().__init__(CITATION.pattern)
        self.sources, self.cited = sources, cited

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # noqa: N802
        citations = parse_citations(m.group(1))
        if any(citation.key not in self.sources for citation in citations):
            return None, None, None  # the lint reports it with its line
        group = Element("span", {"class": "citation"})
        for position, citation in enumerate(citations):
            self.add_link(group, citation)
            group[-1].tail = "; " if position + 1 < len(citations) else ""
        return group, m.start(0), m.end(0)

    def add_link(self, group: Element, citation: Citation) -> None:
        """Add one citation as a link that leads nowhere yet: the list of sources numbers it."""
        self.cited.append(citation)
        SubElement(group, "a", {"href": f"#{len(self.cited) - 1}"})


class BookCitationExtension(Extension):
    """Citations become `source:key` links with the place as text: a book numbers its sources itself."""

    def __init__(self, sources: dict[str, Source]) -> None:
        super().__init__()
        self.sources = sources

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        """Add the inline pattern."""
        md.inlinePatterns.register(_BookCitationPattern(self.sources, []), "citation", 175)


class _BookCitationPattern(_CitationPattern):
    def add_link(self, group: Element, citation: Citation) -> None:
        link = SubElement(group, "a", {"href": f"source:{citation.key}"})
        link.text = citation.locator or "-"


class _ReferenceList(Treeprocessor):
    def __init__(self, md: Markdown, sources: dict[str, Source], cited: list[Citation]) -> None:
        super().__init__(md)
        self.sources, self.cited = sources, cited

    def run(self, root: Element) -> None:
        if not self.cited:
            return
        # Inline text is not parsed in the order of the page: boxes and tables come last. Number here.
        numbers: dict[str, int] = {}
        for group in root.iter("span"):
            for link in group if group.get("class") == "citation" else ():
                citation = self.cited[int(link.attrib["href"][1:])]
                number = numbers.setdefault(citation.key, len(numbers) + 1)
                source = self.sources[citation.key]
                link.set("href", f"#source-{number}")
                link.set("title", f"Source {number}: {source.byline}, {source.year}")
                link.text = f"{number}, {citation.locator}" if citation.locator else str(number)
        SubElement(root, "h2", {"id": "sources"}).text = "Sources"
        listed = SubElement(root, "ol", {"class": "references"})
        for key, number in numbers.items():
            item = SubElement(listed, "li", {"id": f"source-{number}"})
            item.text = self.md.htmlStash.store(self.sources[key].html())
