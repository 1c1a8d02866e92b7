"""The table of the whole bank in a real Chromium: filtered, sorted, shared, and with a reader's progress."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from conftest import LOOKS, ROOT, axe_faults, both_browsers
from playwright.sync_api import Locator, Page, expect
from question_bank import Difficulty, Question
from question_files import load_bank

QUESTIONS = load_bank(ROOT / "docs").questions
OpenPage = Callable[..., Page]
Address = Callable[[str], str]

DAY = 86_400_000
DUE, KNOWN, PUT_OFF, LEARNING = (q.id for q in QUESTIONS[:4])


def practice(page: Page, address_of_practice: str) -> None:
    """Give the reader progress, as a backup that the practice page takes in: its store does the rest."""
    now = int(time.time() * 1000)
    settings = {
        "changed": 0, "interview": "", "planned": "", "newPerDay": 8, "limit": 40, "keys": True,
        "role": "", "topics": [], "kinds": [], "difficulties": [],
    }  # fmt: skip
    reviews = {
        DUE: [[now - 200 * DAY, 3]],
        KNOWN: [[now - 30 * DAY, 4], [now - 2 * DAY, 4]],
        LEARNING: [[now, 3]],
    }
    backup = {
        "format": "deep-learning-questions-progress", "version": 1, "exported": 0,
        "reviews": reviews, "suspended": {PUT_OFF: [now, True]}, "settings": settings,
    }  # fmt: skip
    page.goto(address_of_practice)
    file = {"name": "progress.json", "mimeType": "application/json", "buffer": json.dumps(backup).encode()}
    page.get_by_label("Import a file").set_input_files([file])
    expect(page.locator(".practice-result")).not_to_be_empty()


def rows(page: Page) -> Locator:
    """The questions in sight, in the order of the page; those below the screen follow a moment later."""
    return page.locator(".bank tbody tr:not([hidden]) td:first-child")


def these(*wanted: Question) -> list[str]:
    return [question.title for question in wanted]


@both_browsers
def test_the_bank_is_filtered_and_the_address_remembers(open_page: OpenPage, address: Address) -> None:
    page = open_page(address("questions"))
    status, show_all = page.get_by_role("status"), page.get_by_role("button", name="Show all")
    expect(status).to_have_text(f"{len(QUESTIONS)} questions")
    expect(show_all).to_be_hidden()
    page.get_by_label("Topic").select_option("vision")
    page.get_by_label("Kind").select_option("coding")
    expected = [q for q in QUESTIONS if q.topic == "vision" and q.kind == "coding"]
    expect(rows(page)).to_have_text(these(*expected))
    expect(status).to_have_text(f"{len(expected)} of {len(QUESTIONS)} questions")
    assert page.url.endswith("?topic=vision&kind=coding")
    page.reload()
    expect(rows(page)).to_have_text(these(*expected))
    expect(page.get_by_label("Topic")).to_have_value("vision")
    show_all.click()
    expect(rows(page)).to_have_text(these(*QUESTIONS))
    assert "?" not in page.url
    expect(page.get_by_label("Words in the title")).to_be_focused()
    page.keyboard.type("bias decomposition")
    expect(status).to_have_text(f"1 of {len(QUESTIONS)} questions")
    page.get_by_label("Difficulty").select_option("easy")
    expect(page.get_by_text("No question fits all of these.")).to_be_visible()
    expect(status).to_have_text(f"0 of {len(QUESTIONS)} questions")


@both_browsers
def test_a_list_is_shared_by_its_link(open_page: OpenPage, address: Address) -> None:
    page = open_page(address("questions"))
    page.get_by_label("Difficulty").select_option("hard")
    page.get_by_role("button", name="Topic").click()
    link = page.get_by_role("link", name="Link to this list").evaluate("a => a.href")
    expected = sorted((q for q in QUESTIONS if q.difficulty == "hard"), key=lambda q: q.topic)
    other = open_page(link)
    expect(rows(other)).to_have_count(len(expected))
    shown = rows(other).all_text_contents()
    assert sorted(shown) == sorted(these(*expected))
    expect(rows(page)).to_have_text(shown)
    expect(other.get_by_role("columnheader", name="Topic")).to_have_attribute("aria-sort", "ascending")


def test_nonsense_in_the_address_shows_everything(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}questions/?topic=nowhere&kind=%3Cscript%3E&sort=-nothing&sort2")
    expect(rows(page)).to_have_text(these(*QUESTIONS))
    assert page.url == f"{served}questions/"


@both_browsers
def test_columns_sort_both_ways_by_keyboard(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}questions/")
    heading = page.get_by_role("columnheader", name="Difficulty")
    assert page.locator("[aria-sort]").count() == 0
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    order = list(Difficulty)
    expect(rows(page)).to_have_text(these(*sorted(QUESTIONS, key=lambda q: order.index(q.difficulty))))
    expect(heading).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Space")
    expect(rows(page)).to_have_text(these(*sorted(QUESTIONS, key=lambda q: -order.index(q.difficulty))))
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert page.url.endswith("?sort=-difficulty")
    page.get_by_role("columnheader", name="Question").get_by_role("button").click()
    expect(rows(page).first).to_have_text(min((q.title for q in QUESTIONS), key=str.casefold))
    expect(heading).not_to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Show all").click()
    expect(rows(page)).to_have_text(these(*QUESTIONS))
    assert page.locator("[aria-sort]").count() == 0


def test_what_is_in_sight_is_sorted_at_once(open_page: OpenPage, served: str) -> None:
    """Before the next frame: of the rows, and of those that the filter shows."""
    page = open_page(f"{served}questions/")
    first = """(name) => {
      [...document.querySelectorAll(".bank th button")].find((button) => button.textContent === name).click();
      return [...document.querySelectorAll(".bank tbody tr:not([hidden]) td:first-child")].slice(0, 20).map((cell) => cell.textContent);
    }"""
    easiest_first = sorted(QUESTIONS, key=lambda q: list(Difficulty).index(q.difficulty))
    assert page.evaluate(first, "Difficulty") == these(*easiest_first[:20])
    page.get_by_label("Kind").select_option("coding")
    hardest_first = sorted((q for q in QUESTIONS if q.kind == "coding"), key=lambda q: -list(Difficulty).index(q.difficulty))
    assert page.evaluate(first, "Difficulty") == these(*hardest_first[:20])
    expect(rows(page)).to_have_text(these(*hardest_first))


def test_progress_stands_in_the_table_where_there_is_any(open_page: OpenPage, address: Address) -> None:
    page = open_page(address("questions"))
    expect(page.get_by_role("columnheader", name="Practice")).to_have_count(0)
    practice(page, address("practice"))
    page.goto(address("questions"))
    states = page.locator(".bank tbody td:last-child").all_text_contents()
    assert states == ["due", "known", "suspended", "learning"] + ["new"] * (len(QUESTIONS) - 4)
    page.get_by_label("Practice").select_option("due")
    expect(rows(page)).to_have_text(these(QUESTIONS[0]))
    assert page.url.endswith("?state=due")
    page.goto(page.url.replace("state=due", "sort=-state"))
    expect(rows(page).first).to_have_text(QUESTIONS[2].title)  # suspended comes last, so first when turned round


@both_browsers
def test_titles_wrap_on_a_phone(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}questions/", viewport={"width": 360, "height": 800})
    page.locator(".bank tbody tr").nth(150).scroll_into_view_if_needed()
    widths = page.evaluate("[...document.querySelectorAll('.bank tbody tr')].map((row) => row.getBoundingClientRect().width)")
    assert len(widths) == len(QUESTIONS)
    assert all(300 < width < 360 for width in widths), "no row is wider than the page, nor a column of its own"


def test_the_table_keeps_its_meaning_for_screen_readers(open_page: OpenPage, served: str) -> None:
    """Rows are laid out as a grid; they are rows of a table all the same."""
    page = open_page(f"{served}questions/?topic=vision")
    session = page.context.new_cdp_session(page)
    shown = sum(question.topic == "vision" for question in QUESTIONS)
    roles: list[str] = []
    for _ in range(100):  # rows get their cells when they are drawn
        tree = session.send("Accessibility.getFullAXTree")["nodes"]
        roles = [node["role"]["value"] for node in tree if not node["ignored"]]
        if roles.count("cell") + roles.count("gridcell") == 4 * shown:
            break
        page.wait_for_timeout(100)
    assert roles.count("table") == 1 and roles.count("columnheader") == 4
    assert roles.count("row") == shown + 1
    assert roles.count("cell") + roles.count("gridcell") == 4 * shown


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("query", ["?topic=vision&sort=-state", "?words=zzz"])
def test_a_filtered_table_is_accessible(open_page: OpenPage, served: str, scheme: str, width: int, query: str) -> None:
    page = open_page(served, color_scheme=scheme, viewport={"width": width, "height": 800})
    practice(page, f"{served}practice/")
    page.goto(f"{served}questions/{query}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_faults(page) == []
