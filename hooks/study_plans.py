"""Study plans: what to learn first for a role, cut to the days and hours there are.

Ready plans are written here when the site is built. `docs/assets/plans.js` cuts others, for any date,
out of `plan_data` in the same way. Knows nothing of the site generator.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate, groupby

from index_pages import labels, question_link, relative
from question_bank import Bank, Difficulty, Kind, Question
from roles import Role

MINUTES: dict[Kind, int] = {
    Kind.CONCEPT: 8,
    Kind.DERIVATION: 16,
    Kind.CALCULATION: 12,
    Kind.CODING: 24,
    Kind.DEBUGGING: 16,
    Kind.DESIGN: 24,
    Kind.JUDGEMENT: 12,
}
"""Minutes to answer a medium question aloud, to compare, and to read the full answer."""

EFFORT: dict[Difficulty, float] = {Difficulty.EASY: 0.75, Difficulty.MEDIUM: 1, Difficulty.HARD: 1.5}
"""How much of that an easy or a hard question takes."""

URGENCY: dict[Difficulty, float] = {Difficulty.EASY: 1.2, Difficulty.MEDIUM: 1, Difficulty.HARD: 0.7}
"""What everyone is expected to answer comes before what specialists are asked."""

REPEAT = 0.2
"""The share of each day, in a plan of several, that goes to repeating what was missed."""

WHY = {
    5: "asked in nearly every interview",
    4: "asked in most interviews",
    3: "asked in many interviews",
    2: "asked in some interviews",
    1: "asked now and then",
}
"""What a role's weight of a topic says to a reader."""

READY: dict[str, tuple[int, int]] = {"evening": (1, 120), "week": (7, 90), "four-weeks": (28, 60)}
"""The ready plans: days, and minutes a day."""

PLAN_MARKER = re.compile(rf"^<!-- plan(?:: ({'|'.join(READY)})| (minutes)) -->$", re.MULTILINE)


def minutes(question: Question) -> int:
    """How long a question takes, in whole minutes."""
    return round(MINUTES[question.kind] * EFFORT[question.difficulty])


def ranked(bank: Bank, roles: list[Role]) -> list[Question]:
    """What these roles are asked, most useful first; any beginning of the list is a fair choice.

    A question counts by the roles' weights of its topic and kind, and by its difficulty. What a topic
    has in the list already divides its next one, as seats are given to parties (D'Hondt's method), so
    that no topic is exhausted before another has begun.
    """
    worth = {
        question.id: sum(role.weight(question) for role in roles) * URGENCY[question.difficulty]
        for question in bank.questions
    }
    waiting: dict[str, list[Question]] = {}
    for question in sorted((q for q in bank.questions if worth[q.id]), key=lambda q: -worth[q.id]):
        waiting.setdefault(question.topic, []).append(question)
    order: list[Question] = []
    taken = dict.fromkeys(waiting, 0)
    while waiting:
        topic = max(waiting, key=lambda topic: worth[waiting[topic][0].id] / (taken[topic] + 1))
        order.append(waiting[topic].pop(0))
        taken[topic] += 1
        if not waiting[topic]:
            del waiting[topic]
    return order


def plan(bank: Bank, order: list[Question], days: int, daily: int) -> list[list[Question]]:
    """The questions of each day: as much of `order` as fits, from the ground up, easy before hard.

    Of three days or more the last is left free, to repeat.
    """
    new = daily if days == 1 else daily * (1 - REPEAT)
    fullest = days * max([new, *map(minutes, order)])  # a day holds one question even if that is too long
    most = sum(total <= fullest for total in accumulate(map(minutes, order)))
    for count in range(most, 0, -1):  # to begin with all would take the square of the bank's size
        chosen = {question.id for question in order[:count]}
        dealt: list[list[Question]] = [[]]
        left = new
        for question in (question for question in bank.questions if question.id in chosen):
            if dealt[-1] and minutes(question) > left:
                dealt.append([])
                left = new
            dealt[-1].append(question)
            left -= minutes(question)
        if len(dealt) <= (days - 1 if days > 2 else days):
            return dealt
    return []


def time_note(today: list[Question], days: int, daily: int) -> str:
    """What a day's time goes to."""
    new = sum(map(minutes, today))
    repeat = daily - new if days > 1 else 0
    return f"{new} min of questions, {repeat} min to repeat." if repeat > 0 else f"{new} min of questions."


def importance(roles: list[Role], topic: str) -> int:
    """How much these roles are asked of a topic, from 1 to 5."""
    return max(1, round(sum(role.topics.get(topic, 0) for role in roles) / len(roles)))


def fill_plans(markdown: str, page: str, bank: Bank, roles: dict[str, Role]) -> str:
    """The page's Markdown with the markers of plans replaced."""

    def fill(match: re.Match[str]) -> str:
        text = _ready(bank, list(roles.values()), page, *READY[match.group(1)]) if match.group(1) else _minutes()
        return f'<div class="generated" markdown="1">\n\n{text}\n\n</div><!-- generated -->'

    return PLAN_MARKER.sub(fill, markdown)


def plan_data(bank: Bank, roles: dict[str, Role]) -> str:
    """The script from which the page cuts plans: minutes by question, and each role's order."""
    place = {question.id: position for position, question in enumerate(bank.questions)}
    groups = {"": list(roles.values()), **{slug: [role] for slug, role in roles.items()}}
    data = {
        "minutes": [minutes(question) for question in bank.questions],
        "order": {slug: [place[q.id] for q in ranked(bank, group)] for slug, group in groups.items()},
        "importance": {
            slug: {topic.slug: importance(group, topic.slug) for topic in bank.topics}
            for slug, group in groups.items()
        },
        "why": WHY,
        "repeat": REPEAT,
    }
    return f"window.dlqPlan = {json.dumps(data, separators=(',', ':'))};\n"


def _ready(bank: Bank, roles: list[Role], page: str, days: int, daily: int) -> str:
    dealt = plan(bank, ranked(bank, roles), days, daily)
    titles = {topic.slug: topic for topic in bank.topics}
    parts = []
    for day in range(1, days + 1):
        today = dealt[day - 1] if day <= len(dealt) else []
        if days > 1:
            parts.append(f"### Day {day}")
        if today:
            parts.append(f"{time_note(today, days, daily)}\n{{ .plan-time }}")
        else:  # plans.js copies this paragraph
            practice = relative("practice.md", page)
            parts.append(f"Repeat what you left unticked, then sit a [mock interview]({practice}).\n{{ .plan-free }}")
        for slug, questions in groupby(today, key=lambda question: question.topic):
            parts.append(f"{titles[slug].title}: {WHY[importance(roles, slug)]}.\n{{ .plan-why }}")
            rows = (f'- {question_link(q, page)} {labels(q)} <span class="minutes">{minutes(q)} min</span>' for q in questions)
            parts.append('<div class="plan-list" markdown="1">\n\n' + "\n".join(rows) + "\n\n</div>")
    return "\n\n".join(parts)


def _minutes() -> str:
    rows = [
        f"| {kind.capitalize()} | " + " | ".join(str(round(MINUTES[kind] * EFFORT[level])) for level in Difficulty) + " |"
        for kind in Kind
    ]
    head = "| Minutes | " + " | ".join(level.capitalize() for level in Difficulty) + " |\n| --- |" + " ---: |" * 3
    return "\n".join([head, *rows])
