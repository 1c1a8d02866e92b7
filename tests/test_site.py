"""The built site: the whole article is on it, strictly built, and a failed build harms nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from archive import archive
from article_inventory import FAQ, GUIDE, MISCONCEPTIONS, PROMISES, TABLES
import lxml.html
from bs4 import BeautifulSoup
from conftest import ROOT, mkdocs
from content_security import policy, script_hashes
from question_files import load_bank


def soup(site: Path, page: str) -> BeautifulSoup:
    """The main part of a served page, by its name without an ending."""
    path = site / (page if page.endswith("index") else f"{page}/index")
    html = path.with_suffix(".html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "lxml").find("article")


def heading(tag: BeautifulSoup) -> str:
    """A heading's text without its permalink."""
    return tag.get_text().removesuffix("¶").strip()


@pytest.mark.parametrize(("page", "title"), GUIDE.items())
def test_every_section_of_the_article_is_a_page(site: Path, page: str, title: str) -> None:
    assert heading(soup(site, page).h1) == title


@pytest.mark.parametrize(("page", "words"), PROMISES.items())
def test_every_promise_of_a_section_is_kept(site: Path, page: str, words: tuple[str, ...]) -> None:
    text = re.sub(r"\s+", " ", soup(site, page).get_text()).lower()
    assert [word for word in words if word.lower() not in text] == []
    assert soup(site, page).select(".questions-here a"), "links to no question"


@pytest.mark.parametrize(("title", "page", "rows"), [(title, *rest) for title, rest in TABLES.items()])
def test_every_table_starts_with_the_articles_rows(
    site: Path, title: str, page: str, rows: tuple[str, ...]
) -> None:
    part = next(h for h in soup(site, page).find_all("h2") if heading(h) == title)
    table = part.find_next("table")
    first = [row.find(["td", "th"]).get_text(" ", strip=True) for row in table.tbody.find_all("tr")]
    assert len(first) > len(rows), "no row beyond the article's"
    for expected, found in zip(rows, first):
        assert expected.lower() in found.lower()


def test_the_ten_tables_are_listed_in_order(site: Path) -> None:
    links = [a["href"] for a in soup(site, "tables/index").select("a[href*='#']") if "headerlink" not in a.get("class", [])]
    anchors = list(dict.fromkeys(link.partition("#")[2] for link in links))
    expected = [re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") for title in TABLES]
    assert [anchor for anchor in anchors if anchor in expected] == expected


def test_every_misconception_has_its_three_points(site: Path) -> None:
    page = soup(site, "guide/common-misconceptions")
    parts = {heading(h): h for h in page.find_all("h2")}
    for title in MISCONCEPTIONS:
        points = 0
        for sibling in parts[title].find_next_siblings():
            if sibling.name == "h2":
                break
            points += 1 if sibling.name == "h3" else len(sibling.find_all("li")) if sibling.name in ("ul", "ol") else 0
        assert points >= 3, title


def test_the_faq_has_the_articles_nine_in_order(site: Path) -> None:
    titles = [heading(h) for h in soup(site, "faq").find_all("h2")]
    assert tuple(titles[:9]) == FAQ


def test_a_question_page_shows_the_title_and_hides_the_answers(site: Path) -> None:
    page = soup(site, "questions/transformers/key-scaling")
    assert [d["id"] for d in page.select("details.reveal")] == ["short-answer", "checklist", "full-answer"]
    assert not page.select("details.reveal[open]")
    assert [heading(h) for h in page.find_all("h2")] == [
        "Answer", "Common mistakes", "Follow-ups", "Related questions", "Sources",
    ]  # fmt: skip
    assert "Medium" in page.select_one(".question-meta").get_text()
    assert page.select(".also-asked span")
    cited = page.select(".citation a")
    assert cited and all(page.find(id=link["href"][1:]) for link in cited)


def test_related_questions_are_shown_both_ways(site: Path) -> None:
    bank = load_bank(ROOT / "docs")
    question = next(question for question in bank.questions if question.related)
    other = soup(site, f"questions/{question.related[0]}")
    assert question.title in other.get_text()


def test_every_question_is_in_every_index(site: Path) -> None:
    titles = {question.title for question in load_bank(ROOT / "docs").questions}
    for page in ("questions/index", "indexes/difficulty", "indexes/kind"):
        links = {a.get_text() for a in soup(site, page).find_all("a")}
        assert titles <= links, page
    sources = soup(site, "indexes/source")
    assert sources.find(id="vaswani2017attention")
    names = [heading(h) for h in sources.find_all("h2")]
    assert len(names) == len(set(names)), "two sources of one author and year are told apart"
    notebooks = [heading(h) for h in soup(site, "indexes/notebook").find_all("h2")]
    assert len(notebooks) == len(list((ROOT / "notebooks").glob("*.ipynb")))
    assert "A tiny GPT" in notebooks  # a title, not a file's name


def test_all_formulas_became_mathml(site: Path) -> None:
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert 'class="arithmatex"' not in html, path
        article = lxml.html.fromstring(html).find(".//article")
        if article is not None and path.parent.name != "contributing":
            for tag in list(article.iter("code", "pre", "script", "style", "svg")):
                tag.drop_tree()
            assert "$" not in article.text_content(), path
    assert soup(site, "questions/transformers/key-scaling").find("math")


def test_figures_are_vectors_that_say_what_they_show(site: Path) -> None:
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        page = soup(site, f"notebooks/{notebook.stem}")
        figures = page.select("figure.plot")
        assert figures, notebook
        for figure in figures:
            svg = figure.find("svg")
            assert svg["role"] == "img"
            assert len(svg["aria-label"]) > 60
            assert len(figure.figcaption.get_text()) > 20
            assert "style" not in svg.attrs and not svg.select("[style]")
            ET.fromstring(str(svg))
        assert (site / "notebooks" / notebook.stem / notebook.name).is_file(), "cannot be downloaded"
        assert "Error in callback" not in page.text, "a name in a cell breaks the kernel's set-up"
    assert soup(site, "guide/theoretical-concepts-and-architecture").select("figure.plot svg")
    assert soup(site, "tables/activations-and-losses").select("figure.plot svg")


def test_every_authored_page_can_be_edited(site: Path) -> None:
    for page, source in (("faq", "docs/faq.md"), ("questions/transformers/key-scaling", "docs/questions/transformers/key-scaling.md"), ("notebooks/backpropagation", "notebooks/backpropagation.ipynb")):
        assert soup(site, page).select_one(f"a[href$='edit/main/{source}']"), page


def test_search_holds_titles_wordings_and_short_answers_once(site: Path) -> None:
    documents = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    by_location = {document["location"]: document for document in documents}
    for question in load_bank(ROOT / "docs").questions:
        entry = by_location[f"questions/{question.id}/"]
        assert entry.get("tags", []) == [*question.also_asked, *question.search_terms]
        assert not any(location.startswith(f"questions/{question.id}/#") for location in by_location)
        assert "Short answer" in entry["text"]
        assert "<math" not in entry["text"]
    assert not any(location.startswith(("faq/", "indexes/")) for location in by_location)


# A tiny site of its own, to break.

def test_a_small_project_builds(small_site: Path) -> None:
    done = mkdocs("build", "--strict", root=small_site)
    assert done.returncode == 0, done.stderr
    page = (small_site / "site" / "questions" / "vision" / "pooling" / "index.html").read_text()
    assert "Why does pooling" in page and "<math" in page
    report = BeautifulSoup(page, "html.parser").select_one(".report-error a")["href"]
    asked = parse_qs(urlparse(report).query)
    assert asked["title"][0].startswith("Error: Why does pooling")
    assert re.search(r"^Page: https://.*/questions/vision/pooling/\nVersion: ([0-9a-f]{12}|\d{4}-\d\d-\d\d|unknown)\n", asked["body"][0])
    guide = (small_site / "site" / "index.html").read_text()
    assert '<figure class="plot" id="figure-line"' in guide
    assert "How it is computed" in guide


def test_a_script_in_an_answer_is_forbidden_by_the_policy() -> None:
    """Only the theme's own inline scripts are named by hash, not one that got into what authors wrote."""
    theirs, ours = "<script>alert(1)</script>", "<script>theme()</script>"
    hashes = script_hashes(f"<head>{ours}</head><body>{theirs}</body>", content=theirs)
    assert hashes == script_hashes(ours) and len(hashes) == 1
    assert "unsafe" not in policy(hashes)


def test_all_faults_are_reported_at_once_and_the_old_site_stays(small_site: Path) -> None:
    (small_site / "site").mkdir()
    (small_site / "site" / "index.html").write_text("the last good site")
    first = small_site / "docs" / "questions" / "vision" / "pooling.md"
    first.write_text(first.read_text().replace("kind: concept", "kind: concpt").replace("[@he2016deep]", "[@he2016depe]"))
    second = small_site / "docs" / "index.md"
    second.write_text(second.read_text() + "\n[gone](gone.md)\n")
    done = mkdocs("build", "--strict", root=small_site)
    assert done.returncode == 1
    reported = re.findall(r"docs/\S+:\d+: .*", done.stdout + done.stderr)
    assert reported == [
        "docs/index.md:11: link to `gone.md`, which does not exist; use `index.md` (allowed: `VENDORED.md`, "
        "`faq.md`, `index.md`, `pooling.md`)",
        "docs/questions/vision/pooling.md:3: `concpt` is no kind; write `concept` (allowed: `concept`, "
        "`derivation`, `calculation`, `coding`, `debugging`, `design`, `judgement`)",
        "docs/questions/vision/pooling.md:25: unknown source `@he2016depe`; use `he2016deep` (allowed: "
        "`he2016deep`), or add it to docs/references.bib",
        "docs/references.bib:1: `he2016deep` is cited nowhere; cite it or delete it",
    ]
    assert (small_site / "site" / "index.html").read_text() == "the last good site"


def test_a_failing_cell_fails_the_build_by_name(small_site: Path) -> None:
    path = small_site / "notebooks" / "line.ipynb"
    path.write_text(path.read_text().replace("print(slope)", "print(slpoe)"))
    done = mkdocs("build", "--strict", "--site-dir", ".cache/site", root=small_site)
    assert done.returncode == 1
    assert "notebooks/line.ipynb:4: cell 2, line 4: NameError: name 'slpoe' is not defined; mend the cell" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_build_executes_no_notebook(small_site: Path) -> None:
    assert mkdocs("build", "--strict", root=small_site).returncode == 0
    cached = {path: path.stat().st_mtime_ns for path in (small_site / ".cache" / "notebooks").rglob("*.ipynb")}
    assert cached
    question = small_site / "docs" / "questions" / "vision" / "pooling.md"
    question.write_text(question.read_text().replace("Why does pooling", "Why would pooling"))
    assert mkdocs("build", "--strict", root=small_site).returncode == 0
    again = {path: path.stat().st_mtime_ns for path in (small_site / ".cache" / "notebooks").rglob("*.ipynb")}
    assert again == cached
    style = small_site / "notebooks" / "figures.mplstyle"
    style.write_text(style.read_text() + "lines.markeredgewidth: 2\n")
    assert mkdocs("build", "--strict", root=small_site).returncode == 0
    assert set((small_site / ".cache" / "notebooks").rglob("*.ipynb")) - set(cached)


def test_live_editing_shows_a_save_and_a_fault(small_site: Path) -> None:
    """A save is served; a fault stands on the page and in the terminal until it is mended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--dirty", "--no-strict", "-a", f"127.0.0.1:{port}"]
    log = small_site / "serve.log"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "http://example.org/"}
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=small_site, env=environment, stdout=output, stderr=output)
    address = f"http://127.0.0.1:{port}/questions/vision/pooling/"
    path = small_site / "docs" / "questions" / "vision" / "pooling.md"
    good = path.read_text(encoding="utf-8")

    def shows(words: str, present: bool = True, address: str = address) -> None:
        """Wait until the page holds the words, or does not."""
        for _ in range(600):
            time.sleep(0.1)
            with contextlib.suppress(OSError):
                page = urllib.request.urlopen(address, timeout=30).read().decode()
                if (words in page) == present:
                    return
        raise AssertionError(f"{words!r}: {log.read_text()}")

    try:
        shows("Why does pooling")
        path.write_text(good.replace("## Answer\n", "## Answer\n\nSaved just now.\n"), encoding="utf-8")
        shows("Saved just now.")
        path.write_text(good.replace("kind: concept", "kind: concpt"), encoding="utf-8")
        shows("What is wrong in this file")
        assert "docs/questions/vision/pooling.md:3: `concpt` is no kind" in log.read_text()
        assert server.poll() is None
        path.write_text(good, encoding="utf-8")
        shows("What is wrong in this file", present=False)
        path.write_text(good.replace("Why does pooling", "Why ever does pooling"), encoding="utf-8")
        shows("Why ever does pooling")
        shows("Why ever does pooling", address=f"http://127.0.0.1:{port}/questions/vision/")  # lists follow
        assert log.read_text().count("notebook 1 of") <= 1
    finally:
        server.terminate()
        server.wait()


def test_the_archive_is_the_same_bytes_twice(tmp_path: Path) -> None:
    folder = tmp_path / "a-site"
    folder.mkdir()
    (folder / "index.html").write_text("<p>hello</p>")
    archive(folder, tmp_path / "one.zip")
    (folder / "index.html").touch()
    archive(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["a-site/index.html"]
