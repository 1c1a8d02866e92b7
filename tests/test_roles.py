"""The roles: what each is asked, and what the lint says about a broken file."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from question_files import load_bank
from roles import load_roles

GOOD = """\
# a comment
vision-engineer:
  title: Vision engineer
  about: Everything that sees.
  topics:
    vision: 5
  kinds:
    concept: 3
"""


def problems(root: Path, text: str) -> list[str]:
    (root / "docs").mkdir()
    (root / "docs" / "roles.yml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in load_roles(root)[1]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("vision: 5", "vision: 6", "6: weight of `vision` is 6; write 1 to 5, or leave the line out"),
        ("vision: 5", "vision: five", "6: weight of `vision` is 'five'; write 1 to 5, or leave the line out"),
        ("vision: 5", "visions: 5", "6: `visions` is none of the topics; use `vision`"),
        ("concept: 3", "concepts: 3", "8: `concepts` is none of the kinds; use `concept` (allowed: `concept`, `derivation`, `calculation`, `coding`, `debugging`, `design`, `judgement`)"),
        ("  title: Vision engineer\n", "", "2: key `title` is missing; add it"),
        ("  title:", "  name: V\n  title:", "3: unknown key `name`; use one of `title`, `about`, `topics`, `kinds`"),
        ("  title: Vision engineer", "  title: 3", "3: `title` is 3; write a text"),
        ("  topics:\n    vision: 5\n", "  topics: vision\n", "5: `topics` is 'vision'; write lines of `name: weight`"),
        ("    vision: 5\n", "    vision: 5\n    vision: 4\n", "7: `vision` stands twice; keep one"),
        ("vision-engineer:", "Vision Engineer:", "2: role `Vision Engineer`; use one to six lower-case words joined by hyphens"),
        ("title: Vision", "title: a: Vision", "3: broken YAML: mapping values are not allowed in this context; see the other roles"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert problems(tmp_path, GOOD.replace(old, new, 1)) == [f"docs/roles.yml:{expected}"]


def test_no_file_no_roles_and_a_role_without_keys_are_faults(tmp_path: Path) -> None:
    assert [str(p) for p in load_roles(tmp_path)[1]] == ["docs/roles.yml:1: no such file; write one with a role"]
    assert problems(tmp_path, "# nothing\n") == ["docs/roles.yml:1: no roles; write `name:` with its keys below it"]
    (tmp_path / "docs" / "roles.yml").write_text("vision-engineer:\n", encoding="utf-8")
    expected = "docs/roles.yml:1: role `vision-engineer` has no keys; write title, about, topics, kinds"
    assert [str(p) for p in load_roles(tmp_path)[1]] == [expected]


def test_every_role_is_asked_enough_of_the_bank_at_every_level() -> None:
    """A mock interview of eight questions at one level exists for each role; each topic has its role."""
    roles, faults = load_roles(ROOT)
    assert faults == [] and len(roles) == 5
    questions = load_bank(ROOT / "docs").questions
    for role in roles.values():
        for level in ("easy", "medium", "hard"):
            fitting = [q for q in questions if q.difficulty == level and role.weight(q)]
            assert len(fitting) >= 8, (role.title, level, len(fitting))
    assert {q.topic for q in questions} <= {topic for role in roles.values() for topic in role.topics}
