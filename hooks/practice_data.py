"""What the practice page loads: the bank as one script, and each question's texts as another.

Scripts, because a page opened from the disk may fetch nothing else. The scripts that use them are
in `docs/assets/practice/`. Knows nothing of the site generator.
"""

from __future__ import annotations

import json
import re

from question_bank import Bank, Difficulty, Kind
from roles import Role

SCRIPTS: tuple[str, ...] = (
    "practice-data.js",
    "vendor/ts-fsrs.js",
    *(f"practice/{name}.js" for name in ("store", "schedule", "page", "session", "home", "mock", "sheet", "start")),
)  # fmt: skip
"""Below `assets/`, in the order in which they run."""

_PARTS = {
    "short": ('<details class="reveal" id="short-answer">', "</details>"),
    "checklist": ('<details class="reveal" id="checklist">', "</details>"),
    "answer": ('<h2 id="answer">', '<h2 id="common-mistakes">'),
    "mistakes": ('<h2 id="common-mistakes">', '<h2 id="follow-ups">'),
    "follow_ups": ('<h2 id="follow-ups">', "</details>"),
}
"""Where each part of a question stands in its page: after the first text, before the second."""

_HEADING = re.compile(r"\s*(?:<summary>.*?</summary>|(?:(?!<h2).)*?</h2>)\s*", re.DOTALL)


def practice_data(bank: Bank, roles: dict[str, Role], urls: dict[str, str], base: str, moved: dict[str, str]) -> str:
    """The script that tells the practice page what questions there are.

    `urls` has the address of each question's page, relative to the site's root, by its id; `base`
    leads from the practice page to the root; `moved` names old ids and what became of them.
    """
    questions = [
        {
            "id": question.id, "title": question.title, "topic": question.topic,
            "kind": question.kind, "difficulty": question.difficulty, "url": urls[question.id],
        }
        for question in bank.questions
    ]  # fmt: skip
    data = {
        "base": base,
        "topics": {topic.slug: topic.title for topic in bank.topics},
        "kinds": list(Kind),
        "difficulties": list(Difficulty),
        "roles": {slug: role.model_dump() for slug, role in roles.items()},
        "moved": {old: new for old, new in moved.items() if "/" in new},
        "questions": questions,
    }
    return f"window.dlqBank = {_json(data)};\n"


def card_script(question_id: str, html: str) -> str:
    """The script with one question's texts, cut out of its page's content.

    Raises ValueError if the page does not have the form that index_pages.question_page gives it.
    """
    parts = {}
    for name, (start, end) in _PARTS.items():
        _, found, rest = html.partition(start)
        # A text may hold details of its own; the page's last ones are the end of the full answer.
        inside, closed, _ = rest.rpartition(end) if name == "follow_ups" else rest.partition(end)
        heading = _HEADING.match(inside)
        if not found or not closed or not heading:
            raise ValueError(f"{question_id}: no `{start}` before a `{end}` in the page")
        parts[name] = inside[heading.end() :].strip()
    return f"dlqCard({_json(question_id)}, {_json(parts)});\n"


def page_head(prefix: str) -> str:
    """The elements of the practice page's head; `prefix` leads from the page to `assets/`."""
    scripts = "".join(f'<script defer src="{prefix}{name}"></script>' for name in SCRIPTS)
    return f'<link rel="stylesheet" href="{prefix}practice/practice.css">{scripts}'


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
