"""What each role is asked: the weights of `docs/roles.yml`, read and checked.

Mock interviews are drawn by them and study plans ordered by them. Knows nothing of the site generator.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from question_bank import SLUG, TOPICS, Kind, Question
from source_files import Problem, one_of, read_text

ROLES = "docs/roles.yml"

Weight = Annotated[int, Field(ge=1, le=5)]


class Role(BaseModel):
    """A role: its name, one sentence about it, and how much it is asked of each topic and kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = Field(min_length=1)
    about: str = Field(min_length=1)
    topics: dict[str, Weight] = Field(min_length=1)
    kinds: dict[str, Weight] = Field(min_length=1)

    def weight(self, question: Question) -> int:
        """From 0, if the role is never asked such a question, to 25."""
        return self.topics.get(question.topic, 0) * self.kinds.get(question.kind, 0)


def load_roles(root: Path) -> tuple[dict[str, Role], list[Problem]]:
    """The roles of the project at `root` by their slug, in the order of the file, and every fault."""
    path = root / ROLES
    if not path.exists():
        return {}, [Problem(ROLES, 1, "no such file; write one with a role")]
    text, problems = read_text(path, ROLES)
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506 (the safe loader, in C)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        message = f"broken YAML: {getattr(error, 'problem', error)}; see the other roles"
        return {}, [*problems, Problem(ROLES, mark.line + 1 if mark else 1, message)]
    if not isinstance(data, dict):
        return {}, [*problems, Problem(ROLES, 1, "no roles; write `name:` with its keys below it")]
    lines: dict[tuple[str, ...], int] = {}
    problems += _key_lines(node, (), lines)
    roles = {}
    for slug, content in ((str(slug), content) for slug, content in data.items()):
        line = lines[(slug,)]
        if not SLUG.fullmatch(slug):
            message = f"role `{slug}`; use one to six lower-case words joined by hyphens"
            problems.append(Problem(ROLES, line, message))
        try:
            roles[slug] = role = Role.model_validate(content)
        except ValidationError as error:
            for fault in error.errors():
                problems.append(_problem(slug, fault, lines))
            continue
        for key, named, known in (("topics", role.topics, TOPICS), ("kinds", role.kinds, list(Kind))):
            for name in (name for name in named if name not in known):
                message = f"`{name}` is none of the {key}; use {one_of(name, known)}"
                problems.append(Problem(ROLES, lines[(slug, key, name)], message))
    return roles, problems


def _key_lines(node: Any, place: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> list[Problem]:
    """Fill `lines` with the line of every key by its place; a problem for each that stands twice."""
    problems = []
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        here = (*place, str(key.value))
        if here in lines:
            message = f"`{key.value}` stands twice; keep one"
            problems.append(Problem(ROLES, key.start_mark.line + 1, message))
        lines.setdefault(here, key.start_mark.line + 1)
        problems += _key_lines(value, here, lines)
    return problems


def _problem(slug: str, fault: Any, lines: dict[tuple[str, ...], int]) -> Problem:
    """What pydantic found at a place, with the line of the nearest key."""
    place = (slug, *map(str, fault["loc"]))
    name = place[-1]
    if fault["type"] == "missing":
        message = f"key `{name}` is missing; add it"
    elif fault["type"] == "extra_forbidden":
        message = f"unknown key `{name}`; use {one_of(name, Role.model_fields)}"
    elif len(place) > 2:
        message = f"weight of `{name}` is {fault['input']!r}; write 1 to 5, or leave the line out"
    elif name in Role.model_fields:
        wanted = "a text" if name in ("title", "about") else "lines of `name: weight`"
        message = f"`{name}` is {fault['input']!r}; write {wanted}"
    else:
        message = f"role `{name}` has no keys; write {', '.join(Role.model_fields)}"
    while place not in lines:
        place = place[:-1]
    return Problem(ROLES, lines[place], message)
