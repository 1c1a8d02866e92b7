"""The rules: one change to a good project, and the message that it brings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from page_facts import page_facts
from question_lint import lint

QUESTION = "docs/questions/vision/pooling.md"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the small project, in which the lint finds nothing."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "fixture_site", root)
    assert lint(root) == []
    return root


def change(root: Path, name: str, old: str, new: str) -> list[str]:
    """Replace `old` in a file once, and return the lint's problems."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(problem) for problem in lint(root)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("notebook: line", "notebook: lime", "8: no notebook `lime`; use `line` (allowed: `line`)"),
        ("notebook: line", "related:\n  - vision/pooling\nnotebook: line", "8: `related` names the question itself; remove it"),
        ("notebook: line", "related:\n  - vision/poling\nnotebook: line", "8: no question `vision/poling`; use `vision/pooling` (allowed: `vision/pooling`)"),
        ("of $k \\times k$ values by one number, their maximum or their mean, and moves the window by its own width", "", "11: the short answer has 28 words; use 30 to 70"),
        ("Pooling replaces each window", "Pooling [replaces](../../index.md) each window", "11: link in the short answer; move it into the answer"),
        ("small shifts.", "small shifts [@he2016deep].", "11: citation in the short answer; move it into the answer"),
        ("small shifts.", "small shifts.\n\nMore.", "11: the short answer is not one plain paragraph; make it one"),
        ("- One number for each window.\n", "", "15: `What a strong answer covers` has 2 bullets; use 3 to 7"),
        ("- What does the gradient do? It goes to the maximum.\n", "", "36: `Follow-ups` has 1 bullets; use 2 to 5"),
        ("A window of width $k$", "A robust window of width $k$", "23: filler word `robust`; say what is meant"),
        ("A window of width $k$", "A window of width $\\frac{k}$", "23: formula does not convert: Expected argument but reached end of input; use the constructs of the contributing page"),
        ("A window of width $k$", "A window of width $k\\!$", "23: formula uses `\\!`; leave it out; the book overprints it"),
        ("A window of width $k$", "A window of width $x_{<t}$", "23: formula has `<t`; put a space after the sign"),
        ("A window of width $k$", "A window of width $k $", "23: a dollar sign that is no formula; leave no space inside `$…$`, or write USD"),
        ("A window of width $k$", "A window <b>of</b> width $k$", "23: raw HTML <b>; use Markdown"),
        ("A window of width $k$", "A ![](x.png) window of width $k$", "23: image without alt text; say what it shows in the brackets"),
        ("A window of width $k$", "A [window](ftp://x.y/z) of width $k$", "23: link to `ftp://x.y/z`; only https and pages of the site"),
        ("A window of width $k$", "A [window](stride.md) of width $k$", "23: link to `stride.md`, which does not exist; use `index.md` (allowed: `faq.md`, `index.md`, `pooling.md`)"),
        ("A window of width $k$", "A [window](../../index.md#top) of width $k$", "23: link to `../../index.md#top`: no such heading there; use one of `a-small-site`, `sources`"),
        ("```python", "```", "27: code fence without a language; write ```python or ```text"),
        ("[@he2016deep]", "[@he2015deep]", "25: unknown source `@he2015deep`; use `he2016deep` (allowed: `he2016deep`), or add it to docs/references.bib"),
        ("It has none.", "TODO", "34: still to do; replace the `TODO` by text"),
        ('"What is max pooling good for?"', '"Why does a pooling shrink a feature map?"', "6: `Why does a pooling shrink a feature map?` is already asked in this file; merge or reword it"),
    ],
)  # fmt: skip
def test_a_question_breaks_a_rule(project: Path, old: str, new: str, expected: str) -> None:
    assert f"{QUESTION}:{expected}" in change(project, QUESTION, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("docs/index.md", "<!-- figure: line/line -->", "<!-- figure: line/lime -->", "docs/index.md:5: no figure `line/lime`; use `line/line` (allowed: `line/line`)"),
        ("docs/index.md", "<!-- figure: line/line -->", "<!-- fig: line/line -->", "docs/index.md:5: unknown marker `fig: line/line`; see the contributing page"),
        ("docs/index.md", "<!-- questions: vision/pooling -->", "<!-- questions: vision/poling -->", "docs/index.md:7: no question `vision/poling`; use `vision/pooling` (allowed: `vision/pooling`)"),
        ("docs/faq.md", "<!-- faq -->", "<!-- faq: vision/pool -->", "docs/faq.md:3: no question `vision/pool`; use `vision/pooling` (allowed: `vision/pooling`)"),
        ("docs/index.md", "The end.", '!!! note "A note"\n\n    It is crucial.', "docs/index.md:11: filler word `crucial`; say what is meant"),
        ("docs/references.bib", "  year      = {2016},\n", "", "docs/references.bib:1: `he2016deep` has no year; add it"),
        ("docs/references.bib", "  eprint    = {1512.03385},\n", "", "docs/references.bib:1: `he2016deep` has no identifier; add one of eprint, doi, url, isbn"),
        ("docs/references.bib", "@inproceedings{he2016deep", "@misc{unused2016key, title={T}, author={A, B}, year={2016}, doi={10.1/x}}\n\n@inproceedings{he2016deep", "docs/references.bib:1: `unused2016key` is cited nowhere; cite it or delete it"),
        ("notebooks/line.ipynb", '"outputs": []', '"outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]', "notebooks/line.ipynb:4: cell 2 holds outputs; clear them (`make strip`): the build makes its own"),
        ("notebooks/line.ipynb", '"#| label: line\\n", ', "", "notebooks/line.ipynb:5: cell 3: figure without label; add `#| label: …`"),
        ("notebooks/line.ipynb", "#| fig-alt", "#| fig-atl", "notebooks/line.ipynb:5: cell 3: unknown option `fig-atl`; use `fig-alt` (allowed: `label`, `fig-cap`, `fig-alt`, `widget`)"),
        ("notebooks/line.ipynb", '"#| label: line\\n", ', '"#| label: line\\n", "#| widget: treshold\\n", ', "notebooks/line.ipynb:5: cell 3: no widget `treshold`; use `threshold` (allowed: `activation-shape`, `convolution-geometry`, `learning-rate`, `softmax-temperature`, `threshold`)"),
        ("docs/questions/vision/index.md", "<!-- questions -->", "x", "docs/questions/vision/index.md:1: no marker for the list; write `<!-- questions -->` alone on a line"),
        ("docs/questions/vision/index.md", "# Vision", "Vision", "docs/questions/vision/index.md:1: a topic's page starts with its name; write `# Name` on the first line"),
    ],
)  # fmt: skip
def test_another_file_breaks_a_rule(project: Path, name: str, old: str, new: str, expected: str) -> None:
    assert expected in change(project, name, old, new)


def test_a_notebook_that_no_question_names(project: Path) -> None:
    assert change(project, QUESTION, "notebook: line\n", "") == [
        "notebooks/line.ipynb:1: no question names this notebook; add `notebook: line` to one"
    ]


def test_the_same_question_in_two_files(project: Path) -> None:
    twin = project / "docs" / "questions" / "vision" / "subsampling.md"
    shutil.copy(project / QUESTION, twin)
    assert [str(problem) for problem in lint(project)] == [
        f"docs/questions/vision/subsampling.md:{line}: `{text}` is already asked in {QUESTION}; merge or reword it"
        for line, text in ((2, "Why does pooling shrink a feature map?"), (6, "What is max pooling good for?"))
    ]


def test_a_new_question_needs_only_its_todos(project: Path) -> None:
    """`make question` writes a file in which nothing is wrong but what must be filled in."""
    shutil.copytree(ROOT / "hooks", project / "hooks", ignore=shutil.ignore_patterns("__pycache__"))

    def make(topic: str, slug: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(project / "hooks" / "new_question.py"), topic, slug]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert make("vision", "anchor-boxes").stdout == "docs/questions/vision/anchor-boxes.md\n"
    wrong = [str(problem) for problem in lint(project)]
    assert wrong
    allowed = ("still to do; ", "the short answer has ", "the answer has ", "` has 2 bullets; ")
    assert [problem for problem in wrong if not any(part in problem for part in allowed)] == []
    assert make("vision", "anchor-boxes").stderr == "docs/questions/vision/anchor-boxes.md exists; choose another slug\n"
    assert make("vison", "x").stderr.startswith("`vison` is no topic; use `vision`: fundamentals, ")
    assert make("vision", "Anchor").stderr == "slug `Anchor`; use one to six lower-case words joined by hyphens\n"


def test_words_are_counted_as_a_reader_would() -> None:
    text = "## Answer\n\nTwo words, $x + y$ and\n\n$$\nz\n$$\n\n```python\nnot = counted\n```"
    assert page_facts("x.md", text).parts[0].words == 5


def test_the_command_line_prints_every_problem(project: Path) -> None:
    shutil.copytree(ROOT / "hooks", project / "hooks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", project)
    change(project, "docs/index.md", "The end.", "The crucial [end](end.md).")
    command = [sys.executable, str(project / "hooks" / "question_lint.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"GITHUB_ACTIONS": ""})
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "2 problems in 1 files\n"
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"GITHUB_ACTIONS": "true"})
    assert done.stdout.startswith("::error file=docs/index.md,line=9::")
