"""The pages of the book as HTML, made by the Markdown dialect of the site.

The site's own Markdown library and extensions read the text, so that what arrives on a page of the
site arrives in the book. Every link is written as `page:questions/vision/pooling#anchor`, every
citation as `source:key`, for the writers of the formats. Knows nothing of the site generator: it
reads `mkdocs.yml`, as data, for the order of the pages and the dialect.
"""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import yaml
from bibliography import BookCitationExtension
from index_pages import fill_markers, markdown_lists, plain_markdown, question_list
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from notebook_pages import Figure
from page_facts import front_matter_end
from question_bank import Question
from question_lint import Project

_FIGURE = re.compile(r"^<!-- figure: (\S+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class BookPage:
    """One page of the site on its way into the book."""

    name: str
    """The page's path below `docs/`, without its ending: what links name."""
    source: str
    """The file that its text comes from, as messages name it."""
    title: str
    html: str
    question: bool = False


class _MkdocsLoader(yaml.CSafeLoader):
    """Reads mkdocs.yml, whose tag `!ENV [NAME, default]` names a variable of the environment."""


def _from_environment(loader: _MkdocsLoader, node: yaml.SequenceNode) -> Any:
    *names, default = loader.construct_sequence(node)
    return next((os.environ[name] for name in names if name in os.environ), default)


_MkdocsLoader.add_constructor("!ENV", _from_environment)


def load_settings(root: Path) -> dict[str, Any]:
    """The settings of mkdocs.yml: the order of the pages and the dialect of Markdown."""
    return yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), Loader=_MkdocsLoader)  # noqa: S506


def nav_section(settings: dict[str, Any], name: str) -> list[str]:
    """The pages of one section of the navigation, in order, as paths below `docs/`."""
    for entry in settings["nav"]:
        if isinstance(entry, dict) and name in entry:
            pages = entry[name] if isinstance(entry[name], list) else [entry[name]]
            return [page if isinstance(page, str) else next(iter(page.values())) for page in pages]
    return []


class PageReader:
    """Turns the Markdown of one project into pages; holds what all of them share."""

    def __init__(
        self, project: Project, settings: dict[str, Any], notebooks: dict[str, str], figures: dict[str, Figure]
    ) -> None:
        self.project, self.notebooks, self.figures = project, notebooks, figures
        self.site: str = settings["site_url"]
        self.placed: dict[str, str] = {}
        """The page on which each figure stands: in a notebook only if nowhere before."""
        names: list[Any] = []
        options: dict[str, Any] = {}
        for entry in settings["markdown_extensions"]:
            name, chosen = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
            names.append(name)
            options[name] = dict(chosen)
        options["toc"] = {"permalink": False}
        # Every fence as it was written: the format's own writer highlights.
        options["pymdownx.superfences"] = {
            "custom_fences": [{"name": "*", "class": "", "format": _fence, "validator": _fence_options}]
        }
        self.links = _LinkTargets()
        names += [BookCitationExtension(project.sources), _Extension(self.links)]
        self.markdown = Markdown(extensions=names, extension_configs=options)

    def page(self, path: str) -> BookPage:
        """The page of a file, by its path below `docs/`."""
        question = self.project.bank.by_path().get(f"docs/{path}")
        if question:
            return self.question(question)
        if path.endswith(".ipynb"):
            source, text = path, self.notebooks[Path(path).stem]
            title, _, text = text.lstrip().partition("\n")
            place = f"{self.site}{path.removesuffix('.ipynb')}/"
            text = f"{title}\n\nText, results and figures. The code that computed them is [on the website]({place}).\n\n{text}"
        else:
            source = f"docs/{path}"
            lines = self.project.texts[source].split("\n")
            text = "\n".join(lines[front_matter_end(lines) :])
            project = self.project
            text = fill_markers(text, path, project.bank, project.sources, project.cited)
        title = text.lstrip().partition("\n")[0].removeprefix("# ")
        return BookPage(path.rpartition(".")[0], source, title, self._html(text, path))

    def question(self, question: Question) -> BookPage:
        """A question: its checklist, and below a line its answers."""
        sections, path = question.sections, f"questions/{question.id}.md"
        parts = [
            f'<div class="question" data-id="{question.id}" markdown="1">',
            f'<div class="checklist" markdown="1">\n\n{sections["What a strong answer covers"].text}\n\n</div>',
            f'<div class="short-answer" markdown="1">\n\n{question.short_answer}\n\n</div>',
        ]
        parts += [f"## {name}\n\n{sections[name].text}" for name in ("Answer", "Common mistakes", "Follow-ups")]
        if question.notebook:
            target = posixpath.relpath(f"notebooks/{question.notebook}.ipynb", f"questions/{question.topic}")
            title = plain_markdown(self.project.bank.notebooks[question.notebook])
            parts.append(f"Computed in the notebook [{title}]({target}).")
        related = self.project.bank.related(question)
        if related:
            parts.append("## Related questions\n\n" + question_list(related))
        parts.append("</div>")
        html = self._html("\n\n".join(parts), path)
        return BookPage(f"questions/{question.id}", question.path, question.title, html, question=True)

    def _html(self, text: str, path: str) -> str:
        self.links.page = path
        self.markdown.reset()
        text = markdown_lists(text, self.project.bank, path)
        return self.markdown.convert(_FIGURE.sub(lambda match: self._figure(match.group(1), path), text))

    def _figure(self, name: str, path: str) -> str:
        figure = self.figures[name]
        if path.endswith(".ipynb") and name in self.placed:
            return f"See the figure: [{plain_markdown(figure.caption)}](page:{self.placed[name]}#figure:{name})"
        self.placed.setdefault(name, path.rpartition(".")[0])
        _, _, width, height = ET.fromstring(figure.svg).get("viewBox", "0 0 1 1").split()
        given = {
            "figure": figure.id, "caption": figure.caption, "alt": figure.alt,
            "ratio": f"{float(width) / float(height):.3f}",
        }  # fmt: skip
        return '<div class="plot"' + "".join(f' data-{k}="{escape(v)}"' for k, v in given.items()) + "></div>"


def _fence(source: str, language: str, class_name: str, options: Any, md: Markdown, **given: Any) -> str:
    """A code fence as HTML: its language, its other classes and its title."""
    names = " ".join(filter(None, [language, *given["classes"]]))
    title = escape(str(options.get("title", "")))
    return f'<pre class="{names}" title="{title}"><code>{escape(source)}</code></pre>'


def _fence_options(language: str, inputs: Any, options: Any, attrs: Any, md: Markdown) -> bool:
    """Take every option of a fence; without this, one that the library does not know unmakes the fence."""
    options.update(inputs)
    return True


class _Extension(Extension):
    def __init__(self, links: _LinkTargets) -> None:
        super().__init__()
        self.links = links

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        """Add the changes to the tree, after everything else has made it."""
        self.links.md = md
        md.treeprocessors.register(self.links, "book", -100)


class _LinkTargets(Treeprocessor):
    """Makes links independent of the page, and what paper cannot fold or switch plain."""

    page = ""

    def run(self, root: Element) -> None:
        notes = {item.get("id"): item for item in root.iter("li") if (item.get("id") or "").startswith("fn:")}
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "div" and child.get("class") == "footnote":
                    parent.remove(child)
                elif child.tag == "sup" and (child.get("id") or "").startswith("fnref"):
                    self._footnote(child, notes)
                elif child.get("class", "").startswith("tabbed-set"):
                    _plain_tabs(child)
        seen: set[str | None] = set()
        for element in root.iter():
            if element.tag == "a":
                element.set("href", self._target(element.get("href", "")))
            elif element.tag == "details":
                element.tag = "div"
                element.set("class", f"admonition {element.get('class', '')}")
                for summary in element.findall("summary"):
                    summary.tag = "p"
            elif element.tag == "abbr" and element.get("title") not in seen:
                seen.add(element.get("title"))
                element.tail = f" ({element.get('title')}){element.tail or ''}"

    def _target(self, href: str) -> str:
        if re.match(r"[a-z]+:", href):
            return href
        file, _, anchor = href.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), file)) if file else self.page
        stem, ending = posixpath.splitext(path)
        name = stem if ending in (".md", ".ipynb") else path
        return f"page:{name}" + (f"#{anchor}" if anchor else "")

    @staticmethod
    def _footnote(mark: Element, notes: dict[str | None, Element]) -> None:
        item = notes[mark[0].get("href", "#")[1:]]
        mark.tag, mark.attrib = "span", {"class": "note"}
        mark[:] = []
        for paragraph in item:
            back = paragraph.find("a[@class='footnote-backref']")
            if back is not None:
                paragraph.remove(back)
            paragraph.tag = "span"
            mark.append(paragraph)


def _plain_tabs(tabs: Element) -> None:
    labels = [label for row in tabs if row.get("class") == "tabbed-labels" for label in row]
    blocks = [block for body in tabs if body.get("class") == "tabbed-content" for block in body]
    tabs.attrib = {"class": "tabs"}
    tabs[:] = blocks
    for label, block in zip(labels, blocks, strict=True):
        label.tag, label.attrib = "p", {"class": "tab-title"}
        block.set("class", "tab")
        block.insert(0, label)


def book_parts(reader: PageReader, settings: dict[str, Any]) -> dict[str, list[BookPage]]:
    """Every page of the book in its order, by the part that it belongs to."""
    parts: dict[str, list[BookPage]] = {}
    for part in ("Guide", "Tables", "Questions", "FAQ", "Notebooks"):
        parts[part] = []
        for path in nav_section(settings, part):
            if path in ("questions/index.md", "notebooks.md") or path.startswith("indexes/"):
                continue  # the book has lists of its own
            parts[part].append(reader.page(path))
            if part == "Questions":
                topic = path.split("/")[1]
                bank = reader.project.bank
                parts[part] += [reader.question(q) for q in bank.questions if q.topic == topic]
    return parts
