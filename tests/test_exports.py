"""What leaves the site for other tools, and what moves inside it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from bank_report import report
import lxml.html
from bs4 import BeautifulSoup
from conftest import ROOT, mkdocs
from exports import front_matter_schema, json_script, schema
from PIL import Image
from playwright.sync_api import Page
from question_bank import SECTIONS, Difficulty, Kind
from question_files import load_bank
from question_lint import lint
from rename_question import load_redirects, redirect_page, rename

QUESTIONS = load_bank(ROOT / "docs").questions


def test_the_export_follows_its_schema_and_holds_everything(site: Path) -> None:
    data = json.loads((site / "questions.json").read_text(encoding="utf-8"))
    assert (site / "questions.schema.json").read_text(encoding="utf-8") == schema()
    jsonschema.validate(data, json.loads(schema()))
    assert data["version"] == 1
    assert [question["id"] for question in data["questions"]] == [question.id for question in QUESTIONS]
    for question in data["questions"]:
        assert set(question["sources"]) <= set(data["sources"])
        own = json.loads((site / "questions" / f"{question['id']}.json").read_text(encoding="utf-8"))
        assert own == question


def test_each_question_page_leads_to_its_data(site: Path) -> None:
    for question in QUESTIONS:
        page = site / "questions" / question.id / "index.html"
        (link,) = lxml.html.parse(page).xpath("//head/link[@rel='describedby'][@type='application/json']/@href")
        assert (page.parent / link).resolve().is_file()


def structured(site: Path, page: str) -> list[dict]:
    """The schema.org data of a page."""
    html = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
    return [json.loads(script.string) for script in html.find_all("script", type="application/ld+json")]


def test_structured_data(site: Path) -> None:
    quiz, crumbs = structured(site, "questions/transformers/key-scaling/index.html")
    card = quiz["hasPart"][0]
    assert (quiz["@type"], card["@type"], card["eduQuestionType"]) == ("Quiz", "Question", "Flashcard")
    assert card["acceptedAnswer"]["text"].startswith("A dot product of two")
    assert [item["name"] for item in crumbs["itemListElement"]][:2] == ["Questions", "Transformers"]
    (faq,) = structured(site, "faq/index.html")
    assert faq["@type"] == "FAQPage"
    assert len(faq["mainEntity"]) == sum(question.faq for question in QUESTIONS)


def test_hostile_titles_are_harmless_in_structured_data() -> None:
    script = json_script({"name": "</script><script>alert(1)</script>"})
    assert script.count("<") == 2
    inside = BeautifulSoup(script, "html.parser").script.string
    assert json.loads(inside) == {"name": "</script><script>alert(1)</script>"}


def test_a_hostile_title_is_harmless_on_the_page(small_site: Path) -> None:
    root = small_site
    path = root / "docs" / "questions" / "vision" / "pooling.md"
    hostile = """Is </script><img src=x onerror=alert(1)> a 'title' & more?"""
    path.write_text(path.read_text().replace("Why does pooling shrink a feature map?", hostile))
    done = mkdocs("build", "--strict", root=root)
    assert done.returncode == 0, done.stderr
    for name in ("questions/vision/pooling/index.html", "faq/index.html", "questions/vision/index.html"):
        html = BeautifulSoup((root / "site" / name).read_text(encoding="utf-8"), "html.parser")
        assert not html.find("img", src="x"), name
        assert "onerror=alert(1)" in html.get_text() or "onerror=alert(1)" in html.title.get_text()


def test_previews_and_robots(site: Path) -> None:
    head = BeautifulSoup((site / "questions/transformers/key-scaling/index.html").read_text(encoding="utf-8"), "html.parser").head
    properties = {tag["property"]: tag["content"] for tag in head.find_all("meta", property=True)}
    assert properties["og:title"] == "Why does scaled dot-product attention divide by the square root of the key dimension?"
    assert properties["og:description"].startswith("A dot product of two")
    assert properties["og:url"].endswith("/questions/transformers/key-scaling/")
    assert head.find("link", rel="canonical")["href"] == properties["og:url"]
    assert Image.open(site / "assets" / "preview.png").size == (1200, 630)
    assert re.fullmatch(r"User-agent: \*\nAllow: /\nSitemap: https://\S+/sitemap.xml\n", (site / "robots.txt").read_text())


def test_the_editors_schema_is_the_banks(tmp_path: Path) -> None:
    """VS Code checks front matter by a file that the code generates; real front matter passes it."""
    kept = (ROOT / ".vscode" / "question.schema.json").read_text(encoding="utf-8")
    assert kept == front_matter_schema()
    for question in QUESTIONS:
        data = {"title": question.title, "kind": str(question.kind), "difficulty": str(question.difficulty)}
        jsonschema.validate(data, json.loads(kept))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"title": "Why does this fail?", "kind": "concpt", "difficulty": "easy"}, json.loads(kept))


def test_the_editor_understands_what_the_lint_prints(tmp_path: Path) -> None:
    """VS Code's tasks read each fault from the output of `make lint` and of `make serve`."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "fixture_site", root)
    path = root / "docs" / "questions" / "vision" / "pooling.md"
    path.write_text(path.read_text().replace("kind: concept", "kind: concpt"))
    (problem,) = lint(root)
    tasks = json.loads((ROOT / ".vscode" / "tasks.json").read_text(encoding="utf-8"))["tasks"]
    for task, line in zip(tasks, (f"WARNING -  questions: {problem}", str(problem)), strict=True):
        pattern = task["problemMatcher"]["pattern"]
        match = re.search(pattern["regexp"], line)
        file, number, message = (match.group(pattern[name]) for name in ("file", "line", "message"))
        assert (file, int(number), message) == (problem.path, problem.line, problem.message)


def test_the_editors_snippet_is_a_question() -> None:
    """With the places filled in, the lint finds only what is still empty."""
    snippet = json.loads((ROOT / ".vscode" / "question.code-snippets").read_text(encoding="utf-8"))
    body = "\n".join(snippet["Front matter of a question"]["body"])
    choices = [match.split(",") for match in re.findall(r"\$\{\d\|(.*?)\|\}", body)]
    assert choices == [list(Kind), list(Difficulty)]
    assert re.findall(r"^## (.*)$", body, re.MULTILINE) == list(SECTIONS)


# Moving a question


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project with a second question that points at the first."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "fixture_site", root)
    first = root / "docs" / "questions" / "vision" / "pooling.md"
    text = first.read_text(encoding="utf-8").replace("faq: true\n", "").replace("notebook: line\n", "related:\n  - vision/pooling\n")
    text = text.replace("Why does pooling shrink a feature map?", "What does a strided convolution do instead?")
    text = text.replace("What is max pooling good for?", "Stride or subsampling layer?")
    text = text.replace("It goes to the maximum.", "See [there](pooling.md#answer).")
    (first.parent / "strided-convolution.md").write_text(text, encoding="utf-8")
    assert lint(root) == []
    return root


def test_a_rename_takes_everything_along(project: Path) -> None:
    changed = rename(project, "vision/pooling", "vision/max-pooling")
    assert "docs/questions/vision/max-pooling.md" in changed
    assert lint(project) == []
    other = (project / "docs" / "questions" / "vision" / "strided-convolution.md").read_text()
    assert "  - vision/max-pooling\n" in other and "(max-pooling.md#answer)" in other
    assert "../docs/questions/vision/max-pooling.md" in (project / "notebooks" / "line.ipynb").read_text()
    assert "<!-- questions: vision/max-pooling -->" in (project / "docs" / "index.md").read_text()
    assert load_redirects(project)[0] == {"vision/pooling": "vision/max-pooling"}
    rename(project, "vision/max-pooling", "vision/pooling-layers")
    assert load_redirects(project)[0] == {
        "vision/max-pooling": "vision/pooling-layers", "vision/pooling": "vision/pooling-layers",
    }  # fmt: skip


def test_a_rename_into_another_topic(project: Path) -> None:
    folder = project / "docs" / "questions" / "fundamentals"
    folder.mkdir()
    (folder / "index.md").write_text("# Fundamentals\n\nWhat to know.\n\n<!-- questions -->\n")
    rename(project, "vision/strided-convolution", "fundamentals/stride")
    assert lint(project) == []
    assert "(../vision/pooling.md#answer)" in (folder / "stride.md").read_text()


def test_a_removed_question_leaves_a_redirect_to_its_topic(project: Path) -> None:
    other = project / "docs" / "questions" / "vision" / "strided-convolution.md"
    other.write_text(other.read_text().replace("See [there](pooling.md#answer).", "To the maximum.").replace("related:\n", "notebook: line\nrelated:\n").replace("notebook: line\nrelated:\n  - vision/pooling\n", "related:\n  - vision/pooling\nnotebook: line\n"))
    notebook = project / "notebooks" / "line.ipynb"
    notebook.write_text(notebook.read_text().replace(" See [pooling](../docs/questions/vision/pooling.md).", ""))
    rename(project, "vision/pooling", "vision")
    assert load_redirects(project)[0] == {"vision/pooling": "vision"}
    assert [str(problem) for problem in lint(project)] == []


def test_a_published_question_may_not_vanish(project: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments], cwd=project, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "publish")
    (project / "docs" / "questions" / "vision" / "strided-convolution.md").unlink()
    git("commit", "-am", "lose")
    assert [str(problem) for problem in lint(project)] == [
        "docs/questions/vision/strided-convolution.md:1: published once, and gone; put it back and use `make rename`"
    ]
    (project / "docs" / "redirects.yml").write_text("vision/strided-convolution: vision/poling\n")
    assert [str(problem) for problem in lint(project)] == [
        "docs/redirects.yml:1: `vision/strided-convolution` leads to `vision/poling`, which does not exist; "
        "use `vision/pooling` (allowed: `vision/pooling`)"
    ]
    (project / "docs" / "redirects.yml").write_text("vision/strided-convolution: vision/pooling\n")
    assert lint(project) == []


def test_wrong_moves_are_refused(project: Path) -> None:
    for old, new, message in (
        ("vision/poling", "vision/x", "no question `vision/poling`; use `vision/pooling`"),
        ("vision/pooling", "visoin/x", "`visoin` is no topic; use `vision`"),
        ("vision/pooling", "vision/X", "slug `X`; use one to six lower-case words joined by hyphens"),
        ("vision/pooling", "vision/strided-convolution", "vision/strided-convolution exists; choose another slug"),
    ):
        with pytest.raises(SystemExit, match=re.escape(message)):
            rename(project, old, new)


def test_a_redirect_needs_no_server_and_no_script() -> None:
    page = redirect_page("../max-pooling/")
    assert '<meta http-equiv="refresh" content="0; url=../max-pooling/">' in page
    assert '<a href="../max-pooling/">' in page


def test_a_redirect_leads_there_from_the_disk(small_site: Path, open_page: Callable[..., Page]) -> None:
    (small_site / "docs" / "redirects.yml").write_text("vision/downsampling: vision/pooling\n")
    done = mkdocs("build", "--strict", root=small_site, OFFLINE="true")
    assert done.returncode == 0, done.stderr
    page = open_page((small_site / "site" / "questions" / "vision" / "downsampling.html").as_uri())
    page.wait_for_url("**/vision/pooling.html")
    assert page.locator("h1").inner_text().startswith("Why does pooling")


def test_the_report_counts_everything() -> None:
    text = report(ROOT)
    assert text.startswith(f"{len(QUESTIONS)} questions\n")
    have = re.findall(r"^(\S+) +(\d+) +[\d.]+% +(\d+)% ", text, re.MULTILINE)
    topics, kinds, difficulties = have[:21], have[21:28], have[28:]
    for rows in (topics, kinds, difficulties):
        assert sum(int(count) for _, count, _ in rows) == len(QUESTIONS)
        assert sum(int(goal) for _, _, goal in rows) == 100


def test_the_command_line_renames(project: Path) -> None:
    shutil.copytree(ROOT / "hooks", project / "hooks", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, str(project / "hooks" / "rename_question.py"), "vision/pooling", "vision/max-pooling"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "docs/redirects.yml" in done.stdout.splitlines()
