"""The deck, imported by Anki's own library: what a reader gets, and what a newer deck does to it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anki.collection import Card, Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.scheduler.v3 import CardAnswer
from anki_deck import FIELDS, MODEL_ID, deck_id, guid, site_address, write_deck
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from conftest import ROOT
from playwright.sync_api import Browser
from question_files import load_bank
from question_lint import lint
from rename_question import load_card_ids, rename

BANK = load_bank(ROOT / "docs")
FIRST, SECOND = "1790000000", "1791000000"
"""Times of two editions."""


def take_in(collection: Collection, package: Path) -> dict[str, int]:
    """Import a deck as a reader does, with Anki's own settings; how many notes of each sort it met."""
    request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions(merge_notetypes=True))
    log = collection.import_anki_package(request).log
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """An empty collection, as a reader's Anki has it."""
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deck of the whole bank."""
    path = tmp_path_factory.mktemp("anki") / "deck.apkg"
    assert write_deck(ROOT, path) == len(BANK.questions)
    return path


@pytest.fixture(scope="module")
def whole(deck: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """A collection with the whole bank."""
    opened = Collection(str(tmp_path_factory.mktemp("reader") / "collection.anki2"))
    assert take_in(opened, deck)["new"] == len(BANK.questions)
    yield opened
    opened.close()


def cards(collection: Collection) -> dict[str, Card]:
    """Every card by the id of its question."""
    found = [collection.get_card(number) for number in collection.find_cards("")]
    return {card.note()["Id"]: card for card in found}


# The whole bank


def test_each_topic_has_a_deck_and_each_question_a_card(whole: Collection) -> None:
    expected = Counter(
        f"Deep Learning Questions::{topic.title}"
        for question in BANK.questions
        for topic in BANK.topics
        if topic.slug == question.topic
    )
    found = cards(whole)
    assert set(found) == {question.id for question in BANK.questions}
    assert Counter(whole.decks.name(card.did) for card in found.values()) == expected
    for question in BANK.questions:
        assert set(found[question.id].note().tags) == {
            f"dlq::topic::{question.topic}", f"dlq::kind::{question.kind}", f"dlq::difficulty::{question.difficulty}",
        }  # fmt: skip
    about = whole.decks.by_name("Deep Learning Questions")["desc"]
    assert site_address(ROOT) in about and "CC BY 4.0" in about


def test_cards_of_a_topic_come_in_the_banks_order(whole: Collection) -> None:
    deck = whole.decks.id_for_name("Deep Learning Questions::Vision")
    whole.decks.set_current(deck)
    found = sorted((card for card in cards(whole).values() if card.did == deck), key=lambda card: card.due)
    assert [card.note()["Id"] for card in found] == [q.id for q in BANK.questions if q.topic == "vision"]


def test_the_front_asks_and_the_back_answers(whole: Collection) -> None:
    question = BANK.by_id()["transformers/key-scaling"]
    shown = cards(whole)[question.id].render_output()
    front, back = (BeautifulSoup(html, "html.parser") for html in (shown.question_text, shown.answer_text))
    assert front.h1.get_text() == question.title
    assert front.header.get_text(" ", strip=True) == "medium concept Transformers"
    assert "saturate" not in front.get_text()
    short, folded = back.find(class_="short"), back.details
    assert short.get_text().startswith("A dot product of two")
    assert [h.get_text() for h in back.find_all("h2")] == [
        "What a strong answer covers", "Common mistakes", "Follow-ups", "Sources",
    ]  # fmt: skip
    assert folded.summary.get_text() == "Full answer" and "open" not in folded.attrs
    assert len(back.ul.find_all("li")) == 4 and back.ul not in folded.descendants
    assert folded.find("a", string="Implement causal self-attention")["href"] == (
        f"{site_address(ROOT)}questions/transformers/causal-attention/"
    )
    assert back.footer.a["href"] == f"{site_address(ROOT)}questions/transformers/key-scaling/"


def test_anki_finds_every_formula_whole(whole: Collection) -> None:
    """Each between Anki's delimiters, with nothing in it that HTML would take for a tag."""
    count = 0
    for card in cards(whole).values():
        html = BeautifulSoup(card.render_output().answer_text, "html.parser")
        for formula in html.find_all(class_="arithmatex"):
            shape = r"\\\(.+\\\)" if formula.name == "span" else r"\\\[.+\\\]"
            assert re.fullmatch(shape, formula.get_text().strip(), re.DOTALL)
            assert not formula.find(True)
            count += 1
            formula.decompose()
        for code in html.find_all(["pre", "code"]):
            code.decompose()
        assert not re.search(r"\$|\\\(|\\\[|\\begin", html.get_text()), card.note()["Id"]
    assert count > 20 * len(BANK.questions)


def test_cards_need_nothing_but_themselves(whole: Collection) -> None:
    """No script, style, marker or relative link; figures drawn in place, code in colors."""
    figures = code = 0
    for name, card in cards(whole).items():
        shown = card.render_output()
        html = BeautifulSoup(shown.answer_text, "html.parser")
        assert not html.find(["script", "link", "img", "iframe"]), name
        assert not re.search(r"<!--|\son\w+=|\bstyle=|TODO|\{\{", str(html.find(class_="short"))), name
        for link in html.find_all("a"):
            assert re.match(r"https?://", link["href"]), (name, link)
        figures += sum(bool(figure.svg["aria-label"]) for figure in html.find_all("figure"))
        code += len(html.select(".highlight .k, .highlight .kn"))
    markers = [m for q in BANK.questions for s in q.sections.values() for m in re.findall("<!-- figure:", s.text)]
    assert figures == len(markers) > 0
    assert code > 100


@pytest.mark.parametrize("body", ["card", "card nightMode"])
def test_a_card_is_legible_by_day_and_by_night(whole: Collection, browser: Browser, body: str) -> None:
    """Contrast and names by axe, and nothing but formulas and code to scroll sideways on a phone."""
    page, found = browser.new_page(viewport={"width": 360, "height": 700}), cards(whole)
    for name in ("fundamentals/dying-relu", "transformers/future-leak"):  # figures; a long address
        shown = found[name].render_output()
        page.set_content(
            f'<html lang="en"><title>Card</title><style>{shown.css}</style><body class="{body}"><main>{shown.answer_text}</main>'
        )
        page.evaluate("document.querySelector('details').open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        options = {"runOnly": ["color-contrast", "svg-img-alt", "link-name", "summary-name", "heading-order"]}
        assert Axe().run(page, options=options).response["violations"] == [], name
    page.close()


def test_the_card_of_a_question_is_known_for_good() -> None:
    """These numbers are in readers' collections: a change would give them every card twice."""
    assert guid("transformers/key-scaling") == "8FED02=-:"
    assert (deck_id(""), deck_id("vision"), MODEL_ID) == (1_991_570_898, 1_315_004_195, 1_846_201_733)
    assert FIELDS == (
        "Question", "Short answer", "Checklist", "Answer", "Common mistakes", "Follow-ups", "Sources",
        "Topic", "Kind", "Difficulty", "Page", "Id",
    )  # fmt: skip


# One edition after another


@pytest.fixture
def edition(small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write an edition of the small project's deck, dated so."""

    def write(date: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", date)
        write_deck(small_site, tmp_path / f"{date}.apkg")
        return tmp_path / f"{date}.apkg"

    return write


def learn(collection: Collection) -> Card:
    """Answer the only card with "easy", as a reader who knows it; the card then waits for days."""
    collection.decks.set_current(collection.decks.id_for_name("Deep Learning Questions::Vision"))
    (queued,) = collection.sched.get_queued_cards().cards
    card = Card(collection, backend_card=queued.card)
    card.start_timer()
    answer = collection.sched.build_answer(card=card, states=queued.states, rating=CardAnswer.EASY)
    collection.sched.answer_card(answer)
    card.load()
    assert card.ivl >= 1 and card.reps == 1
    return card


def schedule(card: Card) -> tuple[int, ...]:
    return card.id, card.due, card.ivl, card.reps, card.queue, card.type


def test_a_newer_deck_changes_the_text_and_keeps_the_schedule(
    edition: Callable[[str], Path], small_site: Path, collection: Collection
) -> None:
    assert take_in(collection, edition(FIRST)) == {"new": 1, "updated": 0, "duplicate": 0, "conflicting": 0}
    before = schedule(learn(collection))
    assert take_in(collection, edition(FIRST)) == {"new": 0, "updated": 0, "duplicate": 1, "conflicting": 0}
    path = small_site / "docs" / "questions" / "vision" / "pooling.md"
    path.write_text(path.read_text().replace("It has none.", "It has not a single one."))
    assert take_in(collection, edition(SECOND)) == {"new": 0, "updated": 1, "duplicate": 0, "conflicting": 0}
    ((name, card),) = cards(collection).items()
    assert name == "vision/pooling"
    assert "It has not a single one." in card.render_output().answer_text
    assert schedule(card) == before


def test_a_new_card_layout_reaches_the_reader(
    edition: Callable[[str], Path], collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(collection, edition(FIRST))
    before = schedule(learn(collection))
    kept = {name: (ROOT / "hooks" / "anki_card" / name).read_text() for name in ("front.html", "back.html", "card.css")}
    monkeypatch.setattr("anki_deck._read", lambda name: kept[name].replace("This question on the site", "See the site"))
    take_in(collection, edition(SECOND))
    (card,) = cards(collection).values()
    assert "See the site" in card.render_output().answer_text
    assert schedule(card) == before
    names = [kind.name for kind in collection.models.all_names_and_ids()]
    assert [name for name in names if name.startswith("Deep Learning Questions")] == ["Deep Learning Questions"]


def test_a_renamed_question_keeps_its_card(
    edition: Callable[[str], Path], small_site: Path, collection: Collection
) -> None:
    take_in(collection, edition(FIRST))
    before = schedule(learn(collection))
    rename(small_site, "vision/pooling", "vision/max-pooling")
    rename(small_site, "vision/max-pooling", "vision/pooling-layers")
    assert load_card_ids(small_site)[0] == {"vision/pooling-layers": "vision/pooling"}
    assert lint(small_site) == []
    assert take_in(collection, edition(SECOND)) == {"new": 0, "updated": 1, "duplicate": 0, "conflicting": 0}
    ((name, card),) = cards(collection).items()
    assert name == "vision/pooling-layers"
    assert schedule(card) == before
    rename(small_site, "vision/pooling-layers", "vision/pooling")
    assert load_card_ids(small_site)[0] == {}


def test_wrong_first_ids_are_refused(small_site: Path) -> None:
    path = small_site / "docs" / "card_ids.yml"
    path.write_text("vision/poling: vision/old\n")
    assert [str(problem) for problem in lint(small_site)] == [
        "docs/card_ids.yml:1: `vision/poling` does not exist; use `vision/pooling` (allowed: `vision/pooling`)"
    ]
    first = small_site / "docs" / "questions" / "vision" / "pooling.md"
    text = first.read_text().replace("faq: true\n", "").replace("Why does pooling shrink a feature map?", "What does a strided convolution do instead?")
    (first.parent / "stride.md").write_text(text.replace("What is max pooling good for?", "Stride or subsampling layer?"))
    path.write_text("vision/stride: vision/pooling\n")
    assert [str(problem) for problem in lint(small_site)] == [
        "docs/card_ids.yml:1: two questions would share the card of `vision/pooling`; delete one line"
    ]
    path.write_text("- vision/stride\n")
    assert [str(problem) for problem in lint(small_site)] == [
        "docs/card_ids.yml:1: no card's id; write `topic/now: topic/first`"
    ]


def test_a_hostile_title_is_text_on_the_card(edition: Callable[[str], Path], small_site: Path, collection: Collection) -> None:
    path = small_site / "docs" / "questions" / "vision" / "pooling.md"
    hostile = "Is </h1><script>alert(1)</script> {{Answer}} & more?"
    path.write_text(path.read_text().replace("Why does pooling shrink a feature map?", hostile))
    take_in(collection, edition(FIRST))
    (card,) = cards(collection).values()
    html = BeautifulSoup(card.render_output().question_text, "html.parser")
    assert html.h1.get_text() == hostile
    assert not html.script


def test_a_fault_leaves_the_last_deck(edition: Callable[[str], Path], small_site: Path, tmp_path: Path) -> None:
    kept = edition(FIRST).read_bytes()
    path = small_site / "docs" / "questions" / "vision" / "pooling.md"
    path.write_text(path.read_text().replace("kind: concept", "kind: concpt"))
    with pytest.raises(ValueError) as fault:
        edition(FIRST)
    assert str(fault.value).splitlines() == [
        "docs/questions/vision/pooling.md:3: `concpt` is no kind; write `concept` (allowed: `concept`, `derivation`, "
        "`calculation`, `coding`, `debugging`, `design`, `judgement`)",
        "1 problems; the deck was not written",
    ]
    assert (tmp_path / f"{FIRST}.apkg").read_bytes() == kept


def test_the_same_sources_give_the_same_bytes(small_site: Path, tmp_path: Path) -> None:
    """In another folder, another time zone, with another hash seed."""
    moved = tmp_path / "elsewhere" / "project"
    moved.parent.mkdir()
    decks = []
    for zone, seed in (("UTC", "1"), ("Asia/Tokyo", "2")):
        environment = {"SOURCE_DATE_EPOCH": FIRST, "TZ": zone, "PYTHONHASHSEED": seed, "PATH": ""}
        command = [sys.executable, str(small_site / "hooks" / "anki_deck.py")]
        done = subprocess.run(command, cwd=small_site, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "dist/deep-learning-questions.apkg: 1 cards, 0.0 MB; in Anki: File, Import"
        decks.append((small_site / "dist" / "deep-learning-questions.apkg").read_bytes())
        small_site = small_site.rename(moved) if small_site != moved else moved
    assert decks[0] == decks[1]
