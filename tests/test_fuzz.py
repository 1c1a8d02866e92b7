"""Anything at all as a question, a page, the list of sources or a file of progress; `make fuzz` tries more."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from bibliography import CitationExtension, load_bibliography
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from mathematics import render_formulas
from mkdocs.config import load_config
from page_facts import CITATION, parse_citations
from playwright.sync_api import Page
from question_bank import SECTIONS, Difficulty, Kind
from question_files import parse_question
from question_lint import lint
from theme_repairs import numbered_code, scrollable_tables

EXAMPLES = int(os.environ.get("FUZZ", 0))
"""How many examples a test tries; without it few, and the same ones each time."""

FUZZ = settings(
    max_examples=EXAMPLES or 100,
    deadline=None,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SMALL = ROOT / "tests" / "fixture_site"

VISIBLE = st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" ")  # what `str.isprintable` takes


@FUZZ
@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_question_or_problems_with_a_line(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "some-slug.md"
    path.write_bytes(data)
    question, problems = parse_question(path, "some-slug.md")
    assert question or problems
    assert all(problem.line >= 1 for problem in problems)


@FUZZ
@given(front=st.text(max_size=200), body=st.text(max_size=300))
def test_any_front_matter_and_body_are_a_question_or_problems(front: str, body: str, tmp_path: Path) -> None:
    path = tmp_path / "some-slug.md"
    path.write_bytes(f"---\n{front}\n---\n{body}".encode("utf-8", "surrogatepass"))
    question, problems = parse_question(path, "some-slug.md")
    assert question or problems
    lines = len(re.split("\r\n|\r|\n", path.read_bytes().decode("utf-8", "replace")))
    assert all(1 <= problem.line <= lines for problem in problems)


@FUZZ
@given(
    title=st.text(VISIBLE, min_size=14, max_size=139).map(lambda text: text + "?"),
    kind=st.sampled_from(list(Kind)),
    difficulty=st.sampled_from(list(Difficulty)),
    faq=st.booleans(),
    also_asked=st.lists(st.text(VISIBLE, min_size=1, max_size=40), max_size=5, unique=True),
    search_terms=st.lists(st.text(VISIBLE, min_size=1, max_size=40), max_size=4, unique=True),
)
def test_front_matter_survives_being_written_back(
    title: str, kind: Kind, difficulty: Difficulty, faq: bool, also_asked: list[str], search_terms: list[str], tmp_path: Path
) -> None:
    data = {"title": title, "kind": str(kind), "difficulty": str(difficulty)}
    data |= {"faq": True} if faq else {}
    data |= {"also_asked": also_asked} if also_asked else {}
    data |= {"search_terms": search_terms} if search_terms else {}
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)
    body = "\n".join(f"## {name}\n\ntext\n" for name in SECTIONS)
    path = tmp_path / "some-slug.md"
    path.write_text(f"---\n{text}---\n\n{body}", encoding="utf-8")
    question, problems = parse_question(path, "some-slug.md")
    assert problems == []
    assert (question.title, question.kind, question.difficulty) == (title, kind, difficulty)
    assert question.faq == faq
    assert list(question.also_asked) == also_asked
    assert list(question.search_terms) == search_terms


PIECES = [
    "\n", "\n\n", "    ", "# ", "## Answer", "- ", "1. ", "> ", "| a | b |\n| --- | --- |\n| c | d |", "```", "```python\n", "`", "$", "$$",
    "\\frac{1}{2}", "x_{<t}", "x^2", "*", "**", "_", "[", "](", ")", "![", "]: ", "<", ">", "</details>", "<script>", "</script>", "<div>",
    "<div markdown>", " onclick=", "style=", "{: ", "}", "javascript:alert(1)", "data:text/html,x", "//evil.example", "<!--", "-->", "[@he2016deep]",
    "[@he2016deep, sec. 3]", "[^1]", "*[HTML]: ", "??? note", '!!! tip "x"', '=== "x"', "&lt;", "&#x6a;", "\\", "word", "![CDATA[",
]  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=14).map("".join)


class _Dangers(HTMLParser):
    """What of a page's HTML could run or fetch something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "iframe", "object", "embed", "form", "base", "meta", "link"):
            self.found.append(tag)
        for name, value in attributes:
            address = re.sub(r"[\s\0]", "", value or "").lower()
            runs = name in ("href", "src", "action") and address.startswith(("javascript:", "data:", "vbscript:"))
            fetched = name == "src" and address.startswith(("http:", "https:", "//"))
            if name.startswith("on") or name == "style" or runs or fetched:
                self.found.append(f"{name}={value}")


@functools.cache
def converter() -> Markdown:
    """The site's own Markdown, with its extensions, and the citations of the small site."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    sources, _ = load_bibliography(SMALL / "docs" / "references.bib", "references.bib")
    return Markdown(extensions=[*config.markdown_extensions, CitationExtension(sources)], extension_configs=config.mdx_configs)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return shutil.copytree(SMALL, tmp_path / "project")


@FUZZ
@given(text=MARKDOWN)
def test_any_markdown_is_refused_or_harmless(text: str, small: Path) -> None:
    """What the lint lets pass converts without an error, into a page that runs and fetches nothing."""
    page = small / "docs" / "questions" / "vision" / "pooling.md"
    page.write_text((SMALL / page.relative_to(small)).read_text(encoding="utf-8") + "\n\n" + text, encoding="utf-8")
    if not lint(small):
        html = numbered_code(scrollable_tables(render_formulas(converter().reset().convert(text))))
        assert _Dangers(html).found == [], html


@FUZZ
@given(text=st.text(max_size=200), pieces=st.lists(st.sampled_from(["@article{", "a", ",", "title", " = {", "}", '"', "url", "\\'e", "\n", "@", "%", "#"]), max_size=30))
def test_any_sources_are_read_or_refused(text: str, pieces: list[str], tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    for written in (text, "".join(pieces)):
        path.write_text(written, encoding="utf-8")
        _, problems = load_bibliography(path, "references.bib")
        assert all(1 <= problem.line <= len(re.split("\r\n|\r|\n", written)) for problem in problems)


@FUZZ
@given(text=st.text("[]@;,. abc-\n", max_size=60))
def test_any_citation_is_read(text: str) -> None:
    """What looks like a citation has a key or is left to the lint, which knows no empty key."""
    for match in CITATION.finditer(text):
        citations = parse_citations(match.group(1))
        assert len(citations) == match.group(1).count(";") + 1
        assert citations[0].key
        assert not any("," in citation.key or ";" in citation.locator for citation in citations)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**53) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
GOOD: dict[str, Any] = {
    "format": "deep-learning-questions-progress", "version": 1, "exported": 0,
    "reviews": {"vision/pooling": [[1700000000000, 3], [1700000001000, 1]]}, "suspended": {"vision/pooling": [1700000000000, True]},
    "settings": {
        "changed": 0, "interview": "", "planned": "", "newPerDay": 8, "limit": 40, "keys": True, "role": "", "topics": [], "kinds": [],
        "difficulties": [],
    },
}  # fmt: skip


@st.composite
def progress(draw: st.DrawFn) -> str:
    """A file of progress in which one value, somewhere, is another, is gone, or has company."""
    data = json.loads(json.dumps(GOOD))
    place: Any = data
    while True:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if isinstance(place[key], (dict, list)) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        change = draw(st.sampled_from(["other", "gone", "more"]))
        if change == "gone":
            del place[key]
        elif change == "more" and isinstance(place, dict):
            place[draw(st.text(max_size=12) | st.just("__proto__"))] = draw(JSON)
        else:
            place[key] = draw(JSON)
        return json.dumps(data)


TAKE_ALL = """texts => texts.map(text => {
  const before = JSON.stringify(dlq.store.reviews);
  try {
    const found = dlq.store.imported(text);
    const kept = JSON.parse(dlq.store.exported());
    const wrong = dlq.store.fault(kept, Date.now() + 864e5);
    const refused = found.reason && JSON.stringify(dlq.store.reviews) !== before;
    return wrong || (refused ? "refused, and yet taken" : "") || ({}.polluted ? "prototype" : "");
  } catch (error) { return String(error); }
})"""


def test_any_progress_is_merged_or_refused(open_page: Callable[..., Page], served: str) -> None:
    """Nothing throws, nothing refused is taken, and what is kept can be exported and read again."""
    texts: list[str] = []

    @settings(FUZZ, max_examples=5 * FUZZ.max_examples)
    @given(text=progress() | JSON.map(json.dumps) | st.text(max_size=40))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    page = open_page(f"{served}practice/")
    answers = page.evaluate(TAKE_ALL, texts)
    assert [(text, answer) for text, answer in zip(texts, answers, strict=True) if answer] == []
