"""Study plans: what Python deals out, the ready ones on the page, and one's own in a real Chromium."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlparse

import pytest
from conftest import LOOKS, ROOT, axe_faults
from playwright.sync_api import Locator, Page, expect
from question_bank import Difficulty, Question
from question_files import load_bank
from roles import load_roles
from study_plans import MINUTES, READY, REPEAT, minutes, plan, ranked

OpenPage = Callable[..., Page]
Address = Callable[[str], str]
BANK = load_bank(ROOT / "docs")
ROLES = load_roles(ROOT)[0]
TODAY = date(2026, 10, 19)
HEADINGS = {"evening": "One evening", "week": "One week", "four-weeks": "Four weeks"}
KEY = "dlq-plan-done"


def of(role: str) -> list[Question]:
    """What a role is asked, most useful first; without a role, what all are."""
    return ranked(BANK, [ROLES[role]] if role else list(ROLES.values()))


@pytest.fixture
def plans(open_page: OpenPage, address: Address) -> Callable[..., Page]:
    """Open the page of plans on a certain day."""

    def open_(query: str = "", **options: object) -> Page:
        page = open_page(address("robots.txt"), timezone_id="America/Los_Angeles", **options)  # the origin, at no cost
        page.clock.set_fixed_time(datetime(TODAY.year, TODAY.month, TODAY.day, 23, 30))  # tomorrow in UTC
        page.goto(f"{address('plans')}{query}")
        return page

    return open_


def make(page: Page, days: int, hours: str, role: str = "") -> None:
    page.get_by_label("Day of the interview").fill((TODAY + timedelta(days=days)).isoformat())
    page.get_by_label("Hours a day").fill(hours)
    page.get_by_label("Role").select_option(role)
    page.get_by_role("button", name="Make the plan").click()


def days_of(shown: Locator) -> list[list[str]]:
    """The titles of each day of a plan, in the order of the page."""
    return shown.evaluate(
        """(plan) => {
          const days = plan.querySelector("h3") ? [] : [[]];
          for (const part of plan.querySelectorAll("h3, .plan-list li > a")) {
            if (part.tagName === "H3") { days.push([]); } else { days.at(-1).push(part.textContent); }
          }
          return days;
        }"""
    )


def own(page: Page) -> list[list[str]]:
    return days_of(page.locator(".plan-days"))


def ready(page: Page, name: str) -> Locator:
    return page.locator(f"h2:has-text('{HEADINGS[name]}') ~ .generated").first


def titles(dealt: list[list[Question]], days: int) -> list[list[str]]:
    return [[question.title for question in today] for today in dealt] + [[]] * (days - len(dealt))


# What Python deals out


@pytest.mark.parametrize("role", ["", *ROLES])
def test_a_role_is_asked_what_its_weights_say(role: str) -> None:
    """Everything it is asked, once; the topics in view early are those that weigh most."""
    order, roles = of(role), [ROLES[role]] if role else list(ROLES.values())
    assert len(order) == len({q.id for q in order}) == sum(any(r.weight(q) for r in roles) for q in BANK.questions)
    first = Counter(question.topic for question in order[:40])
    for heavy, light in ((5, 1), (4, 1)):
        if role:
            counts = {weight: [first[t] for t, w in ROLES[role].topics.items() if w == weight] for weight in (heavy, light)}
            if all(counts.values()):
                assert min(counts[heavy]) >= max(counts[light]), (role, counts)


def test_easy_questions_come_before_hard_ones() -> None:
    """Within a topic and kind always; over the whole on average."""
    order = of("")
    rank = list(Difficulty)
    for topic in BANK.topics:
        for kind in MINUTES:
            levels = [rank.index(q.difficulty) for q in order if (q.topic, q.kind) == (topic.slug, kind)]
            assert levels == sorted(levels), (topic.slug, kind)
    mean = {level: sum(i for i, q in enumerate(order) if q.difficulty == level) / sum(q.difficulty == level for q in order) for level in rank}
    assert mean[Difficulty.EASY] < mean[Difficulty.MEDIUM] < mean[Difficulty.HARD]


@pytest.mark.parametrize("role", ["", *ROLES])
@pytest.mark.parametrize(("days", "daily"), [*READY.values(), (2, 30), (3, 600), (120, 30), (120, 600)])
def test_the_time_is_kept_and_used(role: str, days: int, daily: int) -> None:
    """No day is too long, but for one question longer than a day; the whole fits; more would not."""
    order = of(role)
    dealt = plan(BANK, order, days, daily)
    new = daily if days == 1 else daily * (1 - REPEAT)
    for today in dealt:
        assert today and (sum(map(minutes, today)) <= new or len(today) == 1)
    assert len(dealt) <= (days - 1 if days > 2 else days)
    chosen = [question for today in dealt for question in today]
    assert {q.id for q in chosen} == {q.id for q in order[: len(chosen)]}
    places = [BANK.questions.index(question) for question in chosen]
    assert places == sorted(places)
    longest = max(map(minutes, order))
    if len(chosen) < len(order):  # what each day leaves is less than the question that it had no room for
        assert sum(map(minutes, chosen)) > (len(dealt) - 1) * (new - longest)
        assert len(dealt) >= (days - 1 if days > 2 else days) - 1


def test_ready_plans_cover_the_bank_sensibly() -> None:
    """One evening is breadth, easy; a week meets nearly every topic, and four weeks every one."""
    found = {name: [q for day in plan(BANK, of(""), *time) for q in day] for name, time in READY.items()}
    topics = {name: {question.topic for question in questions} for name, questions in found.items()}
    assert len(topics["evening"]) == len(found["evening"]) >= 8
    assert {question.difficulty for question in found["evening"]} == {Difficulty.EASY}
    assert len(topics["week"]) >= len(BANK.topics) - 2
    assert topics["four-weeks"] == {topic.slug for topic in BANK.topics}
    evening, week, weeks = ({question.id for question in found[name]} for name in READY)
    assert evening < week < weeks
    assert len(found["four-weeks"]) >= len(BANK.questions) / 2
    assert {question.kind for question in found["week"]} >= {"concept", "coding", "calculation", "debugging"}


# The ready plans on the page


def test_ready_plans_are_whole_without_scripts(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}plans/", java_script_enabled=False)
    expect(page.locator("#plan")).to_have_text(
        "A plan for your own date, hours and role, and ticks that are kept, need JavaScript, and this page has not "
        "run any. The ready plans below do not."
    )
    for name, (days, daily) in READY.items():
        page.get_by_role("link", name=HEADINGS[name].lower(), exact=True).click()
        expect(page.get_by_role("heading", name=HEADINGS[name])).to_be_in_viewport()
        dealt = plan(BANK, of(""), days, daily)
        links = ready(page, name).locator(".plan-list a")
        assert links.all_text_contents() == [q.title for today in dealt for q in today]
        assert ready(page, name).locator("h3").count() == (days if days > 1 else 0)
        times = ready(page, name).locator(".plan-time").all_text_contents()
        spent = [sum(map(minutes, today)) for today in dealt]
        repeat = [f", {daily - new} min to repeat" if days > 1 else "" for new in spent]
        assert times == [f"{new} min of questions{then}." for new, then in zip(spent, repeat, strict=True)]
        marked = [int(text.split()[0]) for text in ready(page, name).locator(".minutes").all_text_contents()]
        assert sum(marked) == sum(spent)
    expect(ready(page, "week").locator("p").last).to_have_text("Repeat what you left unticked, then sit a mock interview.")


# One's own plan


def test_ones_own_plan_is_the_one_python_deals(plans: Callable[..., Page]) -> None:
    """For every role, and for times from an hour to four months; the ready plans are of the same make."""
    page = plans()
    for role in ("", *ROLES):
        for days, hours in ((1, "2"), (2, "0.5"), (7, "1.5"), (28, "1"), (120, "0.5"), (40, "10")):
            make(page, days, hours, role)
            expected = plan(BANK, of(role), days, int(float(hours) * 60))
            assert own(page) == titles(expected, days), (role, days, hours)
    for name, (days, daily) in READY.items():
        make(page, days, f"{daily / 60:g}")
        assert own(page) == days_of(ready(page, name))
        times = page.locator(".plan-days .plan-time").all_text_contents()
        assert times == ready(page, name).locator(".plan-time").all_text_contents()
        why = page.locator(".plan-days .plan-why").all_text_contents()
        assert why == ready(page, name).locator(".plan-why").all_text_contents()


def test_a_plan_begins_on_the_readers_own_day(plans: Callable[..., Page]) -> None:
    """Late in the evening, when elsewhere it is tomorrow already."""
    page = plans()
    expect(page.get_by_label("Day of the interview")).to_have_value("2026-11-02")
    make(page, 7, "1", "llm-engineer")
    days = page.locator(".plan-days h3")
    assert [*days.all_text_contents()[:2], days.last.text_content()] == [
        "Day 1: Monday, October 19 today", "Day 2: Tuesday, October 20", "Day 7: Sunday, October 25",
    ]  # fmt: skip
    chosen = [question for today in plan(BANK, of("llm-engineer"), 7, 60) for question in today]
    spent = sum(map(minutes, chosen))
    expect(page.locator(".plan-summary")).to_have_text(
        f"7 days, {len(chosen)} of the {len(of('llm-engineer'))} questions that this role is asked, "
        f"{spent // 60} h {spent % 60} min without repeating."
    )
    expect(page.locator(".plan-about")).to_have_text(ROLES["llm-engineer"].about)
    make(page, 0, "2")
    assert page.locator(".plan-days h3").all_text_contents() == ["Day 1: Monday, October 19 today"]
    expect(page.locator(".plan-summary")).to_contain_text("1 day, ")


def test_a_plan_is_shared_by_its_address(plans: Callable[..., Page], open_page: OpenPage) -> None:
    page = plans()
    make(page, 10, "1.5", "computer-vision-engineer")
    asked = parse_qs(urlparse(page.url).query)
    assert asked == {"start": ["2026-10-19"], "date": ["2026-10-29"], "hours": ["1.5"], "role": ["computer-vision-engineer"]}
    link = page.get_by_role("link", name="Link to this plan").evaluate("link => link.href")
    assert link == page.url
    other = open_page(link)  # another reader, another day
    assert own(other) == own(page) == titles(plan(BANK, of("computer-vision-engineer"), 10, 90), 10)
    assert other.locator(".plan-days h3").first.text_content() == "Day 1: Monday, October 19"
    expect(other.get_by_label("Role")).to_have_value("computer-vision-engineer")
    expect(other.get_by_label("Hours a day")).to_have_value("1.5")


def test_nonsense_in_the_address_is_put_right(plans: Callable[..., Page]) -> None:
    page = plans("?date=soon&hours=2&role=llm-engineer")
    expect(page.locator(".plan-summary")).to_have_text("The address names no day; choose one.")
    assert own(page) == [[]]
    page = plans("?start=1970-01-01&date=2026-10-26&hours=99&role=%3Cscript%3E")
    assert own(page) == titles(plan(BANK, of(""), 7, 60), 7)
    assert page.url.endswith("?start=2026-10-19&date=2026-10-26&hours=1&role=")


def test_what_cannot_be_planned_is_refused_by_the_form(plans: Callable[..., Page]) -> None:
    page = plans()
    for days, hours in ((-1, "1"), (121, "1"), (5, "0"), (5, "11"), (5, "1.3"), (5, "")):
        make(page, days, hours)
        assert page.locator(".plan-days").inner_text() == "", (days, hours)
        assert page.locator(".plan-form :invalid").count() == 1


def test_ticks_stay_and_count(plans: Callable[..., Page]) -> None:
    """By keyboard; wherever the same question stands; after a reload, and in the next plan."""
    page = plans()
    make(page, 7, "1.5")
    boxes = page.locator(".plan-days").get_by_role("checkbox")
    total, title = boxes.count(), own(page)[0][0]
    expect(page.locator(".plan-progress")).to_have_text(f"0 of {total} ticked off.")
    page.get_by_role("button", name="Print").focus()
    page.keyboard.press("Tab")
    expect(boxes.first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".plan-progress")).to_have_text(f"1 of {total} ticked off.")
    same = page.get_by_role("checkbox", name=f"Done: {title}", exact=True)
    assert same.count() == 1 + sum(title in sum(days_of(ready(page, name)), []) for name in READY) > 2
    boxes.nth(1).check()
    page.reload()
    expect(page.locator(".plan-progress")).to_have_text(f"2 of {total} ticked off.")
    for number in range(same.count()):
        expect(same.nth(number)).to_be_checked()
    ready(page, "week").get_by_role("checkbox").nth(1).uncheck()
    expect(page.locator(".plan-progress")).to_have_text(f"1 of {total} ticked off.")
    make(page, 3, "1")
    expect(page.locator(".plan-progress")).to_contain_text("1 of ")


def test_ticks_of_another_tab_are_kept(plans: Callable[..., Page]) -> None:
    page = plans()
    other = page.context.new_page()
    other.goto(page.url)
    ready(other, "evening").get_by_role("checkbox").nth(0).check()
    expect(ready(page, "evening").get_by_role("checkbox").nth(0)).to_be_checked()
    ready(page, "evening").get_by_role("checkbox").nth(1).check()
    other.reload()
    assert [box.is_checked() for box in ready(other, "evening").get_by_role("checkbox").all()[:3]] == [True, True, False]


def test_a_broken_store_begins_anew(plans: Callable[..., Page]) -> None:
    page = plans()
    first = plan(BANK, of(""), *READY["evening"])[0][0].id
    box = ready(page, "evening").get_by_role("checkbox").first
    for content in ("{", "null", "[]", '"x"', "7", '{"__proto__": 1, "nowhere/nothing": 1}'):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, content])
        page.reload()
        expect(box).not_to_be_checked()
        box.check()
        assert json.loads(page.evaluate("key => localStorage.getItem(key)", KEY))[first] == 1, content
    page.reload()
    expect(box).to_be_checked()


@pytest.mark.parametrize("broken", ["setItem", "getItem"])
def test_a_full_or_blocked_store_is_told(plans: Callable[..., Page], broken: str) -> None:
    """Ticks then last as long as the page, and the page says so."""
    page = plans()
    page.context.add_init_script(f"""for (const name of ["setItem", "{broken}"]) {{
        const real = Storage.prototype[name];  // the theme would fail too, if all were blocked
        Storage.prototype[name] = function (key, ...rest) {{
            if (key === "{KEY}") {{ throw new DOMException("blocked", "SecurityError"); }}
            return real.call(this, key, ...rest);
        }};
    }}""")
    page.reload()
    make(page, 7, "1")
    boxes = page.locator(".plan-days").get_by_role("checkbox")
    total = boxes.count()
    for number in (1, 2):
        boxes.nth(number).check()
        expect(page.locator(".plan-progress")).to_have_text(
            f"{number} of {total} ticked off. This browser did not keep the tick: its store is full or blocked. "
            "Print the plan to keep your ticks."
        )


def test_every_question_of_a_plan_opens(plans: Callable[..., Page]) -> None:
    """One's own and the ready one, served and from the disk."""
    page = plans()
    make(page, 7, "1")
    for shown in (page.locator(".plan-days"), ready(page, "evening")):
        link = shown.locator(".plan-list a").last
        title = link.text_content()
        link.click()
        expect(page.locator("h1")).to_contain_text(title)
        page.go_back()
        expect(page.get_by_role("heading", name="Day 7: Sunday, October 25")).to_be_visible()
    page.locator(".plan-days").get_by_role("link", name="mock interview").click()
    expect(page.locator("h1")).to_contain_text("Practice")


def test_paper_gets_the_plan_alone(plans: Callable[..., Page]) -> None:
    """Without one of the reader's own, the ready plans."""
    page = plans()
    page.emulate_media(media="print")
    evening = page.get_by_role("heading", name="One evening")
    expect(evening).to_be_visible()
    expect(page.get_by_role("heading", name="Your plan")).to_be_hidden()
    page.emulate_media(media="screen")
    make(page, 7, "1")
    page.emulate_media(media="print")
    expect(evening).to_be_hidden()
    expect(page.get_by_role("button", name="Make the plan")).to_be_hidden()
    expect(page.get_by_role("heading", name="Day 7")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("planned", [False, True])
def test_plans_are_accessible_and_fit_a_phone(open_page: OpenPage, served: str, scheme: str, width: int, planned: bool) -> None:
    page = open_page(f"{served}plans/", color_scheme=scheme, viewport={"width": width, "height": 800})
    if planned:
        page.get_by_label("Role").select_option("llm-engineer")
        page.get_by_role("button", name="Make the plan").click()
        page.locator(".plan-days").get_by_role("checkbox").first.check()
    levels = [int(name[1]) for name in page.locator("article :is(h1, h2, h3, h4)").evaluate_all("all => all.map(h => h.tagName)")]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_faults(page) == []
