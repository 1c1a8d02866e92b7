"""The book, read back by engines that are not Typst: pypdfium2 for text and pictures, pikepdf for structure."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pickle
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import book
import pikepdf
import pypdfium2
import pytest
from book import BookError, make_book, outline_pages
from book_faults import failing, line_of
from book_pages import load_settings
from book_typst import TypstWriter, Unwritable, convert_formulas, escaped, parse
from conftest import ROOT
from downloads import downloads, downloads_list
from index_pages import plain_text
from lxml import etree
from mathematics import formula_fault
from page_facts import front_matter_end, outdented
from question_bank import Bank
from question_files import load_bank
from question_lint import Project
from source_files import markdown_parser


@pytest.fixture(scope="session")
def bank() -> Bank:
    return load_bank(ROOT / "docs")


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The whole book and the questions alone, on A4, made by the first of the processes that ask."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    kept = shared / "book.pickle"
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(dict(make_book(ROOT, "a4", topics=False))))
    return pickle.loads(kept.read_bytes())


@pytest.fixture(scope="session")
def whole(pdfs: dict[str, bytes]) -> bytes:
    return pdfs["deep-learning-questions.pdf"]


@pytest.fixture(scope="session")
def page_texts(whole: bytes) -> list[str]:
    """The letters of each page, hyphenation undone."""
    pages = pypdfium2.PdfDocument(whole)
    return [_words(page.get_textpage().get_text_range()) for page in pages]


def _words(text: str) -> str:
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2212: "-", 0xA0: " "})
    return re.sub(r"[\s\-\u00ad\u2010\ufffe]+", "", text)  # the last is how the extractor marks a word divided


def _formula_count(markdown: str) -> int:
    lines = markdown.split("\n")
    tokens = markdown_parser().parse("\n".join(outdented(lines[front_matter_end(lines) :])))
    inline = sum(child.type == "math_inline" for token in tokens for child in token.children or [])
    return inline + sum(token.type == "math_block" for token in tokens)


def _notebook_text(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def _structure(pdf: pikepdf.Pdf) -> list[Any]:
    """Every element of the tree of tags."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            found.append(node)
            if "/K" in node:
                waiting.append(node.K)
    return found


def test_every_question_and_short_answer_is_in_the_book_in_order(page_texts: list[str], bank: Bank) -> None:
    text, position = "".join(page_texts), 0
    for topic in bank.topics:
        for question in (q for q in bank.questions if q.topic == topic.slug):
            title = _words(plain_text(question.title))
            first = _words(" ".join(re.split(r"[$`*]", question.short_answer)[0].split()[:5]))
            place = text.find(title + question.difficulty.capitalize() + question.kind.capitalize() + "Alsoaskedas" * bool(question.also_asked), position)
            assert place >= 0, question.id
            position = text.find(first, place)
            assert 0 <= position < place + 3000, question.id


def test_every_row_of_the_tables_is_in_the_book(page_texts: list[str]) -> None:
    text, position = "".join(page_texts), 0
    for name in ("activations-and-losses", "architectures", "frameworks", "generalization-and-unsupervised-learning"):
        for line in (ROOT / "docs" / "tables" / f"{name}.md").read_text(encoding="utf-8").splitlines():
            first = re.split(r"[\[$`*]", line.strip("| ").split("|")[0])[0].strip()
            if line.startswith("| ") and first and not set(first) <= set("-: "):
                found = text.find(_words(first), position)
                assert found >= 0, line
                position = found


def test_bookmarks_lead_to_every_question_and_topic(whole: bytes, bank: Bank) -> None:
    marked = outline_pages(whole)
    assert {question.title for question in bank.questions} <= set(marked)
    assert {topic.title for topic in bank.topics} <= set(marked)
    with pikepdf.open(io.BytesIO(whole)) as pdf, pdf.open_outline() as outline:
        depth = max(len(path) for path in _paths(outline.root))
    assert depth == 3


def _paths(items: list[Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for item in items:
        found.append((*above, str(item.title)))
        found += _paths(list(item.children), found[-1])
    return found


def test_links_inside_the_book_have_a_target(whole: bytes) -> None:
    inside = 0
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        pages = {page.objgen for page in pdf.pages}
        named = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names else {}
        for page in pdf.pages:
            for note in page.get("/Annots", []):
                if note.Subtype != "/Link" or ("/A" in note and note.A.S == "/URI"):
                    continue
                target = note.Dest if "/Dest" in note else note.A.D
                if isinstance(target, pikepdf.String):
                    target = named[str(target)]
                if isinstance(target, pikepdf.Dictionary):
                    target = target.D
                assert target[0].objgen in pages
                inside += 1
    assert inside > 1000


@pytest.mark.parametrize("name", ["deep-learning-questions.pdf", "deep-learning-questions-questions.pdf"])
def test_nothing_stands_outside_its_page(pdfs: dict[str, bytes], name: str) -> None:
    document = pypdfium2.PdfDocument(pdfs[name])
    for number, page in enumerate(document, 1):
        width, height = page.get_size()
        for item in page.get_objects(max_depth=1):
            if pypdfium2.raw.FPDFClipPath_CountPaths(pypdfium2.raw.FPDFPageObj_GetClipPath(item.raw)) > 0:
                continue  # a curve that its plot cuts off; its bounds are those of the whole
            left, bottom, right, top = item.get_bounds()
            assert left > 20 and right < width - 20 and bottom > 15 and top < height - 15, (number, item.get_bounds())


def test_the_book_is_tagged_names_itself_and_embeds_its_fonts(pdfs: dict[str, bytes]) -> None:
    for name, data in pdfs.items():
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle, name
            assert str(pdf.Root.Lang).startswith("en")
            with pdf.open_metadata() as facts:
                assert facts["pdfuaid:part"] == "1"
                assert facts["dc:title"].startswith("Deep Learning Questions")
                assert facts["dc:creator"] and facts["pdf:Keywords"].startswith("deep learning, ")
            fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
            assert fonts and all(any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3")) for font in fonts)


def test_every_formula_and_figure_arrives_with_words_for_a_screen_reader(whole: bytes) -> None:
    project = Project(ROOT)
    settings = load_settings(ROOT)
    assert settings["site_url"].startswith("https://")
    sources = [text for shown, text in project.texts.items() if shown.startswith(("docs/guide/", "docs/tables/")) or "/questions/" in shown and shown != "docs/questions/index.md"]
    sources += [_notebook_text(path) for path in (ROOT / "notebooks").glob("*.ipynb")]
    expected = sum(_formula_count(text) for text in sources)
    expected += sum(_formula_count(q.short_answer) for q in project.bank.questions if q.faq)  # again in the FAQ
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        elements = _structure(pdf)
    formulas = [element for element in elements if element.get("/S") == "/Formula"]
    assert len(formulas) == expected
    figures = [element for element in elements if element.get("/S") == "/Figure"]
    assert figures and all(str(element.get("/Alt", "")) for element in [*formulas, *figures])


def test_the_questions_alone_name_the_page_of_each_answer(pdfs: dict[str, bytes], whole: bytes, bank: Bank) -> None:
    pages = outline_pages(whole)
    text = "".join(_words(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdfs["deep-learning-questions-questions.pdf"]))
    for question in bank.questions:
        asked = _words(question.title) + question.difficulty.capitalize() + question.kind.capitalize()
        assert f"{asked}p.{pages[question.title]}" in text, question.id
    assert "Shortanswer" not in text


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keeps the executed notebook from one test to the next."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def small_book(small_site: Path, cache: Path) -> Path:
    """The small project, with a guide of two pages to hold what a test needs."""
    (small_site / ".cache").symlink_to(cache)
    settings = small_site / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    nav = "nav:\n  - Guide:\n      - guide/index.md\n      - guide/more.md\n  - Questions:\n      - questions/vision/index.md\n  - FAQ: faq.md\n  - Notebooks:\n      - notebooks/line.ipynb\n"
    settings.write_text(re.sub(r"^nav:\n(?:  .*\n)+", nav, text, flags=re.MULTILINE), encoding="utf-8")
    (small_site / "docs" / "guide").mkdir()
    (small_site / "docs" / "guide" / "index.md").write_text("# Start\n\nText.\n", encoding="utf-8")
    (small_site / "docs" / "guide" / "more.md").write_text("# More\n\nText.\n", encoding="utf-8")
    return small_site


def _text(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_every_construct_of_markdown_arrives(small_book: Path) -> None:
    (small_book / "docs" / "guide" / "index.md").write_text(
        "# Start\n\n"
        '!!! note "An aside"\n\n    Inside the aside.\n\n'
        '??? tip "Folded"\n\n    Inside the fold.\n\n'
        '=== "First tab"\n\n    One tab.\n\n=== "Second tab"\n\n    Another tab.\n\n'
        "A note.[^1] An ABC. An ABC again. See [the rest](more.md#end) and [the web](https://example.org/x).\n\n"
        '```python title="Titled"\nprint("a_b" * 2)  # wide\n```\n\n'
        "| a | b |\n| --- | ---: |\n| $x^2$ | `c_d` |\n\n"
        "1. one\n2. two\n\nTerm\n:   Its meaning.\n\n> Quoted.\n\nSpecial: # [x] @y &lt;z> ~ $1 * _ \\ / -- 'q'\n\n"
        "[^1]: The footnote.\n\n*[ABC]: A Better Course\n",
        encoding="utf-8",
    )
    (small_book / "docs" / "guide" / "more.md").write_text("# More\n\n## End\n\nText [@he2016deep, sec. 3].\n", encoding="utf-8")
    text = " ".join(_text(_small(small_book)["deep-learning-questions.pdf"]).split())
    for words in (
        "An aside Inside the aside.", "Folded Inside the fold.", "First tab One tab.", "Second tab Another tab.",
        "The footnote.", "ABC (A Better Course). An ABC again.", "the rest (p. ", "https://example.org/x",
        'Titled print("a_b" * 2) # wide', "c_d", "1. one", "Its meaning.", "Quoted.", "1, sec. 3]",
        "Special: # [x] @y <z> ~ $1 * _ \\ /",
    ):  # fmt: skip
        assert words in text, words


def _small(root: Path, paper: str = "a4", editions: int = 1) -> dict[str, bytes]:
    """The first editions of a small project whose pages break rules of length, which are not under test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "checked_project", lambda root: (Project(root), []))
        return dict(islice(make_book(root, paper, lambda what: None, topics=editions > 2), editions))


def test_a_topic_is_a_book_of_its_own(small_book: Path) -> None:
    other = small_book / "docs" / "questions" / "sequences"
    other.mkdir()
    (other / "index.md").write_text("# Sequences\n\nWhat to know.\n\n<!-- questions -->\n", encoding="utf-8")
    question = (small_book / "docs" / "questions" / "vision" / "pooling.md").read_text(encoding="utf-8")
    question = re.sub(r'title: ".*"', 'title: "What does a gate let through?"', question)
    (other / "gates.md").write_text(question, encoding="utf-8")
    settings = small_book / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    vision = "      - questions/vision/index.md\n"
    settings.write_text(text.replace(vision, vision + vision.replace("vision", "sequences")), encoding="utf-8")
    pdfs = _small(small_book, editions=9)
    assert list(pdfs) == [f"deep-learning-questions{end}.pdf" for end in ("", "-questions", "-vision", "-sequences")]
    asked = {"vision": "Why does pooling shrink a feature map?", "sequences": "What does a gate let through?"}
    for topic, title in asked.items():
        marked = outline_pages(pdfs[f"deep-learning-questions-{topic}.pdf"])
        assert {title, "Bibliography", "Index"} <= set(marked) and not (set(asked.values()) - {title}) & set(marked)


def test_two_builds_are_the_same_bytes(small_book: Path) -> None:
    assert _small(small_book, editions=2) == _small(small_book, editions=2)


def test_a_notebook_is_in_the_book_once_with_what_stands_elsewhere_named(small_book: Path) -> None:
    (small_book / "docs" / "guide" / "more.md").write_text("# More\n\n<!-- figure: line/line -->\n", encoding="utf-8")
    pdf = _small(small_book)["deep-learning-questions.pdf"]
    text = " ".join(_text(pdf).split())
    assert "Computed in the notebook A line (p. " in text and "The code that computed them is on the website" in text
    assert "import matplotlib" not in text
    assert "See the figure: A straight line. (p. " in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert sum(element.get("/S") == "/Figure" for element in _structure(opened)) == 1


def test_the_epub_holds_every_page_figure_and_formula(small_book: Path) -> None:
    (small_book / "docs" / "guide" / "more.md").write_text(
        "# More\n\n## End\n\n<!-- figure: line/line -->\n\n$$\nx^2\n$$\n\n"
        "See [the start](index.md), [the end](#end) and [pooling](../questions/vision/pooling.md#answer) [@he2016deep].\n",
        encoding="utf-8",
    )
    epub = _small(small_book, "epub")["deep-learning-questions.epub"]
    assert epub == _small(small_book, "epub")["deep-learning-questions.epub"]
    with zipfile.ZipFile(io.BytesIO(epub)) as packed:
        assert packed.namelist()[0] == "mimetype"
        texts = {name.rpartition("/")[2]: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xhtml")}
        assert sum(name.endswith(".svg") for name in packed.namelist()) == 1
    trees = {name: etree.fromstring(text.encode()) for name, text in texts.items()}
    ids = {(name, element.get("id")) for name, tree in trees.items() for element in tree.iter() if element.get("id")}
    inside = 0
    for name, tree in trees.items():
        for link in tree.iter("{*}a"):
            file, mark, anchor = link.get("href", "").partition("#")
            if mark and ":" not in file:
                assert (file.rpartition("/")[2] or name, anchor) in ids, link.get("href")
                inside += name not in ("nav.xhtml", "title_page.xhtml")
    assert inside >= 6
    text = "".join(texts.values())
    for words in ("Why does pooling shrink a feature map?", "Also asked as: What is max pooling good for?", "Short answer", "A straight line.", "Bibliography"):
        assert words in text, words
    sources = [(small_book / "docs" / name).read_text(encoding="utf-8") for name in ("guide/more.md", "questions/vision/pooling.md")]
    sources += [load_bank(small_book / "docs").questions[0].short_answer, _notebook_text(small_book / "notebooks" / "line.ipynb")]
    assert text.count("<math") == sum(map(_formula_count, sources))


def test_a_formula_that_the_epub_cannot_hold_is_reported_by_line(small_book: Path) -> None:
    (small_book / "docs" / "guide" / "more.md").write_text("# More\n\n$\\alsounknown < b$ here.\n", encoding="utf-8")
    with pytest.raises(BookError) as raised:
        _small(small_book, "epub")
    advice = "use the constructs of the contributing page"
    assert [str(problem) for problem in raised.value.problems] == [
        f"docs/guide/more.md:3: the book cannot set the formula `\\alsounknown < b`; {advice}"
    ]


@pytest.mark.parametrize("paper", ["letter", "a6"])
def test_other_papers_hold_wide_formulas_and_code(small_book: Path, paper: str) -> None:
    wide = "$$\n" + " + ".join(f"x_{{{n}}}^2" for n in range(40)) + "\n$$\n"
    code = "```python\n" + "value = " + " + ".join(f"number_{n}" for n in range(12)) + "\n```\n"
    (small_book / "docs" / "guide" / "more.md").write_text(f"# More\n\n{wide}\n{code}", encoding="utf-8")
    pdf = _small(small_book, paper)[f"deep-learning-questions-{paper}.pdf"]
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        assert (round(width), round(height)) == {"letter": (612, 792), "a6": (298, 420)}[paper]
        for item in page.get_objects(max_depth=1):
            left, bottom, right, top = item.get_bounds()
            assert left > 15 and right < width - 15 and bottom > 10 and top < height - 10


def test_what_cannot_be_set_is_reported_by_line_all_at_once(small_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {
        "index": "# Start\n\nText $a$.\n\n$$\nx \\undefinedmacro y\n$$\n",
        "more": "# More\n\n<video>film</video>\n\nAnd\n$\\alsounknown$ here.\n",
    }
    for name, text in pages.items():
        (small_book / "docs" / "guide" / f"{name}.md").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as raised:
        _small(small_book)
    assert [str(problem) for problem in raised.value.problems] == [
        "docs/guide/index.md:6: the book cannot set the formula `x \\undefinedmacro y`; use the constructs of the contributing page",
        "docs/guide/more.md:3: the book has no form for <video>; use Markdown",
        "docs/guide/more.md:6: the book cannot set the formula `\\alsounknown`; use the constructs of the contributing page",
    ]


def test_what_typst_refuses_is_reported_by_line(small_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that Pandoc writes and Typst does not know, as after an upgrade of one of them."""
    monkeypatch.setattr("book_typst._SKEW", {})
    (small_book / "docs" / "guide" / "index.md").write_text("# Start\n\nA\n\n$a \\odot b$ and $c \\cap d$.\n", encoding="utf-8")
    (small_book / "docs" / "guide" / "more.md").write_text("# More\n\n$a \\odot b$ and $c + d$.\n", encoding="utf-8")
    with pytest.raises(BookError) as raised:
        _small(small_book)
    advice = "use the constructs of the contributing page"
    assert [str(problem) for problem in raised.value.problems] == [
        f"docs/guide/index.md:5: the book cannot set the formula `a \\odot b`; {advice}",
        f"docs/guide/index.md:5: the book cannot set the formula `c \\cap d`; {advice}",
        f"docs/guide/more.md:3: the book cannot set the formula `a \\odot b`; {advice}",
    ]


def test_a_failed_book_leaves_the_old_files(small_book: Path) -> None:
    old = small_book / "dist" / "deep-learning-questions.pdf"
    old.parent.mkdir()
    old.write_bytes(b"old")
    (small_book / "docs" / "faq.md").write_text("# FAQ\n\n[nowhere](nowhere.md)\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(small_book / "hooks" / "book.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "docs/faq.md:3: link to `nowhere.md`, which does not exist" in done.stderr
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("latex", "typst"),
    [
        (r"a \odot b", "$a dot.o b$"),
        (r"A \cap B", "$A inter B$"),
        (r"\operatorname{Var}(x)", '$op("Var") \\( x \\)$'),
        (r"\lVert x \rVert", "$lr(bar.v.double x bar.v.double)$"),
    ],
)
def test_formulas_are_written_in_today_s_typst(latex: str, typst: str) -> None:
    converted, failed = convert_formulas([(latex, False)])
    assert failed == []
    assert converted[latex, False] == typst


@pytest.mark.parametrize(
    "latex",
    [r"a \! b", r"\left\| x \right\|", r"\operatorname*{argmax}_x f", r"x \tag{1}", r"\begin{array}{c|c} a & b \end{array}", r"\textcolor{red}{x}"],
)
def test_what_pandoc_and_typst_draw_wrongly_is_refused_before(latex: str) -> None:
    assert (formula_fault(latex) or "").startswith("formula uses `")


def test_text_is_escaped_for_typst() -> None:
    assert escaped("a*b_c #d [e] @f  $g\n<h> ~ 1. x... //") == (
        r"a\*b\_c \#d \[e\] \@f \$g \<h\> \~ 1\. x\.\.. \/\/"
    )


def test_html_without_a_form_in_the_book_is_refused() -> None:
    with pytest.raises(Unwritable, match="the book has no form for <video>; use Markdown"):
        TypstWriter({}, {}).write("page", parse("<p>a <video>b</video></p>"), 0)


def test_a_heading_run_in_stays_with_what_follows() -> None:
    written = TypstWriter({}, {}).write("page", parse("<p><strong>Given.</strong></p><p><strong>Then</strong> read.</p>"), 0)
    assert written == "#block(sticky: true)[#strong[Given.]]\n\n#strong[Then] read.\n"


def test_faults_are_found_by_halves_and_by_words() -> None:
    assert failing(range(100), lambda some: not {7, 80} & set(some)) == [7, 80]
    assert line_of("a\nb  c\nd", "b c\nd") == 2


def test_downloads_list_what_is_there_and_nothing_else(tmp_path: Path) -> None:
    built = datetime(2026, 1, 2, tzinfo=UTC)
    assert downloads_list(downloads(tmp_path / "missing"), "download/", built).startswith("Nothing was made")
    for name, size in (("deep-learning-questions.pdf", 7_100_000), ("deep-learning-questions.apkg", 500), ("stray.pdf", 9)):
        (tmp_path / name).write_bytes(b"x" * size)
    assert downloads_list(downloads(tmp_path), "download/", built).splitlines()[2:] == [
        '| <a href="download/deep-learning-questions.pdf">The whole book, A4</a> | PDF | 7.1 MB | 2026-01-02 |',
        '| <a href="download/deep-learning-questions.apkg">The Anki deck</a> | APKG | 1 kB | 2026-01-02 |',
    ]
