"""The real content: each question file, each Python block, the article's inventory."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest
from article_inventory import FAQ, MISCONCEPTIONS
from bibliography import load_bibliography
from code_blocks import Block, Code, python_blocks
from conftest import ROOT
from question_bank import Kind
from question_files import load_bank, parse_question
from question_lint import lint

QUESTIONS = sorted((ROOT / "docs" / "questions").glob("*/[!i]*.md")) + sorted(
    path for path in (ROOT / "docs" / "questions").glob("*/i*.md") if path.name != "index.md"
)
PAGES = sorted((ROOT / "docs").rglob("*.md"))
LONGEST_BLOCK = 30


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


@pytest.mark.parametrize("path", [path for path in PAGES if python_blocks(path)], ids=lambda path: str(path.relative_to(ROOT / "docs")))
def test_code_prints_what_the_page_says(path: Path) -> None:
    """The untitled blocks of a page run one after another, and every block is short enough to read."""
    code = Code(path)
    for block in code.blocks:
        lines = [line for line in block.code.splitlines() if not line.startswith("#>")]
        assert len(lines) <= LONGEST_BLOCK, f"{len(lines)} lines of code; use {LONGEST_BLOCK} at the most"
        assert max(map(len, block.code.splitlines())) <= 88, "a line is longer than 88 characters"
    code.variables()


def of_kind(kind: Kind) -> list[Path]:
    """The files of the questions of one kind."""
    return [ROOT / question.path for question in load_bank(ROOT / "docs").questions if question.kind == kind]


def rejects(tests: Block, variables: dict[str, object]) -> bool:
    """Whether the tests fail; a wrong solution may make them fail in any way."""
    try:
        tests.run(variables)
    except Exception:  # noqa: BLE001
        return True
    return False


@pytest.mark.parametrize("path", of_kind(Kind.CODING), ids=lambda path: path.stem)
def test_coding_tests_accept_the_solution_and_reject_wrong_ones(path: Path) -> None:
    code = Code(path)
    (tests,) = code.role("Tests")
    assert "assert" in tests.code
    tests.run(code.variables())
    assert len(code.role("Wrong")) >= 2, "fewer than two wrong versions"
    for wrong in code.role("Wrong"):
        variables = code.variables()
        wrong.run(variables)
        assert rejects(tests, variables), f"the tests accept `{wrong.title}`"


@pytest.mark.parametrize("path", of_kind(Kind.DEBUGGING), ids=lambda path: path.stem)
def test_the_check_catches_the_broken_script_and_passes_the_fixed_one(path: Path) -> None:
    code = Code(path)
    (broken,), (fixed,), (check,) = (code.role(name) for name in ("Broken", "Fixed", "Check"))
    variables = code.variables()
    broken.run(variables)
    with pytest.raises(AssertionError):
        check.run(variables)
    variables = code.variables()
    fixed.run(variables)
    check.run(variables)


@pytest.mark.parametrize("path", of_kind(Kind.CALCULATION), ids=lambda path: path.stem)
def test_a_calculation_is_recomputed(path: Path) -> None:
    assert any("#>" in block.code for block in Code(path).role("")), "computes nothing"


def test_blocks_that_do_not_run_are_valid_python() -> None:
    for path in PAGES:
        for block in python_blocks(path):
            ast.parse(block.code)


def test_pytorch_blocks_import_seed_and_print() -> None:
    """`make pytorch` runs them; here stands what can be told without PyTorch."""
    for path in PAGES:
        for block in Code(path).role("PyTorch"):
            assert "import torch" in block.code, f"{block.where}: does not import torch"
            assert "#>" in block.code, f"{block.where}: prints nothing"
            if "rand" in block.code:
                assert "manual_seed" in block.code, f"{block.where}: draws without a seed"


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


def test_no_run_of_ten_words_is_the_articles() -> None:
    """`article_runs.txt` holds a hash of every run of ten words of the source article."""
    known = set((ROOT / "tests" / "article_runs.txt").read_text().split())
    copied = []
    for path in [*PAGES, *sorted((ROOT / "notebooks").glob("*.ipynb"))]:
        prose = "\n".join(
            line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("|", "#"))
        )
        for title in (*FAQ, *MISCONCEPTIONS):  # the article's own headings are carried over
            prose = re.sub(re.escape(title), "", prose, flags=re.IGNORECASE)
        words = re.findall(r"[a-z0-9]+", prose.lower())
        for start in range(len(words) - 9):
            run = " ".join(words[start : start + 10])
            if hashlib.sha256(run.encode()).hexdigest()[:12] in known:
                copied.append(f"{path.relative_to(ROOT)}: {run}")
    assert copied == []
