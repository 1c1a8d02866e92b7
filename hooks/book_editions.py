"""What each edition of the book holds: the whole, one topic, or the questions alone.

An edition is a Typst file that includes pages, and the data that `book.typ` looks up for it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bibliography import Source
from book_pages import BookPage
from book_typst import string
from index_pages import DIFFICULTY_MEANING, KIND_MEANING
from question_bank import Question
from question_lint import Project

TITLE = "Deep Learning Questions"
AUTHOR = "The authors of Deep Learning Questions"
KEYWORDS = ("deep learning", "machine learning", "interview questions", "neural networks", "study guide")


@dataclass(frozen=True)
class Material:
    """All that editions are made from: the project, its pages by part, and facts about each page by its name."""

    project: Project
    parts: dict[str, list[BookPage]]
    cited: dict[str, set[str]]
    """The keys of the sources that a page cites."""
    headings: dict[str, list[tuple[str, str]]]
    """The sections of a page: text and label."""
    site: str
    date: tuple[int, int, int]
    imprint: str

    @property
    def questions(self) -> list[Question]:
        """The questions in the bank's order."""
        return list(self.project.bank.questions)


@dataclass
class Edition:
    """One PDF: its Typst file and its data."""

    name: str
    title: str
    subtitle: str
    paper: str
    offset: int = 0
    pages: list[BookPage] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def typst(self) -> str:
        """The Typst file of the edition."""
        return "\n".join(['#import "/book.typ": *', "#show: look", *self.body]) + "\n"

    def data(self, material: Material) -> str:
        """What `book.typ` looks up, as JSON."""
        project, shown = material.project, {page.name for page in self.pages}
        keys = {key for name in shown for key in material.cited[name]}
        order = sorted(keys)  # by author: a key begins with the first one
        numbers = {key: number for number, key in enumerate(order, 1)}
        citing = {key: [page.name for page in self.pages if key in material.cited[page.name]] for key in order}
        return json.dumps({
            "paper": self.paper, "title": self.title, "subtitle": self.subtitle, "offset": self.offset,
            "author": AUTHOR, "keywords": KEYWORDS, "date": material.date, "site": material.site,
            "pages": {page.name: page.title for page in self.pages},
            "addresses": _addresses(material),
            "questions": {
                question.id: {
                    "title": question.title, "difficulty": question.difficulty, "kind": question.kind,
                    "also": question.also_asked,
                } for question in material.questions
            },
            "numbers": numbers,
            "sources": [_source(project.sources[key], numbers[key], citing[key]) for key in order],
            "index": _index(self.pages, material),
        }, ensure_ascii=False, indent=1)  # fmt: skip


def whole_edition(material: Material, paper: str) -> Edition:
    """The whole site as one book."""
    count = len(material.questions)
    edition = Edition("", TITLE, f"{count} interview questions with short answers, checklists, derivations and sources", paper)
    edition.pages = [page for pages in material.parts.values() for page in pages]
    edition.body = [_title_page(edition, material), "#how-to-use()", "#contents(2)"]
    for part, pages in material.parts.items():
        chapters = [page for page in pages if not page.question]
        if len(chapters) > 1:
            listed = ", ".join(f"({string(page.name)}, {string(page.title)})" for page in chapters)
            edition.body.append(f"#part({string(part)}, ({listed},))")
        edition.body += _chapters(pages)
    questions = material.questions
    edition.body.append(_grouped("Questions by difficulty", DIFFICULTY_MEANING, "difficulty", questions))
    edition.body.append(_grouped("Questions by kind", KIND_MEANING, "kind", questions))
    edition.body += ["#sources()", "#topic-index()"]
    return edition


def topic_edition(material: Material, paper: str, topic: str) -> Edition:
    """The questions of one topic, with their sources."""
    name = f"questions/{topic}/"
    pages = [page for page in material.parts["Questions"] if page.name.startswith(name)]
    count = sum(page.question for page in pages)
    edition = Edition(f"-{topic}", f"{TITLE}: {pages[0].title}", f"{count} interview questions with answers and sources", paper, -1)
    edition.pages = pages
    edition.body = [_title_page(edition, material), "#how-to-use()", "#contents(2)", *_chapters(pages), "#sources()", "#topic-index()"]
    return edition


def questions_edition(material: Material, paper: str, page_numbers: dict[str, int]) -> Edition:
    """The questions alone, with the page of each answer in the whole book; `page_numbers` has it by title."""
    edition = Edition("-questions", f"{TITLE}: the questions", "To answer away from a screen; the page numbers lead to the answers in the whole book", paper)
    groups = []
    for topic in material.project.bank.topics:
        asked = (
            f"({string(q.title)}, {string(q.difficulty)}, {string(q.kind)}, {page_numbers[q.title]})"
            for q in material.questions if q.topic == topic.slug
        )  # fmt: skip
        groups.append(f"({string(topic.title)}, ({', '.join(asked)},))")
    edition.body = [_title_page(edition, material), f"#chapter({string(edition.title)}, practice-list(({', '.join(groups)},)))"]
    return edition


def _chapters(pages: Iterable[BookPage]) -> list[str]:
    """Each chapter with the questions that follow it, under a running head of its own."""
    chapters: list[tuple[BookPage, list[str]]] = []
    for page in pages:
        include = f"#include {string(f'/{page.name}.typ')}"
        if page.question:
            chapters[-1][1].append(include)
        else:
            chapters.append((page, [f"#anchor({string(page.name)})\n{include}"]))
    return [f"#chapter({string(page.title)})[\n" + "\n".join(body) + "\n]" for page, body in chapters]


def _title_page(edition: Edition, material: Material) -> str:
    lines = [material.imprint, "Text CC BY 4.0, code MIT", material.site.removeprefix("https://").rstrip("/")]
    return f"#title-page(({', '.join(map(string, lines))}))"


def _grouped(title: str, meanings: dict[Any, str], axis: str, questions: list[Question]) -> str:
    groups = []
    for value, meaning in meanings.items():
        names = ", ".join(string(f"questions/{q.id}") for q in questions if getattr(q, axis) == value)
        if names:
            groups.append(f"({string(value.capitalize())}, {string(meaning)}, ({names},))")
    return f"#grouped({string(title)}, ({', '.join(groups)},))"


def _addresses(material: Material) -> dict[str, str]:
    """The place on the site of each page, relative to the site's address."""
    names = {page.name for pages in material.parts.values() for page in pages}
    names |= {path.relative_to(material.project.docs).with_suffix("").as_posix() for path in material.project.pages}
    names |= {f"notebooks/{name}" for name in material.project.notebooks}
    return {name: re.sub(r"(^|/)index$", r"\1", name) if name.endswith("index") else f"{name}/" for name in sorted(names)}


def _source(source: Source, number: int, citing: list[str]) -> dict[str, Any]:
    return {
        "key": source.key, "number": number, "byline": source.byline, "year": source.year,
        "title": source.title, "stop": "" if source.title[-1] in ".?!" else ".", "venue": source.venue,
        "identifier": source.identifier, "link": source.link, "confirmed": source.confirmed, "cited": citing,
    }  # fmt: skip


def _index(pages: list[BookPage], material: Material) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Ideas by their first letter, each with the labels where it is treated: questions and sections."""
    places: dict[str, list[str]] = {}
    for page in pages:
        if page.question:
            places.setdefault(_idea(page, material), []).append(page.name)
        elif page.name.startswith("notebooks/"):
            places.setdefault(page.title, []).append(page.name)
        elif page.name.startswith(("guide/", "tables/")):
            for text, label in material.headings[page.name]:
                places.setdefault(text, []).append(label)
    letters: dict[str, list[tuple[str, list[str]]]] = {}
    for term in sorted(places, key=lambda term: (term.casefold(), term)):
        letters.setdefault(term[0].upper(), []).append((term, places[term]))
    return list(letters.items())


def _idea(page: BookPage, material: Material) -> str:
    """The idea that a question's slug names, its words written as its text writes them."""
    text = material.project.texts[page.source]
    words = []
    for word in page.name.rpartition("/")[2].split("-"):
        forms = Counter(found for found in re.findall(r"\b[A-Za-z][A-Za-z0-9]*\b", text) if found.lower() == word)
        forms[word] += 0
        best = max(forms, key=lambda form: (forms[form] + 0.5 * any(c.isupper() for c in form[1:]), form != word))
        words.append(best if any(c.isupper() for c in best[1:]) or forms[word] == 0 and len(forms) > 1 else word)
    idea = " ".join(words)
    return idea[0].upper() + idea[1:]
