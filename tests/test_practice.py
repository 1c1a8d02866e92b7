"""Practice in a real Chromium, served and from the disk: asking, grading, scheduling, keeping."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from conftest import ROOT, both_browsers
from fsrs import Card, Rating, Scheduler
from playwright.sync_api import Page, expect
from practice_data import SCRIPTS, card_script, practice_data
from question_files import load_bank
from roles import load_roles

OpenPage = Callable[..., Page]
Address = Callable[[str], str]
KEY = "dlq-progress"
BANK = load_bank(ROOT / "docs")
HERE = ZoneInfo("America/Los_Angeles")
MORNING = datetime(2026, 10, 19, 8, 0, tzinfo=HERE)  # summer time ends within the two weeks
SCHEMA = json.loads((ROOT / "docs" / "progress.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def practice(open_page: OpenPage, address: Address) -> Callable[..., Page]:
    """Open the practice page at a time, with what its store should hold."""

    def open_(query: str = "", at: datetime = MORNING, store: object = None, **options: object) -> Page:
        place = address("practice")
        if place.startswith("http"):  # the origin, at no cost; from the disk, Firefox gives each page a store of its own
            place = address("robots.txt")
        page = open_page(place, timezone_id=str(HERE), **options)
        page.clock.set_fixed_time(at)
        if store is not None:
            put(page, store)
        page.goto(f"{address('practice')}{query}")
        return page

    return open_


def put(page: Page, store: object) -> None:
    text = store if isinstance(store, str) else json.dumps(store)
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])


def stored(page: Page) -> dict:
    return json.loads(page.evaluate("key => localStorage.getItem(key)", KEY))


def progress(reviews: dict | None = None, **settings: object) -> dict:
    """Progress as the store holds it."""
    usual = {
        "changed": 0, "interview": "", "planned": "", "newPerDay": 8, "limit": 40, "keys": True,
        "role": "", "topics": [], "kinds": [], "difficulties": [],
    }  # fmt: skip
    return {
        "format": "deep-learning-questions-progress", "version": 1, "exported": 0,
        "reviews": reviews or {}, "suspended": {}, "settings": usual | settings,
    }  # fmt: skip


def ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def begin(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Practice \d+ ")).click()
    expect(page.locator(".card-question")).to_be_focused()


def answer(page: Page, grade: int) -> str:
    """Show the answer and grade it, by keyboard; the question's title."""
    title = page.locator(".card-question").inner_text()
    page.keyboard.press("Space")
    expect(page.locator(".grade")).to_have_count(4)
    page.keyboard.press(str(grade))
    return title


def identity(title: str) -> str:
    return next(question.id for question in BANK.questions if question.title == title)


def backup(page: Page, tmp_path: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export progress").last.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def take_in(page: Page, content: str, name: str = "progress.json") -> str:
    """Import a file; what the page says about it."""
    file = {"name": name, "mimeType": "application/json", "buffer": content.encode()}
    page.get_by_label("Import a file").set_input_files([file])
    expect(page.locator(".practice-result")).not_to_be_empty(timeout=20_000)
    return page.locator(".practice-result").inner_text()


# Asking and grading


def test_a_session_by_keyboard(practice: Callable[..., Page]) -> None:
    """Ask, reveal, tick, take the suggested grade; what was missed comes back and says what was left out."""
    page = practice(store=progress(newPerDay=3))
    begin(page)
    expect(page.locator(".card-place")).to_have_text("3 questions to go")
    first = page.locator(".card-question").inner_text()
    question = BANK.by_id()[identity(first)]
    expect(page.locator(".practice-points")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Short answer")).to_be_focused()
    page.keyboard.press("Space")  # nothing ticked, nothing suggested
    expect(page.locator(".practice-spoken")).to_have_text("Tick what you said, or press 1 to 4.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    points = page.locator(".practice-points input")
    expect(points.first).to_be_checked()
    expect(page.locator(".grade-1")).to_have_class(re.compile("suggested"))
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Full answer")).to_be_focused()
    expect(page.get_by_role("heading", name="Common mistakes")).to_be_visible()
    page.get_by_role("link", name="The question's own page, with sources").scroll_into_view_if_needed()
    expect(page.locator(".card-question")).to_be_in_viewport()
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Full answer")).to_have_count(0)
    page.keyboard.press("1")
    expect(page.locator(".card-place")).to_have_text("3 questions to go, 1 of them missed before · 1 graded")
    assert answer(page, 3) != first
    answer(page, 3)
    expect(page.locator(".card-question")).to_have_text(first)
    page.keyboard.press("Space")
    marked = page.locator(".point-missed")
    expect(marked).to_have_count(points.count() - 1)
    expect(points.first.locator("xpath=..").locator(".point-missed")).to_have_count(0)
    for box in points.all():
        box.check()
    beyond = "**Beyond:**" in question.sections["What a strong answer covers"].text
    expect(page.locator(".suggested")).to_have_attribute("data-grade", "4" if beyond else "3")
    page.locator(".grade-3").click()
    expect(page.get_by_role("heading", name="Session finished")).to_be_focused()
    row = page.locator("tbody tr", has_text=first)
    expect(row.locator("td").nth(1)).to_have_text("Missed, then good")
    assert [grade for _, grade in stored(page)["reviews"][question.id]] == [1, 3]


def test_undo_skip_suspend_and_resume(practice: Callable[..., Page]) -> None:
    page = practice(store=progress(newPerDay=3))
    begin(page)
    title = page.locator(".card-question")
    first = answer(page, 4)
    assert list(stored(page)["reviews"]) == [identity(first)]
    page.keyboard.press("u")
    expect(title).to_have_text(first)
    assert stored(page)["reviews"] == {}
    page.keyboard.press("s")
    expect(title).not_to_have_text(first)
    second = title.inner_text()
    page.keyboard.press("x")
    expect(page.locator(".card-place")).to_have_text("2 questions to go")
    assert stored(page)["suspended"][identity(second)][1] is True
    third = answer(page, 3)
    expect(title).to_have_text(first)  # skipped, so last
    page.get_by_role("button", name="Undo").click()
    expect(title).to_have_text(third)
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.locator(".practice-number").last).to_have_text("3 new")
    page.get_by_text("Suspended: 1 question").click()
    page.get_by_role("button", name=f"Resume: {second}").click()
    expect(page.get_by_text("Suspended: 1 question")).to_have_count(0)
    assert stored(page)["suspended"][identity(second)][1] is False


def test_keys_can_be_turned_off_and_do_not_reach_the_theme(practice: Callable[..., Page]) -> None:
    page = practice()
    begin(page)
    page.keyboard.press("s")  # the theme would open its search
    expect(page.locator(".md-search__input")).not_to_be_focused()
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.locator(".card-place").click()
    page.keyboard.press("x")
    assert stored(page)["suspended"] == {}
    assert stored(page)["settings"]["keys"] is False


def test_the_choice_limits_what_is_asked_and_an_address_can_make_it(practice: Callable[..., Page]) -> None:
    page = practice("?topic=vision&kind=coding")
    wanted = [q for q in BANK.questions if q.topic == "vision" and q.kind == "coding"]
    summary = page.locator(".practice-choice summary").first
    expect(summary).to_contain_text(f"Vision, coding ({len(wanted)} questions)")
    begin(page)
    for _ in wanted:
        assert identity(answer(page, 3)) in {q.id for q in wanted}
    expect(page.get_by_role("heading", name="Session finished")).to_be_visible()
    page.get_by_role("button", name="Back to the overview").click()
    summary.click()
    page.get_by_role("checkbox", name="Vision", exact=True).uncheck()
    page.get_by_role("checkbox", name="Coding").uncheck()
    page.locator(".practice-choice").get_by_label("Role").select_option("llm-engineer")
    role = load_roles(ROOT)[0]["llm-engineer"]
    expect(summary).to_contain_text(f"LLM engineer ({sum(role.weight(q) > 0 for q in BANK.questions)} questions)")
    page.get_by_label("New questions a day").fill("20")
    page.get_by_label("New questions a day").press("Tab")
    page.get_by_label("Questions a day at most").fill("5")
    page.get_by_label("Questions a day at most").press("Tab")
    left = 5 - sum(role.weight(q) > 0 for q in wanted)
    expect(page.locator(".practice-number").last).to_have_text(f"{left} new")


# When a question comes back


@both_browsers
def test_two_weeks_fall_due_as_an_independent_scheduler_says(practice: Callable[..., Page]) -> None:
    """The same grades at the same times, in PyPI's fsrs: the same memory and the same due dates."""
    page = practice(store=progress(newPerDay=3))
    chance = random.Random(5)
    for day in range(14):
        # Each day a little later, so that whole days are days of 24 hours, as that scheduler counts them.
        now = (MORNING + timedelta(days=day)).replace(hour=8 + day // 2, minute=30 * (day % 2))
        page.clock.set_fixed_time(now)
        page.reload()
        begin(page)
        while page.locator(".card-question").count():
            now += timedelta(seconds=40)
            page.clock.set_fixed_time(now)
            answer(page, chance.choices((1, 2, 3, 4), (2, 2, 5, 1))[0])
    expected = Scheduler(learning_steps=[timedelta(minutes=10)], relearning_steps=[timedelta(minutes=10)], enable_fuzzing=False)
    found = stored(page)
    assert len(found["reviews"]) == 14 * 3
    assert sum(map(len, found["reviews"].values())) > 80
    for question, log in found["reviews"].items():
        card = Card()
        for time, grade in log:
            at = datetime.fromtimestamp(time / 1000, timezone.utc)
            card, _ = expected.review_card(card, Rating(grade), at)
        memory = page.evaluate("id => dlq.schedule.card(id)", question)
        assert memory["stability"] == pytest.approx(card.stability, rel=1e-5), question
        assert memory["difficulty"] == pytest.approx(card.difficulty, rel=1e-5), question
        due = datetime.fromtimestamp(found["due"][question][0] / 1000, HERE)
        assert due.date() == card.due.astimezone(HERE).date(), question


def test_an_interview_bounds_every_interval_and_everything_is_seen_in_time(practice: Callable[..., Page]) -> None:
    interview = (MORNING + timedelta(days=8)).date()
    page = practice(store=progress(topics=["mathematics"], interview=interview.isoformat(), planned="2026-10-19", newPerDay=1, limit=1))
    wanted = {q.id for q in BANK.questions if q.topic == "mathematics"}
    per_day = -(-len(wanted) // 6)  # three quarters of eight days
    expect(page.locator(".practice-today")).to_contain_text(f"8 days to the interview: {per_day} new questions a day")
    for day in range(8):
        page.clock.set_fixed_time(MORNING + timedelta(days=day))
        page.reload()
        if page.get_by_role("button", name=re.compile(r"^Practice \d+ ")).count():
            begin(page)
            while page.locator(".card-question").count():
                answer(page, 4)
        for due, _ in stored(page)["due"].values():
            assert datetime.fromtimestamp(due / 1000, HERE).date() <= interview
    assert set(stored(page)["reviews"]) == wanted
    assert all(len(log) >= 2 for log in stored(page)["reviews"].values())
    page.clock.set_fixed_time(MORNING + timedelta(days=9))  # over: nothing is bounded any more
    page.reload()
    page.evaluate("dlq.store.choose({})")
    assert max(due for due, _ in stored(page)["due"].values()) > ms(MORNING + timedelta(days=9))


def test_a_day_begins_at_four(practice: Callable[..., Page]) -> None:
    """What was learned after midnight belongs to the evening; it is due again from four on."""
    question = BANK.questions[0].id
    night = MORNING.replace(hour=1)
    page = practice(at=night, store=progress({question: [[ms(night - timedelta(hours=2)), 3]]}))
    page.evaluate("dlq.store.choose({})")
    due = datetime.fromtimestamp(stored(page)["due"][question][0] / 1000, HERE)
    assert due == (MORNING - timedelta(days=1)).replace(hour=4) + timedelta(days=2)
    assert page.evaluate("id => dlq.schedule.previews(id)[2]", question) >= 864e5


# The reader's progress


def test_export_wipe_import_gives_the_same_state(practice: Callable[..., Page], tmp_path: Path) -> None:
    page = practice(store=progress(newPerDay=4, interview="2026-12-01", role="ml-engineer", changed=ms(MORNING) - 1))
    begin(page)
    for grade in (1, 2, 4):
        answer(page, grade)
    page.keyboard.press("x")
    page.get_by_role("button", name="End", exact=True).click()
    before = stored(page)
    path = backup(page, tmp_path)
    assert path.name == "deep-learning-questions-progress-2026-10-19.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)
    assert data["exported"] == ms(MORNING)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.get_by_text("Nothing graded yet.")).to_be_visible()
    said = take_in(page, path.read_text(encoding="utf-8"), path.name)
    assert said == f"Imported {path.name}: 3 new reviews of 3 questions. Nothing was removed."
    after = stored(page)
    assert {**after, "exported": 0} == {**before, "exported": 0}
    assert take_in(page, path.read_text(encoding="utf-8"), path.name).startswith(f"Imported {path.name}: 0 new reviews")


def test_two_devices_that_diverged_merge_to_the_same_from_either_side(practice: Callable[..., Page]) -> None:
    common = [[ms(MORNING) - 864_000_000, 3]]
    ids = [question.id for question in BANK.questions[:3]]
    first = progress({ids[0]: common, ids[1]: [[5_000 + ms(MORNING) - 864_000_00, 1]]}, changed=ms(MORNING) - 2, newPerDay=3)
    second = progress({ids[0]: [*common, [ms(MORNING) - 400_000_000, 4]], ids[2]: [[ms(MORNING) - 7_000, 2]]}, changed=ms(MORNING) - 1, newPerDay=9)
    first["suspended"] = {ids[0]: [ms(MORNING) - 50, True], ids[1]: [ms(MORNING) - 50, True]}
    second["suspended"] = {ids[0]: [ms(MORNING) - 40, False]}
    results = []
    for here, there in ((first, second), (second, first)):
        page = practice(store=here)
        take_in(page, json.dumps(there))
        results.append(stored(page))
    assert results[0] == results[1]
    merged = results[0]
    assert merged["reviews"] == {**first["reviews"], **second["reviews"]}
    assert merged["settings"]["newPerDay"] == 9
    assert merged["suspended"] == {ids[0]: [ms(MORNING) - 40, False], ids[1]: [ms(MORNING) - 50, True]}


def changed(path: str, value: object) -> str:
    """A good file with one place changed; the path's last part is the place."""
    data = progress({"vision/pooling": [[ms(MORNING), 3]]})
    *way, last = path.split(".")
    place = data
    for part in way:
        place = place[part]
    place[last] = value
    return json.dumps(data)


REFUSED = [
    ("", "it is not JSON: cut off, or edited by hand"),
    (changed("version", 1)[:-9], "it is not JSON: cut off, or edited by hand"),
    ("[]", "it is not a progress file of this site"),
    ('{"format": "anki"}', "it is not a progress file of this site"),
    (changed("version", 2), "it has version 2, and this page reads version 1"),
    (changed("script", "<img src=x onerror=alert(1)>"), 'it has an unknown part "script"'),
    (changed("reviews", []), "its reviews are missing"),
    ('{"__proto__": 1, ' + changed("version", 1)[1:], 'it has an unknown part "__proto__"'),
    (changed("reviews.__proto__", [[ms(MORNING), 3]]), '"__proto__" is no name of a question'),
    (changed("reviews.<img src=x onerror=alert(1)>", [[ms(MORNING), 3]]), '"<img src=x onerror=alert(1)>" is no name of a question'),
    (changed("reviews.vision/pooling", {}), "the reviews of vision/pooling are no list"),
    (changed("reviews.vision/pooling", [[ms(MORNING)]]), "a review of vision/pooling is no pair of time and grade"),
    (changed("reviews.vision/pooling", [[ms(MORNING), 5]]), "a review of vision/pooling has no grade from 1 to 4"),
    (changed("reviews.vision/pooling", [[ms(MORNING), 2.5]]), "a review of vision/pooling has no grade from 1 to 4"),
    (changed("reviews.vision/pooling", [[0, 3]]), "a review of vision/pooling has no possible time"),
    (changed("reviews.vision/pooling", [[ms(MORNING) + 10**9, 3]]), "a review of vision/pooling has no possible time"),
    (changed("reviews.vision/pooling", [[ms(MORNING), 3], [ms(MORNING) - 1, 3]]), "the reviews of vision/pooling are not in the order of time"),
    (changed("suspended.vision/pooling", True), '"vision/pooling" is suspended in no known form'),
    (changed("settings", {}), 'its settings do not fit: "changed"'),
    (changed("settings.newPerDay", 10**9), 'its setting "newPerDay" has no possible value'),
    (changed("settings.interview", "soon"), 'its setting "interview" has no possible value'),
    (changed("settings.topics", ["<b>"]), 'its setting "topics" has no possible value'),
    (" " * 6_000_000, "it has 6 million characters, more than any progress"),
]  # fmt: skip
"""Files that are not taken in, and the reason that is given."""


def test_a_hostile_or_broken_file_is_refused_whole(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}robots.txt")
    page.clock.set_fixed_time(MORNING)
    put(page, progress({"vision/pooling": [[ms(MORNING) - 1, 4]]}))
    page.goto(f"{served}practice/")
    before = page.evaluate("key => localStorage.getItem(key)", KEY)
    for number, (content, reason) in enumerate(REFUSED):
        take_in(page, content, f"bad{number}.json")
        expect(page.locator(".practice-result")).to_have_text(f"Nothing was imported from bad{number}.json: {reason}.", timeout=20_000)
        assert page.evaluate("key => localStorage.getItem(key)", KEY) == before


def test_what_the_page_refuses_the_schema_refuses(open_page: OpenPage, served: str) -> None:
    """Both describe the same file: random damage is judged the same by both."""
    page = open_page(f"{served}practice/")
    chance = random.Random(1)
    judge = jsonschema.Draft202012Validator(SCHEMA)
    values = [None, 0, 1, -1, 2.5, "", "x", "vision", [], {}, True, [[1, 2]], [["1", 3]], "2026-01-01"]
    refused = 0
    for _ in range(300):
        data = progress({"vision/pooling": [[ms(MORNING), 3]]}, topics=["vision"])
        data["exported"] = ms(MORNING)
        data["suspended"] = {"vision/pooling": [ms(MORNING), True]}
        place, key = data, chance.choice(list(data))
        while isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:
            place = place[key]
            key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
        place[key] = chance.choice(values)
        by_page = page.evaluate("data => dlq.store.fault(data, Infinity) === ''", data)
        by_schema = judge.is_valid(data) or data["exported"] == 0
        assert by_page == by_schema, data
        refused += not by_page
    assert 100 < refused < 300


def test_a_full_store_loses_no_review_in_silence(practice: Callable[..., Page], tmp_path: Path) -> None:
    page = practice()
    page.evaluate("""() => {
        let size = 4e6;
        for (let n = 0; size >= 1; n++) {
            try { localStorage.setItem(`filler-${n}`, "x".repeat(size)); } catch { size = Math.floor(size / 2); }
        }
    }""")
    begin(page)
    title = answer(page, 3)
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("This browser's storage for the site is full.")
    with page.expect_download() as waiting:
        notice.get_by_role("button", name="Export progress").click()
    path = tmp_path / "rescued.json"
    waiting.value.save_as(path)
    rescued = json.loads(path.read_text(encoding="utf-8"))
    assert list(rescued["reviews"]) == [identity(title)]
    page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('filler')).forEach(key => localStorage.removeItem(key))")
    page.locator(".card-place").click()  # the focus leaves the notice's button
    answer(page, 3)  # the next review stores both
    expect(notice).to_be_empty()
    assert len(stored(page)["reviews"]) == 2


def test_a_blocked_store_is_said_at_once_and_practice_works(practice: Callable[..., Page]) -> None:
    page = practice()
    page.add_init_script("""for (const name of ["getItem", "setItem"]) {
        const real = Storage.prototype[name];  // the theme would fail too, if all were blocked
        Storage.prototype[name] = function (key, ...rest) {
            if (key.startsWith("dlq-")) { throw new DOMException("no", "SecurityError"); }
            return real.call(this, key, ...rest);
        };
    }""")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("This browser lets this page store nothing.")
    begin(page)
    answer(page, 3)
    expect(page.locator(".card-place")).to_contain_text("1 graded")


def test_a_corrupt_store_is_set_aside_and_reported(practice: Callable[..., Page]) -> None:
    page = practice(store='{"format": "deep-learning-questions-progress", "vers')
    expect(page.get_by_role("alert")).to_contain_text("cannot be read: it is not JSON: cut off, or edited by hand. It was set aside, and you start afresh")
    kept = page.evaluate("key => Object.entries(localStorage).filter(([name]) => name.startsWith(`${key}-broken-`)).map(([, text]) => text)", KEY)
    assert kept == ['{"format": "deep-learning-questions-progress", "vers']
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download what was there").click()
    assert waiting.value.path().read_text() == kept[0]
    begin(page)
    answer(page, 3)
    assert len(stored(page)["reviews"]) == 1


def test_two_tabs_lose_nothing_of_each_other(practice: Callable[..., Page]) -> None:
    page = practice(store=progress(newPerDay=4))
    other = page.context.new_page()
    other.goto(page.url)
    begin(page)
    first = answer(page, 3)
    begin(other)
    other.keyboard.press("s")
    other.keyboard.press("s")
    second = answer(other, 4)
    third = answer(page, 2)
    found = stored(page)["reviews"]
    assert set(found) == {identity(first), identity(second), identity(third)}


def test_an_old_backup_is_remembered(practice: Callable[..., Page], tmp_path: Path) -> None:
    page = practice(store=progress({BANK.questions[0].id: [[ms(MORNING - timedelta(days=9)), 3]]}))
    expect(page.get_by_role("alert")).to_contain_text("Reviews of the last 9 days are in no backup.")
    backup(page, tmp_path)
    expect(page.get_by_role("alert")).to_be_empty()
    page.reload()
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.get_by_text("Last export: Oct 19, 2026.")).to_be_visible()


def test_a_renamed_question_keeps_its_reviews(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}practice/")
    put(page, progress({"vision/old-name": [[ms(MORNING), 3]], "vision/receptive-field": [[ms(MORNING) + 5, 4]]}))
    target = BANK.questions[0].id
    page.route("**/practice-data.js", lambda route: route.fulfill(body=route.fetch().text().replace('"moved":{', '"moved":{"vision/old-name":"%s"' % target)))
    page.reload()
    page.evaluate("dlq.store.choose({})")
    assert stored(page)["reviews"][target] == [[ms(MORNING), 3]]
    assert "vision/old-name" not in stored(page)["reviews"]


def test_a_thousand_questions(open_page: OpenPage, served: str) -> None:
    """Ten reviews each: shown, counted, graded on, and stored."""
    page = open_page(f"{served}practice/")
    page.clock.set_fixed_time(MORNING)
    real = BANK.questions[0]

    def many(route: object) -> None:
        text = route.fetch().text()
        data = json.loads(text.removeprefix("window.dlqBank = ").removesuffix(";\n"))
        data["questions"] = [{**data["questions"][0], "id": f"{real.topic}/copy-{n}", "title": f"Copy {n}?"} for n in range(1000)]
        route.fulfill(body=f"window.dlqBank = {json.dumps(data)};\n")

    page.route("**/practice-data.js", many)
    page.route("**/copy-*.card.js", lambda route: route.fulfill(
        body=(f"dlqCard({json.dumps(re.search(r'questions/(.*)[.]card', route.request.url)[1])}, "
              '{"short":"<p>So.</p>","checklist":"<ul><li>A</li></ul>","answer":"","mistakes":"","follow_ups":""});')))  # fmt: skip
    day = 86_400_000
    put(page, progress({f"{real.topic}/copy-{n}": [[ms(MORNING) - day * (30 - 3 * k) - n, 3] for k in range(10)] for n in range(1000)}, limit=1000))
    page.reload()
    expect(page.locator(".practice-choice summary").first).to_contain_text("(1,000 questions)")
    expect(page.get_by_text("10,000 answers graded so far.")).to_be_visible()
    due = page.evaluate("dlqBank.questions.filter(({ id }) => dlq.schedule.state(id) === 'due').length")
    page.evaluate("dlq.store.choose({ newPerDay: 3 })")
    states = page.evaluate("dlqBank.questions.filter(({ id }) => dlq.schedule.state(id) === 'known').length")
    assert due + states == 1000
    page.evaluate("dlq.session.begin(dlqBank.questions.map(({ id }) => id))")
    answer(page, 2)
    assert len(stored(page)["reviews"]) == 1000
    assert sum(map(len, stored(page)["reviews"].values())) == 10_001


def test_state_is_shown_on_question_pages_and_offered_to_the_table(open_page: OpenPage, served: str) -> None:
    now = ms(datetime.now(timezone.utc))
    known, learning, due, new, suspended = [question.id for question in BANK.questions[:5]]
    store = progress({known: [[now - 1000, 4]], learning: [[now - 1000, 3]], due: [[now - 864_000_000, 2]]})
    store["suspended"] = {suspended: [now, True]}
    page = open_page(f"{served}practice/")
    put(page, store)
    page.reload()
    page.evaluate("dlq.store.choose({})")
    states = {known: "known", learning: "learning", due: "due", new: "new", suspended: "suspended"}
    for question, state in states.items():
        page.goto(f"{served}questions/{question}/")
        expect(page.locator(".question-meta")).to_contain_text(f"Practice: {state}")
        assert page.evaluate("id => dlqProgress.state(id)", question) == state
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator(".question-meta")).not_to_contain_text("Practice")


# What is delivered


def test_the_scripts_stay_small(site: Path) -> None:
    """Ours on an ordinary page below 5 KB gzipped, on the practice page below 40 KB without the data."""

    def size(*names: str) -> int:
        return sum(len(gzip.compress((site / "assets" / name).read_bytes(), 9)) for name in names)

    def ours(page: str) -> list[str]:
        html = (site / page / "index.html").read_text(encoding="utf-8")
        return re.findall(r'<script[^>]* src="\.\./assets/((?!javascripts/)[^"]+)"', html)

    for page in ("faq", "questions"):
        assert "site.js" in ours(page)
        assert size(*ours(page)) < 5_000
    assert set(SCRIPTS) <= set(ours("practice"))
    assert size(*(name for name in ours("practice") if name != SCRIPTS[0])) < 40_000


def test_without_scripts_the_page_says_what_it_needs(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}practice/", java_script_enabled=False)
    expect(page.locator("#practice")).to_contain_text("It needs JavaScript")
    expect(page.locator("#practice").get_by_role("link")).to_have_count(3)


def test_the_policy_holds_without_inline_script_and_style(open_page: OpenPage, served: str) -> None:
    """Under a policy that allows no style attribute and no eval, nothing of the page is blocked."""
    policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
    page = open_page(f"{served}practice/")
    page.add_init_script("addEventListener('securitypolicyviolation', (event) => (window.blocked = window.blocked || []).push([event.violatedDirective, event.sourceFile]))")
    page.route("**/practice/*", lambda route: route.fulfill(response=route.fetch(), headers={**route.fetch().headers, "content-security-policy": policy}))
    page.goto(f"{served}practice/?topic=mathematics")
    begin(page)
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Short answer")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Full answer")).to_be_visible()
    page.keyboard.press("1")
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.locator(".practice-bar").first).to_be_visible()
    page.goto(f"{served}practice/?view=sheet&role=research-scientist&level=technical&minutes=45&seed=a")
    expect(page.locator(".sheet-questions[data-ready]")).to_be_visible()
    assert [place for place in page.evaluate("window.blocked || []") if "/practice/" in (place[1] or "/practice/")] == []


def test_the_texts_are_cut_out_of_a_page_of_the_known_form_only() -> None:
    with pytest.raises(ValueError, match='vision/pooling: no `<details class="reveal" id="short-answer">` before a `</details>` in the page'):
        card_script("vision/pooling", "<p>something else</p>")


def test_data_holds_what_the_address_of_a_link_needs() -> None:
    urls = {question.id: f"questions/{question.id}/" for question in BANK.questions}
    text = practice_data(BANK, load_roles(ROOT)[0], urls, "../", {"a/b": "vision/pooling", "a/c": "vision"})
    data = json.loads(text.removeprefix("window.dlqBank = ").removesuffix(";\n"))
    assert data["base"] == "../"
    assert data["moved"] == {"a/b": "vision/pooling"}
    assert [question["id"] for question in data["questions"]] == [question.id for question in BANK.questions]
