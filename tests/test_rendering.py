"""Formulas, citations, figures and lists: each piece of a page on its own."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bibliography import CitationExtension, load_bibliography
from conftest import ROOT
from index_pages import fill_markers, html_lists, markdown_lists, plain_markdown, plain_text, question_link, question_page, questions_by_source, relative
from markdown import Markdown
from mathematics import REFUSED, formula_fault, render_formulas, to_mathml
from notebook_pages import CellFault, as_markdown, cell_options
from page_facts import Citation, parse_citations
from question_files import load_bank
from theme_repairs import REPAIRS, SCRIPT_REPAIRS, repair, replaced, scrollable_tables
from vector_figures import clean_svg

BIB = r"""
@article{lecun1998gradient,
  title = {Gradient-Based Learning Applied to Document Recognition},
  author = {LeCun, Yann and Bottou, L{\'e}on and Bengio, Yoshua and Haffner, Patrick},
  journal = {Proceedings of the {IEEE}},
  year = {1998},
  doi = {10.1109/5.726791},
}
@book{goodfellow2016deep,
  title = {Deep Learning},
  author = {Goodfellow, Ian and Bengio, Yoshua and Courville, Aaron},
  publisher = {MIT Press},
  year = {2016},
  isbn = {9780262035613},
}
"""


@pytest.fixture
def sources(tmp_path: Path) -> dict:
    path = tmp_path / "references.bib"
    path.write_text(BIB, encoding="utf-8")
    found, problems = load_bibliography(path, "references.bib")
    assert problems == []
    return found


def test_sources_are_shown_with_authors_title_venue_and_link(sources: dict) -> None:
    assert sources["lecun1998gradient"].html() == (
        "Yann LeCun et al. (1998). <cite>Gradient-Based Learning Applied to Document Recognition</cite>. "
        'Proceedings of the IEEE. <a href="https://doi.org/10.1109/5.726791">doi:10.1109/5.726791</a>'
    )
    assert sources["goodfellow2016deep"].html() == (
        "Ian Goodfellow, Yoshua Bengio and Aaron Courville (2016). <cite>Deep Learning</cite>. MIT Press. "
        "ISBN 9780262035613"
    )
    assert sources["lecun1998gradient"].authors[1] == "Léon Bottou"


def test_a_source_that_nobody_looked_up_says_so(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text("@misc{a, title={T}, author={A, B}, year={2000}, doi={10.1/x}, keywords={unconfirmed}}\n")
    found, _ = load_bibliography(path, "references.bib")
    assert found["a"].html().endswith("doi:10.1/x</a> (not yet checked against the source)")


def test_faults_of_a_bibliography(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text("@article{a, title={T}, author={A, B}, year={2000}, doi={10.1/x}}\n@article{a, title={U}}\n@article{b\n")
    _, problems = load_bibliography(path, "references.bib")
    assert [str(problem) for problem in problems] == [
        "references.bib:2: key `a` is used twice; keep one entry",
        "references.bib:3: broken entry; check braces and commas",
    ]


def test_citations_are_numbered_in_order_and_listed_once(sources: dict) -> None:
    page = Markdown(extensions=[CitationExtension(sources)]).convert(
        "B [@goodfellow2016deep, sec. 9.1; @lecun1998gradient]. Again [@goodfellow2016deep]. `[@goodfellow2016deep]`"
    )
    assert page.count('href="#source-1"') == 2
    assert '>1, sec. 9.1</a>; <a href="#source-2"' in page
    assert page.count("<li id=") == 2
    listed = page[page.index("<ol") :]
    assert listed.index("Ian Goodfellow") < listed.index("Yann LeCun")
    assert "<code>[@goodfellow2016deep]</code>" in page
    boxed = Markdown(extensions=["admonition", CitationExtension(sources)]).convert(
        "!!! note\n    A [@lecun1998gradient].\n\nB [@goodfellow2016deep]."
    )
    assert boxed.index('#source-1"') < boxed.index('#source-2"'), "numbered in the order of the page"
    assert parse_citations("@a, sec. 3; @b") == [Citation("a", "sec. 3"), Citation("b", "")]


def test_formulas_become_mathml() -> None:
    html = render_formulas(
        '<p><span class="arithmatex">\\(a &lt; b\\)</span></p><div class="arithmatex">\\[\nx^2\n\\]</div>'
    )
    assert '<math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>' in html
    assert '<div class="formula" role="group" aria-label="Formula" tabindex="0"' in html
    assert '<math display="block">' in html
    together = render_formulas('<p>so (<span class="arithmatex">\\(a\\)</span>), or</p>')
    assert together == '<p>so <span class="nowrap">(<math><mi>a</mi></math>),</span> or</p>'
    for latex in (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", r"\begin{cases} a & b \\ c & d \end{cases}"):
        assert " style=" not in to_mathml(latex, display=True)


def test_primes_get_the_form_for_superscripts() -> None:
    """Chromium takes the plain sign, which is small and high already, and makes it smaller and higher."""
    assert '<msup><mi>f</mi><mo class="prime">″</mo></msup>' in to_mathml("f''(x)", display=False)


@pytest.mark.parametrize("construct", REFUSED)
def test_constructs_that_some_target_cannot_draw_are_refused(construct: str) -> None:
    assert formula_fault(f"x {construct}") == f"formula uses `{construct}`; {REFUSED[construct]}"


def test_good_formulas_are_not_refused() -> None:
    for latex in (r"\mathbf{W}^\top \delta", r"\lVert x \rVert_2", r"\tanh(x)", r"\lambda"):
        assert formula_fault(latex) is None
    assert "does not convert" in formula_fault(r"\nosuchcommand")


def test_titles_are_harmless_whatever_they_hold() -> None:
    hostile = '</script><b onclick="x">*bold* `code` [link](x) $x$ | cell?'
    html = Markdown(extensions=["tables"]).convert(plain_markdown(hostile))
    assert "<b" not in html and "<em>" not in html and "<code>" not in html and "<a" not in html
    assert "*bold*" in html


def test_plain_text_drops_markup() -> None:
    assert plain_text("A *b* `c` $d_k$\nand [e](f.md).") == "A b c d_k and e."


def test_links_are_relative_to_the_page() -> None:
    bank = load_bank(ROOT / "docs")
    question = bank.by_id()["transformers/key-scaling"]
    assert relative("questions/a/b.md", "questions/a/index.md") == "b.md"
    assert question_link(question, "faq.md").endswith("(questions/transformers/key-scaling.md)")
    page = question_page(question, bank, "questions/transformers/key-scaling.md")
    assert 'href="causal-attention">' in html_lists(page, bank, lambda other: other.slug)
    assert "](causal-attention.md)" in markdown_lists(page, bank, f"questions/{question.id}.md")
    assert page.index('id="short-answer"') < page.index('id="checklist"') < page.index('id="full-answer"')


MATPLOTLIB = """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="4pt" height="3pt" viewBox="0 0 4 3">
<metadata><date>today</date></metadata><defs><style>*{}</style></defs>
<g id="axes"><path id="tick" d="M 1.23456 0
L 2 0" style="fill: none; stroke: #0072b2; stroke-width: 2"/><use xlink:href="#tick" style="stroke: #1b1f24"/>
<text style="font: bold 12px 'DejaVu Sans'; text-anchor: middle" x="1.23456">loss</text></g></svg>"""


def test_figures_lose_styles_and_dates_and_gain_classes() -> None:
    svg = clean_svg(MATPLOTLIB, "nb-fig")
    root = ET.fromstring(svg)
    path, use, text = root[0]
    assert path.attrib == {"id": "nb-fig-tick", "d": "M 1.23 0 L 2 0", "fill": "none", "stroke": "#0072b2", "stroke-width": "2", "class": "stroke-1"}
    assert use.get("href") == "#nb-fig-tick" and use.get("class") == "stroke-ink"
    assert text.get("font-size") == "12" and text.get("font-weight") == "bold" and text.get("class") == "fill-ink"
    assert root.get("viewBox") == "0 0 4 3" and root.get("width") is None
    assert "today" not in svg and "style" not in svg and "id=\"axes\"" not in svg


def cell(source: str, *outputs: dict) -> dict:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


DRAWING = {"output_type": "display_data", "data": {"image/svg+xml": MATPLOTLIB}}
LABELLED = '#| label: fig\n#| fig-cap: "A: caption"\n#| fig-alt: "Alt"\ndraw()'


def test_an_executed_notebook_becomes_a_page() -> None:
    cells = [
        {"cell_type": "markdown", "source": "# T\n\n[q](../docs/questions/a/b.md)"},
        cell("print(1)", {"output_type": "stream", "text": "\x1b[31m1\x1b[0m\n"}),
        cell(LABELLED, DRAWING),
    ]
    markdown, figures = as_markdown("nb", cells)
    assert markdown == (
        "# T\n\n[q](../questions/a/b.md)\n\n```python\nprint(1)\n```\n\n``` { .text .output }\n1\n```\n\n"
        "```python\ndraw()\n```\n\n<!-- figure: nb/fig -->"
    )
    assert figures[0].caption == "A: caption"
    assert 'role="img" aria-label="Alt"' in figures[0].html()
    assert cell_options("x = 1") == {}


@pytest.mark.parametrize(("wrong", "drawn"), [(cell("draw()", DRAWING), 1), (cell(LABELLED), 0), (cell(LABELLED, DRAWING, DRAWING), 2)])
def test_a_figure_without_a_label_or_a_label_without_a_figure(wrong: dict, drawn: int) -> None:
    with pytest.raises(CellFault, match=f"cell 1 draws {drawn} figures; a cell with `#| label` draws one, any other none".replace("|", r"\|")):
        as_markdown("nb", [wrong])


def test_a_warning_does_not_reach_the_page() -> None:
    warns = {"output_type": "stream", "name": "stderr", "text": "x.py:1: RuntimeWarning: overflow\n"}
    with pytest.raises(CellFault, match="cell 1 warns: x.py:1: RuntimeWarning: overflow; mend the cell"):
        as_markdown("nb", [cell("x", warns)])


def test_repairs_report_what_no_longer_matches() -> None:
    scripts = '<script src="a/bundle.1.min.js"></script>\n<script src="a/site.js" defer></script>'
    html, unmatched = repair("".join(found for _, found, _ in REPAIRS) + scripts)
    assert unmatched == []
    assert all(instead in html for _, _, instead in REPAIRS)
    assert html.endswith('\n<script src="a/site.js" defer data-theme="a/bundle.1.min.js"></script>')
    assert repair("")[1][:-1] == [reason for reason, _, _ in REPAIRS]
    assert replaced("x", SCRIPT_REPAIRS)[1] == [reason for reason, _, _ in SCRIPT_REPAIRS]
    assert scrollable_tables("<table><tr></tr></table>").startswith('<div class="table" role="group"')


def test_sources_of_one_author_and_year_have_one_order() -> None:
    """Whatever order they were found in: the same project becomes the same bytes."""
    bank = load_bank(ROOT / "docs")
    sources, _ = load_bibliography(ROOT / "docs" / "references.bib", "docs/references.bib")
    cited = questions_by_source(bank, sources)
    text = (ROOT / "docs" / "indexes" / "source.md").read_text(encoding="utf-8")
    other = dict(sorted(cited.items(), reverse=True))
    pages = {fill_markers(text, "indexes/source.md", bank, sources, order) for order in (cited, other)}
    assert len(pages) == 1
