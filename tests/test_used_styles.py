"""Style sheets lose what nothing uses, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import material
import pytest
from conftest import act
from playwright.sync_api import Page, Route
from used_styles import shrink_styles

SHEET = """
@charset "utf-8";
:root { --used: red; --through: var(--used); --nobody: blue; --script: 1px }
.kept, .gone > a { color: var(--through) }
.gone { color: blue }
.md-search-made { margin: 0 }
.md-version { margin: 0 }
.from-script { padding: 0 !important }
:is(.kept, .gone) p { margin: 0 }
p:not(.gone) { margin: 1px }
[dir=rtl] p { margin: 2px }
[dir=ltr] p { margin: 3px }
@media print { .gone { color: black } }
@media screen { #place { color: black } }
@font-face { font-family: "X"; src: url(x.woff2) }
"""


def test_only_what_nothing_uses_goes(tmp_path: Path) -> None:
    for folder in ("stylesheets", "javascripts"):
        (tmp_path / folder).mkdir()
    (tmp_path / "index.html").write_text('<body dir="ltr"><p class="kept other" id="place">')
    (tmp_path / "site.js").write_text('x.className = "from-script"; x.style.setProperty("--script", 1)')
    (tmp_path / "javascripts" / "bundle.js").write_text('"md-search-made md-version gone"')
    (tmp_path / "stylesheets" / "theme.css").write_text(SHEET)
    (tmp_path / "site.css").write_text("/* why */ .gone { color: blue }")
    shrink_styles(tmp_path)
    assert (tmp_path / "site.css").read_text() == ".gone{color:blue}"
    assert (tmp_path / "stylesheets" / "theme.css").read_text() == (
        '@charset "utf-8";:root{--used:red;--through:var(--used);--script:1px}.kept{color:var(--through)}'
        ".md-search-made{margin:0}.from-script{padding:0!important}:is(.kept, .gone) p{margin:0}"
        "p:not(.gone){margin:1px}[dir=ltr] p{margin:3px}@media screen{#place{color:black}}"
        '@font-face { font-family: "X"; src: url(x.woff2) }'
    )


def test_no_style_depends_on_what_stands_before_just_anything(site: Path) -> None:
    """After `+` or `~` stands a name; else a browser styles every row of a sorted table anew: 20 ms for a thousand."""
    sheets = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert len(sheets) >= 3
    found = {name: re.findall(r"[^{},]*[+~]\s*(?:\*|:(?!is\())[^{},]*\{", text) for name, text in sheets.items()}
    assert [selectors for selectors in found.values() if selectors] == []


LOOKS = """() => [...document.body.querySelectorAll("*")].map(element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  if (style.visibility === "hidden") { return `${element.tagName} ${element.getAttribute("class")} hidden`; }
  const names = ["display", "color", "backgroundColor", "font", "opacity", "visibility", "transform", "maskImage"];
  const before = getComputedStyle(element, "::before"), after = getComputedStyle(element, "::after");
  return [element.tagName, element.getAttribute("class"), box.x, box.y, box.width, box.height,
    ...names.map(name => style[name]), before.content, before.maskImage, after.content, after.maskImage].join(" ");
})"""


def settled(page: Page) -> list[str]:
    """How the page looks when nothing on it moves any more: the same twice in a row."""
    before, now = [], page.evaluate(LOOKS)
    while now != before:
        page.wait_for_timeout(300)
        before, now = now, page.evaluate(LOOKS)
    return now


@pytest.mark.parametrize(("width", "name"), [(360, "questions/losses-and-metrics/softmax-gradient/"), (360, "tables/frameworks/"), (1280, "")])
def test_pages_look_as_with_all_of_the_theme(
    open_page: Callable[..., Page], served: str, width: int, name: str
) -> None:
    """With answers open; on a phone with the drawer open too, else with search results."""
    theme = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
    looks = []
    for whole in (False, True):
        page = open_page(served, viewport={"width": width, "height": 800}, reduced_motion="reduce")
        if whole:

            def whole_sheet(route: Route) -> None:
                route.fulfill(path=theme / route.request.url.rpartition("/")[2], content_type="text/css")

            page.route("**/assets/stylesheets/*.css", whole_sheet)
        page.goto(f"{served}{name}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        act(page)
        page.evaluate("document.fonts.ready")
        seen = settled(page)
        if width < 1000:
            page.evaluate("document.getElementById('__drawer').click()")
        else:
            page.keyboard.press("/")
            page.locator(".md-search__input").press_sequentially("inspiration")  # a rare word: all results come at once
            page.locator(".md-search-result__item").first.wait_for()
            page.wait_for_function("() => document.querySelector('.md-search-result__meta').textContent.includes('matching')")
        looks.append(seen + settled(page))
    assert len(looks[0]) == len(looks[1])
    assert [pair for pair in zip(*looks, strict=True) if pair[0] != pair[1]][:5] == []
