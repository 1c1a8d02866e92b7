"""The real content: each question file, each Python block, the article's inventory."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from bibliography import load_bibliography
from conftest import ROOT
from markdown_it.token import Token
from question_bank import Kind, load_bank, markdown_parser, parse_question
from question_lint import lint

QUESTIONS = sorted((ROOT / "docs" / "questions").glob("*/[!i]*.md")) + sorted(
    path for path in (ROOT / "docs" / "questions").glob("*/i*.md") if path.name != "index.md"
)
PAGES = sorted((ROOT / "docs").rglob("*.md"))
NO_RUN = re.compile(r'python no-run="([^"]+)"')
LONGEST_BLOCK = 30


def python_blocks(path: Path) -> list[Token]:
    """The page's fences whose language is Python."""
    tokens = markdown_parser().parse(path.read_text(encoding="utf-8"))
    return [token for token in tokens if token.type == "fence" and token.info.startswith("python")]


def test_the_lint_finds_nothing() -> None:
    assert [str(problem) for problem in lint(ROOT)] == []


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_question_file(path: Path) -> None:
    """A question parses, cites a source, and its code is what its kind promises."""
    question, problems = parse_question(path, path.name)
    assert problems == []
    assert question is not None
    body = "\n".join(section.text for section in question.sections.values())
    assert "[@" in body, "cites nothing"
    assert "**Beyond:**" in question.sections["What a strong answer covers"].text
    if question.kind in (Kind.CODING, Kind.DEBUGGING):
        assert any(not NO_RUN.match(block.info) for block in python_blocks(path)), "runs no code"


@pytest.mark.parametrize("path", [path for path in PAGES if python_blocks(path)], ids=lambda path: str(path.relative_to(ROOT / "docs")))
def test_code_prints_what_the_page_says(path: Path) -> None:
    """The blocks of a page run one after another; what they print is what stands after `#>`."""
    variables: dict[str, object] = {"__name__": path.stem}
    for block in python_blocks(path):
        assert block.info == "python" or NO_RUN.fullmatch(block.info), f"unknown fence `{block.info}`"
        lines = block.content.splitlines()
        code = [line for line in lines if not line.startswith("#>")]
        assert len(code) <= LONGEST_BLOCK, f"{len(code)} lines of code; use {LONGEST_BLOCK} at the most"
        assert max(map(len, lines)) <= 88, "a line is longer than 88 characters"
        if NO_RUN.match(block.info):
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.content, f"{path}:{block.map[0] + 2}", "exec"), variables)
        said = [line[2:].removeprefix(" ").rstrip() for line in lines if line.startswith("#>")]
        assert [line.rstrip() for line in printed.getvalue().splitlines()] == said


def test_blocks_that_do_not_run_are_valid_python() -> None:
    for path in PAGES:
        for block in python_blocks(path):
            ast.parse(block.content)


def test_the_bank_holds_what_was_promised() -> None:
    questions = load_bank(ROOT / "docs").questions
    kinds = Counter(question.kind for question in questions)
    assert len(questions) >= 48
    assert kinds[Kind.DERIVATION] >= 6
    assert kinds[Kind.CALCULATION] >= 5
    assert kinds[Kind.CODING] >= 6
    assert kinds[Kind.DEBUGGING] >= 4
    assert sum(question.faq for question in questions) >= 9


def test_every_source_has_a_resolvable_identifier() -> None:
    sources, problems = load_bibliography(ROOT / "docs" / "references.bib", "docs/references.bib")
    assert problems == []
    for source in sources.values():
        assert re.fullmatch(r"\d{4}", source.year), source.key
        assert int(source.year) <= 2026, source.key
        if source.identifier.startswith("arXiv:"):
            assert re.fullmatch(r"arXiv:(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", source.identifier), source.key
        if source.identifier.startswith("doi:"):
            assert source.identifier.startswith("doi:10."), source.key


def test_vendored_files_are_the_listed_ones() -> None:
    assets = ROOT / "docs" / "assets"
    rows = re.findall(r"^\| (\S+/\S+) \|.*\| ([0-9a-f]{64}) \|$", (assets / "VENDORED.md").read_text(), re.MULTILINE)
    present = {str(path.relative_to(assets)) for folder in ("fonts", "vendor") for path in (assets / folder).iterdir()}
    assert {name for name, _ in rows} == present
    for name, digest in rows:
        assert hashlib.sha256((assets / name).read_bytes()).hexdigest() == digest, name


def test_no_run_of_ten_words_is_the_articles() -> None:
    """`article_runs.txt` holds a hash of every run of ten words of the source article."""
    known = set((ROOT / "tests" / "article_runs.txt").read_text().split())
    copied = []
    for path in [*PAGES, *sorted((ROOT / "notebooks").glob("*.ipynb"))]:
        prose = "\n".join(
            line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("|", "#"))
        )
        words = re.findall(r"[a-z0-9]+", prose.lower())
        for start in range(len(words) - 9):
            run = " ".join(words[start : start + 10])
            if hashlib.sha256(run.encode()).hexdigest()[:12] in known:
                copied.append(f"{path.relative_to(ROOT)}: {run}")
    assert copied == []
