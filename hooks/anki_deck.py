"""`make anki`: the bank as a deck for Anki, a sub-deck for each topic.

A new edition of the deck updates the cards that a reader has and leaves their schedule alone: Anki
knows a card by its GUID, made from the question's id, and takes over what is newer. Nothing here
knows of the site generator.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import sys
import tempfile
import zipfile
from pathlib import Path

import genanki
import yaml
import yaml_env_tag
from archive import pack
from bibliography import CitationExtension, Source
from execute_notebooks import execute_all
from markdown import Markdown
from notebook_pages import Figure, load_executed
from question_bank import Bank, Question
from question_lint import checked_project
from rename_question import load_card_ids

NAME = "Deep Learning Questions"
MODEL_ID = 1_846_201_733
"""Anki's number for our kind of note. It and the fields' names never change: cards would be lost."""

FIELDS = (
    "Question", "Short answer", "Checklist", "Answer", "Common mistakes", "Follow-ups", "Sources",
    "Topic", "Kind", "Difficulty", "Page", "Id",
)  # fmt: skip

_CARD = Path(__file__).parent / "anki_card"
_EARLIEST = 1_700_000_000
"""The edition's time where there is no history to take one from: Anki's ids are times, too."""

_FIGURE = re.compile(r"<!-- figure: (\S+) -->")
_HEADING = re.compile(r"<h2[^>]*>.*?</h2>", re.DOTALL)
_PAGE_LINK = re.compile(r'href="(?![a-z]+:|#)([^"#]+)\.(?:md|ipynb)(#[^"]*)?"')
_SOURCE_LINK = re.compile(r'<a href="#source-\d+"( title="[^"]*")>(.*?)</a>')
_SQLITE_VERSION = slice(96, 100)
"""Where a database file says which SQLite wrote it last; nothing reads it."""


def guid(question_id: str) -> str:
    """By what Anki knows the card of the question that was published under this id."""
    return genanki.guid_for("deep-learning-questions", question_id)


def deck_id(name: str) -> int:
    """Anki's number for the deck of a topic, or for the deck above them all."""
    digest = hashlib.sha256(f"deep-learning-questions/{name}".encode()).digest()
    return (1 << 30) + int.from_bytes(digest[:4], "big") % (1 << 30)


def card_markdown(sources: dict[str, Source]) -> Markdown:
    """The Markdown of the site's pages; formulas become `\\(…\\)` and `\\[…\\]`, which Anki draws."""
    return Markdown(
        extensions=[
            "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables",
            "pymdownx.arithmatex", "pymdownx.details", "pymdownx.highlight", "pymdownx.inlinehilite",
            "pymdownx.superfences", "pymdownx.tabbed", CitationExtension(sources),
        ],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )  # fmt: skip


def card_fields(
    question: Question, bank: Bank, sources: dict[str, Source], figures: dict[str, Figure], site: str
) -> list[str]:
    """The fields of a question's note, as HTML, in the order of FIELDS.

    `site` is the address that links lead to. Raises KeyError if a figure is missing from `figures`.
    """
    parts = "\n\n".join(f"## {name}\n\n{section.text}" for name, section in question.sections.items())
    html = card_markdown(sources).convert(parts)
    html = _FIGURE.sub(lambda match: figures[match.group(1)].html(), html)
    html = _SOURCE_LINK.sub(r"<span\1>\2</span>", html)
    html = _PAGE_LINK.sub(lambda match: f'href="{_page(match, question, site)}"', html)
    _, *texts = (part.strip() for part in _HEADING.split(html))
    texts += [""] * (len(question.sections) + 1 - len(texts))  # a question without sources
    topic = next(topic.title for topic in bank.topics if topic.slug == question.topic)
    title = question.title.replace("&", "&amp;").replace("<", "&lt;")
    page = f"{site}questions/{question.id}/"
    return [title, *texts, topic, str(question.kind), str(question.difficulty), page, question.id]


def _page(link: re.Match[str], question: Question, site: str) -> str:
    """The address on the site of a page that a question's text links to by its file."""
    path = posixpath.normpath(f"questions/{question.topic}/{link.group(1)}").removesuffix("index")
    return f"{site}{path.rstrip('/')}/{link.group(2) or ''}"


def write_deck(root: Path, target: Path) -> int:
    """Write the deck of the project at `root`; the number of its cards.

    Raises ValueError, with everything that is wrong, and then leaves the old file.
    """
    project, problems = checked_project(root)
    figures: dict[str, Figure] = {}
    if not problems:
        executed, failed = execute_all(root, print)
        _, figures, undrawn = load_executed(executed)
        problems = sorted(failed + undrawn)
    if problems:
        raise ValueError("\n".join([*map(str, problems), f"{len(problems)} problems; the deck was not written"]))
    bank, site, first = project.bank, site_address(root), load_card_ids(root)[0]
    model = genanki.Model(
        MODEL_ID, NAME, [{"name": name} for name in FIELDS],
        [{"name": "Question", "qfmt": _read("front.html"), "afmt": _read("back.html")}],
        css=_read("card.css"),
    )  # fmt: skip
    about = f'Interview questions, answered and checked: <a href="{site}">{site}</a>. Text CC BY 4.0.'
    decks = [genanki.Deck(deck_id(""), NAME, about)]
    for topic in bank.topics:
        deck = genanki.Deck(deck_id(topic.slug), f"{NAME}::{topic.title}")
        for position, question in enumerate(q for q in bank.questions if q.topic == topic.slug):
            deck.add_note(
                genanki.Note(
                    model,
                    card_fields(question, bank, project.sources, figures, site),
                    sort_field=question.title,
                    tags=[f"dlq::{key}::{getattr(question, key)}" for key in ("topic", "kind", "difficulty")],
                    guid=guid(first.get(question.id, question.id)),
                    due=position,
                )
            )
        decks.append(deck)
    edition = max(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), _EARLIEST)
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "deck.apkg")
        genanki.Package(decks).write_to_file(package, timestamp=edition)
        with zipfile.ZipFile(package) as packed:
            entries = {name: packed.read(name) for name in packed.namelist()}
    database = bytearray(entries["collection.anki2"])
    database[_SQLITE_VERSION] = bytes(4)
    pack({**entries, "collection.anki2": bytes(database)}.items(), target)
    return len(bank.questions)


def site_address(root: Path) -> str:
    """The address of the published site, from mkdocs.yml and the environment as the site's own build."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!ENV", yaml_env_tag.construct_env_tag)
    text = (root / "mkdocs.yml").read_text(encoding="utf-8")
    return str(yaml.load(text, Loader)["site_url"])  # noqa: S506 (a safe loader)


def _read(name: str) -> str:
    return (_CARD / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    path = Path("dist", "deep-learning-questions.apkg")
    try:
        count = write_deck(Path(__file__).resolve().parent.parent, path)
    except ValueError as error:
        sys.exit(str(error))
    print(f"{path}: {count} cards, {path.stat().st_size / 1e6:.1f} MB; in Anki: File, Import")
