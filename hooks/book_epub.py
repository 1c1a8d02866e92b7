"""The book as EPUB: the same pages as HTML, made one document, which Pandoc divides and packs.

Pandoc writes the formulas as MathML, highlights the code and makes the table of contents.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pypandoc
from book_editions import AUTHOR, KEYWORDS, TITLE
from book_pages import BookPage
from book_typst import anchors_of, parse
from lxml import etree
from lxml.html import HtmlElement, builder
from question_bank import Question
from question_lint import Project

_STYLE = """\
body { line-height: 1.45; }
h1, h2, h3, h4, h5 { line-height: 1.2; text-align: left; hyphens: manual; }
pre { white-space: pre-wrap; font-size: 0.8em; line-height: 1.3; border-left: 2px solid #0b6b57; padding: 0.5em 0 0.5em 0.7em; margin: 1em 0; }
pre.output { border-color: #888; }
code { font-family: monospace; }
table { border-collapse: collapse; margin: 1em 0; font-size: 0.9em; }
th, td { border-bottom: 1px solid #999; padding: 0.25em 0.6em 0.25em 0; text-align: left; vertical-align: top; }
figure { margin: 1.2em 0; text-align: center; }
figure img { max-width: 100%; }
figcaption { font-size: 0.85em; text-align: left; }
.asked { font-size: 0.9em; }
math[display="block"] { max-width: 100%; overflow-x: auto; }
.checklist { border-bottom: 2px solid #0b6b57; padding-bottom: 0.6em; margin-bottom: 1em; }
.admonition { border-left: 2px solid #7a4f00; padding-left: 0.8em; margin: 1em 0; }
"""
_USE = """\
<h1 id="use">How to use this book</h1>
<p>Read the question and answer it aloud before you turn the page. What a strong answer covers stands under each
question: grade yourself by it. Below the line come the answer in thirty seconds, the full answer, the mistakes that
candidates make, and follow-ups with their answers.</p>
<p>Text and figures: Creative Commons Attribution 4.0 International (CC BY 4.0). Code: MIT License. The website, with
practice by spaced repetition: <a href="{0}">{0}</a>.</p>
"""


class Unconverted(Exception):
    """Formulas that Pandoc could not convert: `used` has the sources of each."""

    def __init__(self, used: dict[str, set[str]]) -> None:
        super().__init__(f"{len(used)} formulas")
        self.used = used


def make_epub(project: Project, parts: dict[str, list[BookPage]], site: str, work: Path) -> bytes:
    """The EPUB of the pages, the same bytes from the same sources; `work` has `figures/`. Raises Unconverted."""
    document = _Document(project, parts, site).html()
    (work / "book.html").write_text(document, encoding="utf-8")
    (work / "book.css").write_text(_STYLE, encoding="utf-8")
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    date = f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d}"
    facts = {"title": TITLE, "author": AUTHOR, "lang": "en-US", "date": date, "identifier": site, "rights": "CC BY 4.0"}
    facts |= {"description": "Interview questions with short answers, checklists, derivations and sources"}
    command = [
        pypandoc.get_pandoc_path(), "book.html", "--output=book.epub", "--from=html+tex_math_single_backslash",
        "--to=epub3", "--mathml", "--split-level=3", "--toc", "--toc-depth=3", "--css=book.css", "--wrap=none",
        *(f"--metadata={key}={value}" for key, value in facts.items()),
        *(f"--metadata=subject={word}" for word in KEYWORDS),
    ]  # fmt: skip
    variables = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    done = subprocess.run(command, cwd=work, env=variables, stderr=subprocess.PIPE, text=True, check=True)
    failed = re.findall(r"Could not convert TeX math (.*?), rendering as TeX", done.stderr, re.DOTALL)
    if failed:
        pages = [page for part in parts.values() for page in part]
        raise Unconverted({latex: {page.source for page in pages if escape(latex) in page.html} for latex in failed})
    return (work / "book.epub").read_bytes()


class _Document:
    """All pages as one HTML document, whose ids and links are the book's own."""

    def __init__(self, project: Project, parts: dict[str, list[BookPage]], site: str) -> None:
        self.project, self.parts, self.site = project, parts, site
        pages = [page for part in parts.values() for page in part]
        self.trees = {page.name: parse(page.html) for page in pages}
        self.anchors = {name: anchors_of(tree) for name, tree in self.trees.items()}
        self.questions: dict[str, Question] = {f"questions/{q.id}": q for q in project.bank.questions}
        keys = {e.get("href", "")[7:] for tree in self.trees.values() for e in tree.iter("a") if e.get("href", "").startswith("source:")}
        listed = sorted(keys, key=lambda key: (project.sources[key].authors[0].split()[-1].casefold(), project.sources[key].year, key))
        self.numbers = {key: number for number, key in enumerate(listed, 1)}

    def html(self) -> str:
        body = [_USE.format(escape(self.site))]
        for part, pages in self.parts.items():
            divided = len(pages) > 1
            body += [f"<h1>{escape(part)}</h1>"] if divided else []
            for page in pages:
                tree = self.trees[page.name]
                self._rewrite(page, tree, 2 if page.question else int(divided))
                body.append(etree.tostring(tree, encoding="unicode", method="html"))
        items = "".join(f'<div id="{_id("source", key)}"><p>[{n}] {self.project.sources[key].html()}</p></div>' for key, n in self.numbers.items())
        body.append(f"<h1>Bibliography</h1>{items}")
        return f"<html><head><title>{TITLE}</title></head><body>{''.join(body)}</body></html>"

    def _rewrite(self, page: BookPage, tree: HtmlElement, shift: int) -> None:
        if page.question:
            self._ask(tree, self.questions[page.name])
        first = True
        for element in list(tree.iter()):
            if not isinstance(element.tag, str):
                element.drop_tree()
            elif re.fullmatch("h[1-5]", element.tag) and not element.get("data-shifted"):
                element.tag = f"h{int(element.tag[1]) + shift}"
                element.set("id", _id(page.name, "" if first and not page.question else element.get("id", "")))
                first = False
            elif element.tag == "a":
                element.set("href", self._target(element))
            elif element.get("data-figure"):
                self._draw(page.name, element)
            elif element.tag == "p" and (element.get("class") or "").endswith("title"):  # Pandoc's paragraphs have no class
                paragraph = builder.P()
                element.tag = "strong"
                element.addprevious(paragraph)
                paragraph.append(element)
            elif element.tag == "pre" and element.get("title") == "":
                del element.attrib["title"]
            elif element.get("class") == "citation":
                element.text, last = "[", element[-1]
                last.tail = "]" + (last.tail or "")
            if element.get("data-shifted"):
                del element.attrib["data-shifted"]

    def _ask(self, tree: HtmlElement, question: Question) -> None:
        box = tree.find(".//div[@class='question']")
        for name, title in (("checklist", "What a strong answer covers"), ("short-answer", "Short answer")):
            heading = builder.H2(title)
            heading.set("id", name)
            tree.find(f".//div[@class='{name}']").insert(0, heading)
        heading = builder.H3(question.title)
        heading.set("id", _id(f"questions/{question.id}", ""))
        heading.set("data-shifted", "1")
        lines = [heading, builder.DIV(builder.P(f"{question.difficulty.capitalize()} · {question.kind.capitalize()}"), {"class": "asked"})]
        if question.also_asked:
            lines[-1].append(builder.P("Also asked as: " + " · ".join(question.also_asked)))
        for position, line in enumerate(lines):
            box.insert(position, line)

    def _target(self, link: HtmlElement) -> str:
        href = link.get("href", "")
        if href.startswith("source:"):
            key = href.removeprefix("source:")
            number, place = self.numbers[key], link.text_content()
            link.text = str(number) if place == "-" else f"{number}, {place}"
            return "#" + _id("source", key)
        if not href.startswith("page:"):
            return href
        name, _, anchor = href.removeprefix("page:").partition("#")
        if name not in self.trees:
            return self.site + (re.sub(r"(^|/)index$", r"\1", name) if name.endswith("index") else f"{name}/")
        return "#" + _id(name, anchor if anchor in self.anchors[name] else "")

    @staticmethod
    def _draw(name: str, element: HtmlElement) -> None:
        figure, caption, alt = (element.get(f"data-{key}", "") for key in ("figure", "caption", "alt"))
        element.attrib.clear()
        element.set("id", _id(name, f"figure:{figure}"))
        element.append(builder.E.figure(builder.IMG(src=f"figures/{figure}.svg", alt=alt), builder.E.figcaption(caption)))


def _id(page: str, anchor: str) -> str:
    """An id of the whole document for an anchor in a page."""
    return re.sub(r"[^a-z0-9]+", "-", page.lower()) + ("--" + re.sub(r"[^A-Za-z0-9_-]+", "-", anchor) if anchor else "")
