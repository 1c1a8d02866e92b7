"""Reading question files: what is right becomes a model, what is wrong a line and an advice."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_bank import Difficulty, Kind
from question_files import load_bank, parse_question
from source_files import one_of

GOOD = """---
title: "Why does pooling shrink a feature map?"
kind: concept
difficulty: easy
also_asked:
  - "What is max pooling good for?"
---

## Short answer

One.

## What a strong answer covers

- Two

## Answer

Three.

## Common mistakes

- Four

## Follow-ups

- Five
"""


def faults(tmp_path: Path, text: str | bytes, name: str = "pooling.md") -> list[str]:
    """The problems of one file as `line: message`."""
    path = tmp_path / "vision" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    question, problems = parse_question(path, name)
    assert question or problems, "neither a question nor a problem"
    return [f"{problem.line}: {problem.message}" for problem in problems]


def test_a_good_file_becomes_a_question(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []
    question, _ = parse_question(tmp_path / "vision" / "pooling.md", "pooling.md")
    assert question.id == "vision/pooling"
    assert (question.kind, question.difficulty) == (Kind.CONCEPT, Difficulty.EASY)
    assert question.also_asked == ("What is max pooling good for?",)
    assert question.short_answer == "One."
    assert question.sections["Answer"].line == 17
    assert question.key_lines["kind"] == 3


KINDS = "`concept`, `derivation`, `calculation`, `coding`, `debugging`, `design`, `judgement`"
SECTIONS = "Short answer, What a strong answer covers, Answer, Common mistakes, Follow-ups"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: concept", "kind: derivaton", f"3: `derivaton` is no kind; write `derivation` (allowed: {KINDS})"),
        ("kind: concept", "kind: 7", f"3: `7` is no kind; write one of {KINDS}"),
        ("kind: concept\n", "", "1: key `kind` is missing; add it"),
        ("difficulty: easy", "difficulty: easy\nauthor: me", "5: unknown key `author`; use one of `title`, `kind`, `difficulty`, `faq`, `also_asked`, `search_terms`, `related`, `notebook`"),
        ("difficulty: easy", "difficulty: easy\nrelate:\n  - a/b", "5: unknown key `relate`; use `related` (allowed: `title`, `kind`, `difficulty`, `faq`, `also_asked`, `search_terms`, `related`, `notebook`)"),
        ("kind: concept\ndifficulty: easy", "difficulty: easy\nkind: concept", "3: `difficulty` out of order; the order is title, kind, difficulty, faq, also_asked, search_terms, related, notebook"),
        ("difficulty: easy", "difficulty: easy\nfaq: false", "5: `faq` can only be `true`; leave the key out instead"),
        ("difficulty: easy", "difficulty: easy\nfaq: yes please", "5: `faq` can only be `true`; leave the key out instead"),
        ('"Why does pooling shrink a feature map?"', "Why: does it", "2: broken YAML: mapping values are not allowed in this context; quote values that contain a colon"),
        ('"Why does pooling shrink a feature map?"', '"Why does pooling shrink maps"', "2: the title ends in neither `?` nor `.`; ask it as an interviewer would"),
        ('"Why does pooling shrink a feature map?"', '"Why?"', "2: the title has 4 characters; use 15 to 140"),
        ('"Why does pooling shrink a feature map?"', "12345", "2: `title` is 12345, not text; write it in quotes"),
        ('  - "What is max pooling good for?"', "  - 3", "5: `also_asked` must be a list of texts; write one `- \"…\"` a line"),
        ("also_asked:", "also_asked:\n" + "\n".join(f'  - "{n}"' for n in "abcde"), "5: `also_asked` has 6 entries; use 1 to 5"),
        ('  - "What is max pooling good for?"', '  - "a"\n  - "a"', "5: `also_asked` names an entry twice; keep one"),
        ("kind: concept", "\tkind: concept", "3: tab in the front matter; indent with spaces"),
        ("## Answer", "## Anwser", "17: unknown heading `Anwser`; use `Answer` (allowed: `Short answer`, `What a strong answer covers`, `Answer`, `Common mistakes`, `Follow-ups`)"),
        ("## Answer\n\nThree.\n\n", "", "24: section `Answer` is missing; add `## Answer`"),
        ("Three.\n", "", "17: section `Answer` is empty; write it"),
        ("## Short answer", "# Pooling\n\n## Short answer", "9: first-level heading; the title in the front matter is the page's heading"),
        ("## Short answer", "Hello.\n\n## Short answer", "8: text before the first heading; move it under one"),
        ("- Five\n", "- Five\n\n## Answer\n\nAgain.\n", "29: heading `Answer` stands twice; keep one"),
    ],
)  # fmt: skip
def test_each_fault_has_its_line_and_advice(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert expected in faults(tmp_path, GOOD.replace(old, new, 1))


def test_misordered_sections(tmp_path: Path) -> None:
    swapped = GOOD.replace("## Answer", "## X").replace("## Common mistakes", "## Answer").replace("## X", "## Common mistakes")
    assert faults(tmp_path, swapped) == [f"17: `Common mistakes` out of order; the order is {SECTIONS}"]


def test_headings_and_rules_inside_code_are_text(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD.replace("Three.", "```text\n## Answer\n---\n```")) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "1: no front matter; start the file with `---`, the keys, and `---`"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "1: byte-order mark; save the file as plain UTF-8"),
        (GOOD.encode().replace(b"Three", b"Thr\xe9e"), "1: no front matter"),
        (GOOD.encode().replace(b"\n", b"\r\n"), "1: carriage return; use Unix line ends (LF)"),
        (b"---\n- a\n---\n", "2: the front matter is no list of `key: value` lines; write one"),
    ],
)
def test_bytes_that_are_no_question(tmp_path: Path, data: bytes, expected: str) -> None:
    found = faults(tmp_path, data)
    if "\\xe9" in repr(data):
        assert "19: not UTF-8; save the file as UTF-8" in found
    else:
        assert expected in found


def test_a_bad_slug(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD, "Max_Pooling.md") == [
        "1: slug `Max_Pooling`; use one to six lower-case words joined by hyphens"
    ]


def test_the_bank_reads_everything_and_reports_what_does_not_belong(tmp_path: Path) -> None:
    root = tmp_path / "docs" / "questions"
    for folder in ("vision", "fundamentals", "visoin"):
        (root / folder).mkdir(parents=True)
    (root / "index.md").write_text("# All\n")
    (root / "stray.md").write_text("stray")
    (root / "vision" / "index.md").write_text("# Vision\n\n<!-- questions -->\n")
    (root / "vision" / "pooling.md").write_text(GOOD)
    (root / "vision" / "broken.md").write_text("")
    (root / "vision" / "picture.png").write_bytes(b"")
    bank = load_bank(tmp_path / "docs")
    assert [question.id for question in bank.questions] == ["vision/pooling"]
    assert bank.broken == {"vision/broken"}
    assert [topic.title for topic in bank.topics] == ["Vision"]
    assert sorted(map(str, bank.problems)) == [
        "docs/questions/fundamentals:1: topic without a page; add index.md with a heading and an intro",
        "docs/questions/stray.md:1: no question; move it into a topic's folder or delete it",
        "docs/questions/vision/broken.md:1: no front matter; start the file with `---`, the keys, and `---`",
        "docs/questions/vision/picture.png:1: no question; only <slug>.md files belong in a topic's folder",
        "docs/questions/visoin:1: `visoin` is no topic; use `vision`",
    ]


def test_the_nearest_name_is_suggested() -> None:
    assert one_of("concpt", ["concept", "coding"]) == "`concept` (allowed: `concept`, `coding`)"
    assert one_of("xyz", ["concept", "coding"]) == "one of `concept`, `coding`"
    assert one_of("xyz", [str(number) for number in range(20)]) == "one that exists"
