"""Mock interviews, and what the practice page looks like in every state, in a real Chromium."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from conftest import LOOKS, ROOT, axe_faults, both_browsers
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument
from question_bank import Difficulty
from question_files import load_bank
from roles import load_roles

OpenPage = Callable[..., Page]
Address = Callable[[str], str]
SET = "?view={}&role=llm-engineer&level=technical&minutes=45&seed=abc"
DRAW = "address => dlq.mock.draw(new URLSearchParams(address)).questions.map(({ id }) => id)"
BANK = load_bank(ROOT / "docs")


@both_browsers
def test_the_same_address_gives_two_people_the_same_set(
    open_page: OpenPage, served: str, offline_site: Path
) -> None:
    """One has the site from a server, the other from the disk; and the sheet shows what is asked."""
    asked = []
    for base in (f"{served}practice/", (offline_site / "practice.html").as_uri()):
        page = open_page(base + SET.format("mock"))
        code = re.search(r"Set (\w{4})\.", page.locator("#practice").inner_text())[1]
        page.get_by_role("button", name="Start the interview").click()
        titles = []
        while page.locator(".card-question").count():
            titles.append(page.locator(".card-question").inner_text())
            for name in ("Start answering", "On to the follow-ups", "Compare and grade"):
                page.get_by_role("button", name=name).click()
            page.locator(".grade-3").click()
        page.goto(base + SET.format("sheet"))
        expect(page.locator(".sheet-question")).to_have_count(len(titles))
        headings = [text.partition(". ")[2] for text in page.locator(".sheet-question h3").all_inner_texts()]
        assert headings == titles
        asked.append((code, titles))
    assert asked[0] == asked[1]


def test_a_draw_follows_the_role_the_level_and_the_length(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}practice/")
    ids, minutes = BANK.by_id(), page.evaluate("dlq.mock.MINUTES")
    for slug, role in load_roles(ROOT)[0].items():
        drawn = Counter()
        sets = set()
        for seed in range(40):
            for level, never in (("screening", Difficulty.HARD), ("specialist", Difficulty.EASY)):
                found = page.evaluate(DRAW, f"role={slug}&level={level}&minutes=45&seed=s{seed}")
                questions = [ids[name] for name in found]
                assert len(set(found)) == len(found) >= 3
                assert 40 < sum(minutes[q.kind] for q in questions) <= 45
                assert all(role.weight(q) for q in questions)
                assert never not in {q.difficulty for q in questions}
                order = [list(Difficulty).index(q.difficulty) for q in questions]
                assert order == sorted(order)
                drawn.update(q.topic for q in questions)
                sets.add(tuple(found))
        assert len(sets) > 70, "different seeds give different sets"
        often = [topic for topic, weight in role.topics.items() if weight == 5]
        seldom = [topic for topic, weight in role.topics.items() if weight == 1]
        for one in seldom:
            assert drawn[one] < min(drawn[other] for other in often), (slug, drawn)


def test_the_draw_does_not_depend_on_the_order_of_the_bank(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}practice/")
    before = page.evaluate(DRAW, SET.format("mock"))
    page.evaluate("dlqBank.questions.reverse()")
    assert page.evaluate(DRAW, SET.format("mock")) == before


@pytest.mark.parametrize("query", ["?view=mock", "?view=mock&role=poet&level=technical&minutes=45&seed=a", "?view=sheet&role=llm-engineer&level=technical&minutes=45&seed=%3Cb%3E"])
def test_an_address_that_asks_for_nothing_known_says_so(open_page: OpenPage, served: str, query: str) -> None:
    page = open_page(f"{served}practice/{query}")
    expect(page.locator("#practice")).to_contain_text("No set can be drawn from this address: its role, level, minutes or seed is missing or unknown.")
    page.get_by_role("link", name="Back to the overview").click()
    page.get_by_label("Seed").fill("two-people")
    page.get_by_role("button", name="Prepare the interview").click()
    expect(page.get_by_label("Address of this set, the same for everyone")).to_have_value(page.url)


def test_an_interview_from_the_first_question_to_the_summary(open_page: OpenPage, address: Address) -> None:
    page = open_page(address("practice"))
    page.clock.install(time=datetime(2026, 11, 2, 9, 0, tzinfo=timezone.utc))
    page.goto(address("practice") + SET.format("mock"))
    ids = page.evaluate(DRAW, SET.format("mock"))
    page.get_by_role("button", name="Start the interview").click()
    question = BANK.by_id()[ids[0]]
    expect(page.locator(".card-question")).to_be_focused()
    expect(page.locator(".card-question")).to_have_text(question.title)
    phase = page.locator("[aria-current=step]")
    expect(phase).to_have_text("Think")
    page.clock.run_for(20_000)
    expect(page.locator(".mock-now")).to_have_text(re.compile(r"^0:2\d of "))
    page.get_by_role("button", name="Hint").click()
    hints = page.locator(".mock-hints")
    expect(hints).to_contain_text("A good answer begins")
    expect(hints.get_by_role("listitem")).to_have_count(0)
    page.get_by_role("button", name="Hint").click()
    expect(hints).to_contain_text("It covers")
    expect(page.get_by_role("button", name="Hint")).to_be_disabled()
    page.get_by_role("button", name="Start answering").click()
    expect(phase).to_have_text("Answer")
    page.clock.run_for(3_600_000)
    expect(page.locator(".mock-late")).to_be_visible()
    page.get_by_role("button", name="On to the follow-ups").click()
    expect(phase).to_have_text("Follow-ups")
    first = page.locator(".mock-follow-ups li").first
    expect(first.locator("details > :not(summary)")).not_to_be_visible()
    first.get_by_text("Answer", exact=True).click()
    expect(first.locator("details > :not(summary)")).to_be_visible()
    page.get_by_label("Notes").fill("Began well.")
    page.get_by_role("button", name="Compare and grade").click()
    for box in page.locator(".practice-points input").all():
        box.check()
    expect(page.locator(".suggested")).to_have_attribute("data-grade", "2")  # the checklist was shown
    page.locator(".grade-2").click()
    expect(page.locator(".card-place")).to_contain_text(f"Question 2 of {len(ids)}")
    page.get_by_role("button", name="End the interview").click()
    expect(page.locator("#practice")).to_contain_text(f"1 of {len(ids)} questions graded")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").nth(1)).to_have_text("2 Hard")
    expect(row.locator("td").nth(4)).to_have_text("2")
    text = page.get_by_label("As text, to share").input_value()
    assert question.title in text and "notes: Began well." in text and "seed=abc" in text
    log = page.evaluate("JSON.parse(localStorage.getItem('dlq-progress')).reviews")
    assert [grade for _, grade in log[question.id]] == [2]
    assert list(log) == [question.id]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_interviewers_sheet_prints(open_page: OpenPage, served: str, tmp_path: Path, scheme: str) -> None:
    """All that is listened for, with room to write; without the site's frame, in dark ink."""
    page = open_page(f"{served}practice/{SET.format('sheet')}")
    expect(page.locator(".sheet-questions[data-ready]")).to_be_visible()
    if scheme == "dark":
        page.locator("label[title='Switch to the dark scheme']").click()
    ids = page.evaluate(DRAW, SET.format("sheet"))
    path = tmp_path / "sheet.pdf"
    page.pdf(path=path, format="A4")
    pages = list(PdfDocument(path))
    text = re.sub(r"\s+", " ", " ".join(sheet.get_textpage().get_text_range() for sheet in pages))
    assert len(ids) <= len(pages) <= 2 * len(ids) + 1
    for name in ids:  # a line may end at a hyphen
        assert re.sub(r"[\W_]", "", BANK.by_id()[name].title) in re.sub(r"[\W_]", "", text)
    for part in ("Listen for", "Mistakes to probe", "Follow-ups", "4 Strong", "1 Missed", "Notes"):
        assert text.count(part) == len(ids), part
    for frame in ("Back to the overview", "Source on GitHub", "Text CC BY"):
        assert frame not in text
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet-question')).color") == "rgb(23, 33, 30)"
    expect(page.locator(".sheet-notes").first).to_be_visible()
    points = re.findall(r"^- ", BANK.by_id()[ids[0]].sections["What a strong answer covers"].text, re.MULTILINE)
    expect(page.locator(".sheet-question").first.locator(".sheet-points li")).to_have_count(len(points))


def small_targets(page: Page) -> list[str]:
    """What can be touched and is smaller than 44 pixels; a checkbox counts with its label."""
    return page.evaluate("""() => [...document.querySelectorAll(
        '#practice :is(button, select, textarea, input, summary, a.practice-button)')].filter((node) => {
            const target = (node.type === 'checkbox' && node.closest('label')) || node;
            const box = target.getBoundingClientRect();
            return box.width && node.type !== 'hidden' && (box.height < 43.9 || box.width < 43.9);
        }).map((node) => node.outerHTML.slice(0, 120))""")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_every_state_is_accessible_and_fits(open_page: OpenPage, served: str, scheme: str, width: int) -> None:
    """WCAG 2.2 AA by axe, 44 pixels to touch, nothing to scroll sideways; in each state of the page."""
    page = open_page(f"{served}practice/", color_scheme=scheme, viewport={"width": width, "height": 760})
    found = []

    def look(state: str) -> None:
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((state, "scrolls sideways"))
        found.extend((state, "small", node) for node in small_targets(page))
        found.extend((state, *fault) for fault in axe_faults(page, "#practice"))

    now = int(datetime.now(timezone.utc).timestamp() * 1000)
    reviews = {q.id: [[now - 864_000_00 * (9 + n), 1 + n % 4]] for n, q in enumerate(BANK.questions[:60])}
    page.evaluate("([reviews, suspended]) => { for (const [id, log] of Object.entries(reviews)) { dlq.store.reviews[id] = log; } dlq.store.suspend(suspended, true); }", [reviews, BANK.questions[70].id])
    page.reload()
    page.evaluate("document.querySelectorAll('#practice details').forEach((node) => { node.open = true; })")
    look("overview, a notice, the choice open")
    page.get_by_role("button", name=re.compile(r"^Practice \d+ ")).click()
    look("question")
    page.keyboard.press("?")
    page.keyboard.press("Space")
    expect(page.locator(".grade")).to_have_count(4)
    page.locator(".practice-points input").first.check()
    page.locator(".card-question").click()
    page.keyboard.press("f")
    look("answer, full answer, help")
    page.keyboard.press("1")
    page.evaluate("dlq.session.begin([dlqBank.questions[0].id])")
    page.keyboard.press("Space")
    expect(page.locator(".grade")).to_have_count(4)
    page.keyboard.press("4")
    look("end of a session")
    page.goto(f"{served}practice/{SET.format('mock')}")
    look("interview prepared")
    page.get_by_role("button", name="Start the interview").click()
    page.get_by_role("button", name="Hint").click()
    page.get_by_role("button", name="Hint").click()
    look("interview, hints")
    page.get_by_role("button", name="Start answering").click()
    page.get_by_role("button", name="On to the follow-ups").click()
    look("follow-ups")
    page.get_by_role("button", name="Compare and grade").click()
    look("grading")
    page.locator(".grade-2").click()
    page.get_by_role("button", name="End the interview").click()
    look("summary")
    page.goto(f"{served}practice/{SET.format('sheet')}")
    expect(page.locator(".sheet-questions[data-ready]")).to_be_visible()
    look("sheet")
    page.evaluate("localStorage.setItem('dlq-progress', 'broken')")
    page.goto(f"{served}practice/")
    expect(page.get_by_role("alert")).to_contain_text("cannot be read")
    look("broken store")
    assert found == []
