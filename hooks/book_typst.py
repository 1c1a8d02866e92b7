"""HTML of the book's pages as Typst markup.

The HTML is the closed vocabulary that Markdown and the site's own markers give; anything else is a
problem with its place. Pandoc converts the formulas, all of a book at once.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Iterable
from typing import Any

import lxml.html
import pypandoc
from lxml.html import HtmlElement
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Literal, Name, Operator

_INLINE = {"strong": "strong", "em": "emph", "b": "strong", "i": "emph", "sub": "sub", "sup": "super", "cite": "emph", "kbd": "kbd"}
_SPECIAL = re.compile(r"[\\`*_$#\[\]@<>~=+\-/:]|\.(?=\.)|(?<=\d)\.(?=\s)")
_SKEW = {"dot.circle": "dot.o", "sect": "inter"}
"""Names that Pandoc writes, and what Typst calls them now."""
_NAME = re.compile(
    r'(?P<text>(?:(?<=\()|(?<=delim: ))"(?:[^"\\]|\\.)*")|(?P<operator>"(?:[^"\\]|\\.)*")|(?<![A-Za-z0-9.\\])[a-z]+(?:\.[a-z]+)*'
)
_KINDS = {
    Comment: "comment", Keyword: "keyword", Operator.Word: "keyword", Literal.String: "string",
    Literal.Number: "number", Name.Function: "name", Name.Class: "name", Name.Builtin: "builtin", Name.Decorator: "name",
}  # fmt: skip
"""Kinds of code that the book tells apart by color."""


class Unwritable(Exception):
    """Something of a page that the book has no form for, and the words near it."""

    def __init__(self, tag: str, near: str) -> None:
        super().__init__(f"the book has no form for <{tag}>; use Markdown")
        self.near = near


def string(text: str) -> str:
    """The text as a Typst string literal."""
    return json.dumps(text, ensure_ascii=False)


def escaped(text: str) -> str:
    """Plain text as Typst markup that shows it."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), re.sub(r"\s+", " ", text))


def formulas_of(tree: HtmlElement) -> set[tuple[str, bool]]:
    """The formulas of a page: their LaTeX, and whether they are displayed."""
    return {_formula(element) for element in tree.iter("span", "div") if element.get("class") == "arithmatex"}


def _formula(element: HtmlElement) -> tuple[str, bool]:
    text = (element.text or "").strip()
    return text[2:-2].strip(), element.tag == "div"


def convert_formulas(formulas: Iterable[tuple[str, bool]]) -> tuple[dict[tuple[str, bool], str], list[str]]:
    """Each formula as Typst, and the LaTeX of those that Pandoc cannot convert."""
    listed = sorted(formulas)
    separator = {"t": "RawBlock", "c": ["typst", "// next"]}
    blocks: list[object] = []
    for latex, display in listed:
        kind = {"t": "DisplayMath" if display else "InlineMath"}
        blocks += [{"t": "Para", "c": [{"t": "Math", "c": [kind, latex]}]}, separator]
    document = json.dumps({"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks})
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=json", "--to=typst", "--wrap=none"],
        input=document, capture_output=True, text=True, check=True,
    )  # fmt: skip
    written = [part.strip() for part in done.stdout.split("// next\n")]
    failed = [latex for (latex, _), text in zip(listed, written) if not text.startswith("$")]
    failed += [latex for latex, _ in listed if f"Could not convert TeX math {latex}" in done.stderr]
    return {key: _repaired(text) for key, text in zip(listed, written)}, sorted(set(failed))


def _repaired(typst: str) -> str:
    """Pandoc's Typst with today's names, and with operators set as such: it writes them as plain text."""

    def repair(match: re.Match[str]) -> str:
        found = match.group()
        return f"op({found})" if match["operator"] else _SKEW.get(found, found)

    return _NAME.sub(repair, typst)


@functools.cache
def _kind(token: Any) -> str:
    return next((name for parent, name in _KINDS.items() if token in parent), "")


def _highlighted(code: str, language: str) -> list[list[tuple[str, str]]]:
    """Each line of code as runs of text with the kind of each; Typst's own highlighter is far slower."""
    lines: list[list[tuple[str, str]]] = [[]]
    for token, text in get_lexer_by_name(language, stripnl=False, ensurenl=False).get_tokens(code):
        kind = _kind(token)
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if piece and lines[-1] and lines[-1][-1][0] == kind:
                lines[-1][-1] = (kind, lines[-1][-1][1] + piece)
            elif piece:
                lines[-1].append((kind, piece))
    return lines


class TypstWriter:
    """Writes pages; knows the formulas in Typst and the anchors of every page."""

    def __init__(self, formulas: dict[tuple[str, bool], str], anchors: dict[str, set[str]]) -> None:
        self.formulas, self.anchors = formulas, anchors

    def write(self, name: str, tree: HtmlElement, shift: int) -> str:
        """The page as Typst markup; a heading of level 1 becomes one of level 1 + `shift`.

        Raises Unwritable for HTML that has no form in the book.
        """
        self.page, self.shift, self.generated, self.cited = name, shift, False, set[str]()
        return self._blocks(tree) + "\n"

    def _blocks(self, parent: HtmlElement) -> str:
        """The children of an element, paragraphs apart."""
        parts, line = [], escaped(parent.text or "").lstrip()
        for child in parent:
            if not isinstance(child.tag, str):
                written = None  # a comment
            elif (method := getattr(self, f"_block_{child.tag}", None)) is not None:
                if line.strip():
                    parts.append(line.strip())
                line = ""
                parts.append(method(child))
                written = None
            else:
                written = self._inline(child)
            line += (written or "") + escaped(child.tail or "")
        if line.strip():
            parts.append(line.strip())
        return "\n\n".join(part for part in parts if part)

    def _inlines(self, parent: HtmlElement) -> str:
        text = escaped(parent.text or "")
        for child in parent:
            if isinstance(child.tag, str):
                text += self._inline(child)
            text += escaped(child.tail or "")
        return text

    def _inline(self, element: HtmlElement) -> str:
        kind = element.get("class") or ""
        if element.tag in _INLINE:
            return f"#{_INLINE[element.tag]}[{self._inlines(element)}]"
        match element.tag:
            case "code":
                return f"#raw({string(element.text_content())})"
            case "a":
                return self._link(element)
            case "br":
                return " \\\n"
            case "img":
                return f"#picture({string(element.get('src', ''))}, {string(element.get('alt', ''))})"
            case "abbr":
                return self._inlines(element)
            case "span":
                if kind == "arithmatex":
                    latex, display = _formula(element)
                    return f"#formula({string(latex)}, {self.formulas[latex, display]})"
                if kind == "note":
                    return f"#footnote[{self._inlines(element)}]"
                if kind == "citation":
                    return f"#citation({', '.join(self._citation(link) for link in element)})"
                if kind.startswith("label "):
                    return f"#tag({string(kind.split()[1])})"
                return self._inlines(element)
        raise Unwritable(str(element.tag), element.text_content())

    def _citation(self, link: HtmlElement) -> str:
        place, key = link.text_content(), link.get("href", "").removeprefix("source:")
        self.cited.add(key)
        return f"({string(key)}, {string('' if place == '-' else place)})"

    def _link(self, element: HtmlElement) -> str:
        href, body = element.get("href", ""), self._inlines(element)
        if not href.startswith("page:"):
            return f"#web({string(href)})[{body}]"
        return f"#jump({self._target(href)})[{body}]"

    def _target(self, href: str) -> str:
        page, _, anchor = href.removeprefix("page:").partition("#")
        label = f"{page}#{anchor}" if anchor in self.anchors.get(page, ()) else page
        return f"{string(page)}, {string(label)}"

    def _heading(self, element: HtmlElement) -> str:
        level = int(element.tag[1]) + self.shift
        if self.generated:
            return f"#list-title[{self._inlines(element)}]"
        label = f"{self.page}#{element.get('id')}"
        return f"#section({level}, {string(label)})[{self._inlines(element)}]"

    _block_h1 = _block_h2 = _block_h3 = _block_h4 = _block_h5 = _heading

    def _block_p(self, element: HtmlElement) -> str:
        name = element.get("class") or ""
        text = self._inlines(element).strip()
        if name in ("tab-title", "questions-here-title"):
            return f"#list-title[{text}]"
        if [child.tag for child in element] == ["strong"] and element.text_content() == element[0].text_content():
            return f"#block(sticky: true)[{text}]"  # a heading run in, before a list, a formula or code
        return text

    def _block_hr(self, element: HtmlElement) -> str:
        return "#rule"

    def _block_blockquote(self, element: HtmlElement) -> str:
        return f"#quote(block: true)[{self._blocks(element)}]"

    def _block_ul(self, element: HtmlElement) -> str:
        if all(item.xpath(".//span[starts-with(@class, 'label ')]") and item.find(".//a") is not None for item in element):
            targets = (self._target(item.find(".//a").get("href")) for item in element)
            return "#entries(" + ", ".join(f"({target})" for target in targets) + ")"
        return f"#list({self._items(element)})"

    def _block_ol(self, element: HtmlElement) -> str:
        return f"#enum(start: {element.get('start', '1')}, {self._items(element)})"

    def _items(self, element: HtmlElement) -> str:
        loose = ", tight: false" if element.find("li/p") is not None else ""
        return ", ".join(f"[{self._blocks(item)}]" for item in element) + loose

    def _block_dl(self, element: HtmlElement) -> str:
        parts = []
        for item in element:
            parts.append(f"#strong[{self._inlines(item)}]" if item.tag == "dt" else f"#pad(left: 1.2em)[{self._blocks(item)}]")
        return "\n\n".join(parts)

    def _block_pre(self, element: HtmlElement) -> str:
        names = (element.get("class") or "text").split()
        code = element.text_content().rstrip("\n")
        lines = ", ".join(f"({''.join(f'({string(kind)}, {string(text)}), ' for kind, text in line)})" for line in _highlighted(code, names[0]))
        title = string(element.get("title") or "")
        return f"#code({string(code)}, ({lines},), {title}, {json.dumps('output' in names)})"

    def _block_table(self, element: HtmlElement) -> str:
        rows = list(element.iter("tr"))
        align = ", ".join((cell.get("align") or "left") for cell in rows[0])
        cells = [", ".join(f"[{self._inlines(cell).strip()}]" for cell in row) for row in rows]
        body = ", ".join(cells[1:])
        return f"#data(({align},), ({cells[0]},), {body})"

    def _block_div(self, element: HtmlElement) -> str:
        names = (element.get("class") or "").split()
        kind = names[0] if names else ""
        match kind:
            case "arithmatex":
                latex, display = _formula(element)
                return f"#formula({string(latex)}, {self.formulas[latex, display]})"
            case "plot":
                figure = element.get("data-figure", "")
                label = f"{self.page}#figure:{figure}"
                given = ", ".join(string(element.get(f"data-{key}", "")) for key in ("caption", "alt"))
                return f"#plot({string(figure)}, {string(label)}, {element.get('data-ratio')}, {given})"
            case "admonition":
                title, *_ = element
                element.remove(title)
                return f"#admonition({string(names[-1])}, [{self._inlines(title)}])[{self._blocks(element)}]"
            case "checklist" | "short-answer" | "tab":
                return f"#{kind}[{self._blocks(element)}]"
            case "question":
                return f"#question({string(element.get('data-id', ''))})\n\n{self._blocks(element)}"
            case "generated":
                self.generated = True
                body = self._blocks(element)
                self.generated = False
                return body
        return self._blocks(element)


def parse(html: str) -> HtmlElement:
    """A page's HTML as a tree."""
    return lxml.html.fragment_fromstring(html, create_parent="div")


def anchors_of(tree: HtmlElement) -> set[str]:
    """What a link can point to in a page: its headings and figures."""
    headings = {element.get("id") for element in tree.iter("h1", "h2", "h3", "h4", "h5") if element.get("id")}
    return headings | {f"figure:{element.get('data-figure')}" for element in tree.iter("div") if element.get("data-figure")}


def headings_of(name: str, tree: HtmlElement) -> list[tuple[str, str]]:
    """The sections of a page: the words of each heading of the second level, and its label."""
    return [(" ".join(element.text_content().split()), f"{name}#{element.get('id')}") for element in tree.iter("h2")]
