"""The search finds every question; the queries that measure it ask for what exists, in words of their own."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from conftest import ROOT
from playwright.sync_api import Browser
from question_bank import TOPICS
from question_files import load_bank
from rapidfuzz import fuzz, process, utils

sys.path.append(str(ROOT / "bench"))
from search import ask_page  # noqa: E402

ROWS = [json.loads(row) for row in (ROOT / "bench" / "queries.jsonl").read_text(encoding="utf-8").splitlines()]


def test_queries_cover_the_bank() -> None:
    bank = load_bank(ROOT / "docs")
    asked = [answer for row in ROWS for answer in row["answers"]]
    assert set(asked) <= set(bank.by_id())
    assert min(Counter(answer.split("/")[0] for answer in asked)[topic] for topic in TOPICS) >= 5
    held_out = sum(row["held_out"] for row in ROWS)
    assert len(ROWS) - held_out >= 150
    assert held_out >= 30


def test_queries_repeat_no_title_and_no_wording() -> None:
    questions = load_bank(ROOT / "docs").questions
    worded = [text for question in questions for text in (question.title, *question.also_asked, *question.search_terms)]
    for row in ROWS:
        nearest, likeness, _ = process.extractOne(row["query"], worded, scorer=fuzz.ratio, processor=utils.default_process)
        assert likeness < 85, f"{row['query']!r} repeats {nearest!r}"


def test_every_title_finds_its_question_first(browser: Browser, site: Path) -> None:
    """The wordings besides it take a minute: three questions of test_browser.py stand for them."""
    questions = load_bank(ROOT / "docs").questions
    found = ask_page(browser, site, [question.title for question in questions])
    later = [question.id for question, pages in zip(questions, found, strict=True) if pages[0] != f"questions/{question.id}"]
    assert later == []
