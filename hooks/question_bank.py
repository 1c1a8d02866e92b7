"""The question bank: what a question, a topic and the whole bank are, and the words they may use.

Frozen models, which know nothing of files (`question_files.py` reads those) nor of the site generator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator
from source_files import Problem, one_of

TOPICS: tuple[str, ...] = (
    "fundamentals", "optimization", "regularization", "losses-and-metrics", "mathematics",
    "machine-learning", "vision", "sequences", "transformers", "pretraining", "alignment",
    "inference", "retrieval-and-agents", "generative-models", "representation-learning",
    "reinforcement-learning", "distributed-training", "hardware", "frameworks", "systems",
    "research",
)  # fmt: skip
"""Every topic a question can belong to, in the order in which the site shows them."""

SECTIONS: tuple[str, ...] = (
    "Short answer",
    "What a strong answer covers",
    "Answer",
    "Common mistakes",
    "Follow-ups",
)
"""The second-level headings of a question, in order; no others are allowed."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,5}")


class Kind(StrEnum):
    """What a question asks the candidate to do."""

    CONCEPT = "concept"
    DERIVATION = "derivation"
    CALCULATION = "calculation"
    CODING = "coding"
    DEBUGGING = "debugging"
    DESIGN = "design"
    JUDGEMENT = "judgement"


class Difficulty(StrEnum):
    """Where a question is asked: screening call, technical round, specialist interview."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True)
class Section:
    """The Markdown under one heading; `line` is the heading's line in the file, from 1."""

    line: int
    text: str


class FrontMatter(BaseModel):
    """The keys of a question file, in the order in which they must stand."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str
    kind: Kind
    difficulty: Difficulty
    faq: bool = False
    also_asked: tuple[str, ...] = ()
    search_terms: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    notebook: str | None = None

    @field_validator("kind", "difficulty", mode="before")
    @classmethod
    def _from_vocabulary(cls, value: object, info: Any) -> object:
        vocabulary = Kind if info.field_name == "kind" else Difficulty
        if value in list(vocabulary):
            return vocabulary(value)
        raise ValueError(f"`{value}` is no {info.field_name}; write {one_of(value, vocabulary)}")

    @field_validator("title")
    @classmethod
    def _as_asked_aloud(cls, title: str) -> str:
        if not 15 <= len(title) <= 140:
            raise ValueError(f"the title has {len(title)} characters; use 15 to 140")
        if not title.isprintable():
            raise ValueError("the title holds a line break or an invisible character; delete it")
        if not title.endswith(("?", ".")):
            raise ValueError("the title ends in neither `?` nor `.`; ask it as an interviewer would")
        return title

    @field_validator("faq")
    @classmethod
    def _only_true(cls, faq: bool) -> bool:
        if not faq:
            raise ValueError("`faq` can only be `true`; leave the key out instead")
        return faq

    @field_validator("also_asked", "search_terms", "related", mode="before")
    @classmethod
    def _short_list(cls, value: object, info: Any) -> object:
        most = 5 if info.field_name == "also_asked" else 4
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"`{info.field_name}` must be a list of texts; write one `- \"…\"` a line")
        if not 1 <= len(value) <= most:
            raise ValueError(f"`{info.field_name}` has {len(value)} entries; use 1 to {most}")
        if not all(item.isprintable() for item in value):
            raise ValueError(f"`{info.field_name}` holds a line break or an invisible character; delete it")
        if len(set(value)) < len(value):
            raise ValueError(f"`{info.field_name}` names an entry twice; keep one")
        return tuple(value)


class Question(FrontMatter):
    """A question file that parsed: its front matter, its place and its five sections."""

    topic: str
    slug: str
    path: str
    key_lines: dict[str, int]
    sections: dict[str, Section]

    @property
    def id(self) -> str:
        """The identity that links, exports and `related` use: `topic/slug`."""
        return f"{self.topic}/{self.slug}"

    @property
    def short_answer(self) -> str:
        """The Markdown of the short answer, one paragraph."""
        return self.sections["Short answer"].text.strip()

    def wordings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """All that a reader may ask it as, by the key that it stands under."""
        return ("title", (self.title,)), ("also_asked", self.also_asked), ("search_terms", self.search_terms)

    def sort_key(self) -> tuple[int, int, str]:
        """Topics in the site's order, then easy before hard, then by slug."""
        return TOPICS.index(self.topic), list(Difficulty).index(self.difficulty), self.slug


@dataclass(frozen=True)
class Topic:
    """A topic that has an index page; `title` is that page's first heading."""

    slug: str
    title: str
    path: str


@dataclass(frozen=True)
class Bank:
    """All questions and topics that could be read, and every problem met on the way."""

    questions: tuple[Question, ...]
    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...] = field(default=())
    broken: frozenset[str] = frozenset()
    """Ids whose files could not be read: they exist, so nothing that names them is at fault."""
    notebooks: dict[str, str] = field(default_factory=dict)
    """The title of each notebook by its name."""

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def _by_path(self) -> dict[str, Question]:
        return {question.path: question for question in self.questions}

    @cached_property
    def _related(self) -> dict[str, list[Question]]:
        """Once for all: to look through the bank for each question would grow with its square."""
        named_by: dict[str, set[str]] = {question.id: set(question.related) for question in self.questions}
        for question in self.questions:
            for name in question.related:
                named_by.get(name, set()).add(question.id)
        place = {question.id: number for number, question in enumerate(self.questions)}
        return {
            own: [self._by_id[name] for name in sorted(named & place.keys(), key=place.__getitem__)]
            for own, named in named_by.items()
        }

    def by_id(self) -> dict[str, Question]:
        """The questions by their id."""
        return self._by_id

    def by_path(self) -> dict[str, Question]:
        """The questions by the path of their file."""
        return self._by_path

    def related(self, question: Question) -> list[Question]:
        """The questions that this one names or that name it, in the bank's order."""
        return self._related[question.id]
