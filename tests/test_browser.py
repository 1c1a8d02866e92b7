"""The site in a real Chromium: what a reader does with it, served and from the disk."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from conftest import LOOKS, ROOT, act, axe_faults, both_browsers
from playwright.sync_api import Page, Route, expect
from question_files import load_bank

PAGES = {
    "home": "",
    "guide": "guide/theoretical-concepts-and-architecture",
    "table": "tables/activations-and-losses",
    "question": "questions/losses-and-metrics/softmax-gradient",
    "topic": "questions/vision",
    "notebook": "notebooks/convolution-arithmetic",
    "faq": "faq",
    "practice": "practice",
    "bank": "questions",
    "index": "indexes/kind",
    "contributing": "contributing",
}
OpenPage = Callable[..., Page]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_page_is_accessible_and_fits_a_phone(
    open_page: OpenPage, served: str, name: str, scheme: str, width: int
) -> None:
    """WCAG 2.2 AA and best practices by axe, every answer open; nothing to scroll sideways at 360 pixels, nor at 320."""
    page = open_page(f"{served}{PAGES[name]}", color_scheme=scheme, viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    act(page)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_faults(page) == []
    page.set_viewport_size({"width": 320, "height": 800})  # what 400 percent leaves of 1280
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_page_scrolls_sideways_on_a_phone(open_page: OpenPage, served: str, site: Path) -> None:
    """With every answer open, what is wide scrolls inside a box of its own: one page in five, or ALL_PAGES=1."""
    page = open_page(served, viewport={"width": 360, "height": 740})
    too_wide = []
    for path in sorted(site.rglob("index.html"))[:: 1 if os.environ.get("ALL_PAGES") else 5]:
        page.goto(f"{served}{path.relative_to(site).as_posix()}", wait_until="domcontentloaded")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate("document.fonts.ready")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            too_wide.append(path.relative_to(site).parent.as_posix())
    assert too_wide == []


def test_every_copy_button_copies_its_own_block(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}questions/alignment/grpo-versus-ppo/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#full-answer summary").click()
    blocks = page.locator("#full-answer pre")
    assert blocks.count() > 1
    for number in range(blocks.count()):
        blocks.nth(number).locator("button.md-code__button").click()
        start = blocks.nth(number).locator("code").inner_text().strip().splitlines()[0]
        page.wait_for_function("start => navigator.clipboard.readText().then(text => text.startsWith(start))", arg=start)


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_from_the_disk(open_page: OpenPage, address: Callable[[str], str], name: str) -> None:
    page = open_page(address(PAGES[name]))
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    images = page.locator("img, svg").count()
    assert images > 0
    expect(page.locator(".md-header img").first).to_have_js_property("complete", True)


@pytest.mark.parametrize(
    "wanted",
    ["transformers/key-scaling", "vision/one-stage-detectors", "optimization/nan-loss"],
)
def test_search_finds_a_question_by_title_and_other_wording(
    open_page: OpenPage, address: Callable[[str], str], wanted: str
) -> None:
    """The question's own page comes first, for each of its wordings; served and from the disk."""
    page = open_page(address(""))
    question = load_bank(ROOT / "docs").by_id()[wanted]
    for asked in (question.title, *question.also_asked, *question.search_terms):
        page.keyboard.press("/")
        page.locator(".md-search__input").fill(asked[:-1])
        page.locator(".md-search__input").press_sequentially(asked[-1])
        first = page.locator(".md-search-result__link").first
        expect(first).to_contain_text(question.title, timeout=15_000)
        page.keyboard.press("Escape")


@both_browsers
def test_search_finds_what_is_asked_in_a_sloppy_sentence(open_page: OpenPage, address: Callable[[str], str]) -> None:
    """Little words, colons and endings do not mislead it; nor does a page list what it lacks."""
    page = open_page(address(""))
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially("help: why is the losses of my training turning to nan??")
    first = page.locator(".md-search-result__item").first
    expect(first).to_contain_text("The training loss turns NaN after a few hundred steps", timeout=15_000)
    expect(page.get_by_text("Missing:").first).not_to_be_visible()


def test_the_search_is_loaded_when_it_is_used(open_page: OpenPage, served: str) -> None:
    """A page that is only read asks for nothing of it; a shared link to a search, and a page come from one, do."""
    page = open_page(f"{served}robots.txt")
    asked = []
    page.on("request", lambda request: "search" in request.url and asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{served}{PAGES['question']}/", wait_until="networkidle")
    assert asked == []
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially("softmax")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    assert [name.partition(".")[0] for name in asked] == ["search_index", "search"]
    page.goto(f"{served}?q=key+scaling")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Why does scaled dot-product attention divide")
    page.goto(f"{served}{PAGES['question']}/?h=gradient")
    expect(page.locator("article mark").first).to_have_text("gradient")


@pytest.fixture
def slow_page(open_page: OpenPage, address: Callable[[str], str]) -> tuple[Page, Callable[[], None]]:
    """A phone's page on a slow line: the theme's script is held back until the second value is called."""
    held: list[Route] = []
    page = open_page(address("faq"), color_scheme="light", viewport={"width": 360, "height": 740})
    page.route("**/bundle.*.js", lambda route: held.append(route))
    page.goto(address(PAGES["question"]), wait_until="networkidle")
    assert held == []  # nobody has done anything yet

    def arrive() -> None:
        for route in held:
            route.continue_()
        page.wait_for_function("() => window.component$")

    return page, arrive


Slow = tuple[Page, Callable[[], None]]


def test_what_is_typed_before_the_theme_is_loaded_is_searched_for(slow_page: Slow) -> None:
    page, arrive = slow_page
    page.keyboard.press("/")
    page.keyboard.type("softmax gradient")
    page.keyboard.press("Enter")
    expect(page.locator(".md-search__input")).to_have_value("softmax gradient")
    arrive()
    expect(page.locator(".md-search-result__item").first).to_be_visible()


def test_a_search_opened_before_the_theme_is_loaded_stays_open(slow_page: Slow) -> None:
    page, arrive = slow_page
    page.locator(".md-header label[for=__search]").first.click()
    expect(page.locator(".md-search__input")).to_be_focused()
    arrive()
    page.keyboard.type("softmax gradient")
    expect(page.locator(".md-search-result__item").first).to_be_visible()


def test_a_scheme_chosen_before_the_theme_is_loaded_is_kept(slow_page: Slow) -> None:
    page, arrive = slow_page
    page.locator("label[title='Switch to the dark scheme']").click()
    arrive()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("label[title='Switch to the light scheme']").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_the_drawer_needs_no_script_of_the_theme(slow_page: Slow) -> None:
    page, arrive = slow_page
    page.locator(".md-header label[for=__drawer]").click()
    link = page.locator(".md-sidebar--primary").get_by_role("link", name="Vision", exact=True)
    expect(link).to_be_visible()
    arrive()
    expect(link).to_be_visible()


def test_a_dark_system_gets_a_dark_page_before_anything_is_done(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}{PAGES['question']}/", color_scheme="dark")
    expect(page.get_by_label("Switch to the light scheme")).to_be_checked()
    expect(page.locator("label[title='Switch to the light scheme']")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 33, 29)"
    assert not page.evaluate("Boolean(window.component$)")


@both_browsers
def test_answers_open_by_keyboard_and_stay_open_on_request(
    open_page: OpenPage, address: Callable[[str], str]
) -> None:
    page = open_page(address(PAGES["question"]))
    short = page.locator("#short-answer")
    expect(short.locator("p").first).not_to_be_visible()
    short.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(short.locator("p").first).to_be_visible()
    page.get_by_label("Keep answers open on every page").check()
    expect(page.locator("#full-answer h2").first).to_be_visible()
    page.reload()
    expect(page.locator("#full-answer h2").first).to_be_visible()


def test_the_drawer_of_a_phone_works_by_keyboard(open_page: OpenPage, served: str) -> None:
    """Closed, none of its links takes the focus; the button opens it, Escape closes it."""
    page = open_page(f"{served}{PAGES['question']}/", viewport={"width": 360, "height": 740})
    drawer = page.locator(".md-sidebar--primary")
    link = drawer.get_by_role("link", name="Vision", exact=True)
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Navigation")).to_be_focused()
    expect(link).to_be_hidden()
    page.keyboard.press("Space")
    expect(link).to_be_in_viewport()
    inside = "document.activeElement === document.body || document.activeElement.matches('#__drawer, .md-sidebar--primary *')"
    for _ in range(60):  # more than there are links in it
        page.keyboard.press("Tab")
        assert page.evaluate(inside), page.evaluate("document.activeElement.outerHTML")
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Navigation")).to_be_focused()


LOOK_OF_FOCUS = """() => {
  const element = document.activeElement;
  const shown = element.matches(".md-option") ? element.nextElementSibling : element;  // its label is what is seen
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  return [element.outerHTML.slice(0, 200), style.outlineStyle, parseFloat(style.outlineWidth), box.width * box.height];
}"""


@pytest.mark.parametrize("colors", ["none", "active"])
def test_the_focus_can_be_seen(open_page: OpenPage, served: str, colors: str) -> None:
    """With the reader's own colors forced on the page too; nothing moves for those who want no motion."""
    page = open_page(served, reduced_motion="reduce", forced_colors=colors)
    for name in ("question", "bank"):
        page.goto(f"{served}{PAGES[name]}/")
        for _ in range(40):
            page.keyboard.press("Tab")
            html, style, width, area = page.evaluate(LOOK_OF_FOCUS)
            assert style != "none" and width >= 1 and area > 100, html
        moving = "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > .01).length"
        assert page.evaluate(moving) == 0


def test_a_label_is_more_than_its_color(open_page: OpenPage, served: str) -> None:
    """Forced colors take the colors of difficulties away; the words and the rims stay."""
    page = open_page(f"{served}{PAGES['question']}/", forced_colors="active")
    label = page.locator(".question-meta .label").first
    expect(label).to_have_text("Medium")
    assert label.evaluate("e => getComputedStyle(e).borderTopWidth") != "0px"


def test_formulas_are_read_as_mathematics(open_page: OpenPage, served: str) -> None:
    """Chromium's accessibility tree has the parts of a formula, not a picture or loose letters."""
    page = open_page(f"{served}{PAGES['question']}/")
    page.locator("#full-answer summary").click()
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"] for node in tree if "role" in node and not node.get("ignored")}
    assert {"MathMLMath", "MathMLFraction", "MathMLIdentifier", "MathMLSub"} <= roles


@both_browsers
def test_a_link_into_a_closed_answer_opens_it(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}{PAGES['question']}/#common-mistakes")
    expect(page.locator("#common-mistakes")).to_be_in_viewport()


def test_printing_shows_every_answer(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}{PAGES['question']}/", java_script_enabled=False)
    assert page.locator("details.reveal[open]").count() == 0
    page.emulate_media(media="print")
    height = page.locator("#full-answer h2").first.bounding_box()["height"]
    assert height > 0
    expect(page.locator("#short-answer p").first).to_be_visible()


def test_a_reader_of_the_dark_scheme_prints_dark_on_white(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}{PAGES['question']}/", color_scheme="dark")
    color = "getComputedStyle(document.querySelector('#short-answer p')).color"
    assert page.evaluate(color) == "rgb(230, 238, 234)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(color) == "rgb(23, 33, 30)"


def test_without_scripts_everything_can_be_read(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}{PAGES['question']}/", java_script_enabled=False)
    page.locator("#full-answer summary").click()
    expect(page.locator("#full-answer math").first).to_be_visible()
    page.goto(f"{served}questions/")
    assert page.locator(".bank tbody tr").count() == len(load_bank(ROOT / "docs").questions)


def test_the_front_page_says_where_to_start(open_page: OpenPage, served: str) -> None:
    """On a phone too: what this is, and three ways in, each leading somewhere."""
    page = open_page(served, viewport={"width": 360, "height": 740})
    expect(page.locator("h1")).to_be_in_viewport()
    for title in ("Ten minutes", "One evening", "Two weeks"):
        part = page.locator(".starts > div", has=page.get_by_role("heading", name=title))
        assert part.get_by_role("link").count() >= 2
    page.get_by_role("link", name="Browse all").click()
    expect(page.locator("h1")).to_have_text("All questions¶")


@both_browsers
def test_color_scheme_follows_the_system_and_the_reader(open_page: OpenPage, served: str) -> None:
    page = open_page(served, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(20, 33, 29)"
    page.locator("label[title='Switch to the light scheme']").click()
    page.wait_for_function(f"() => {background} === 'rgb(255, 255, 255)'")
    page.goto(f"{served}faq/")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.get_by_label("Switch to the dark scheme").focus()
    page.keyboard.press("Space")
    page.wait_for_function(f"() => {background} === 'rgb(20, 33, 29)'")


def test_figures_change_color_with_the_scheme(open_page: OpenPage, served: str) -> None:
    ink = "getComputedStyle(document.querySelector('figure.plot .fill-ink')).fill"
    colors = {
        open_page(f"{served}{PAGES['notebook']}/", color_scheme=scheme).evaluate(ink)
        for scheme in ("light", "dark")
    }
    assert colors == {"rgb(23, 33, 30)", "rgb(230, 238, 234)"}
