"""The bank as data for other tools: `questions.json`, its schema, and schema.org on each page.

The shape of the data is the models below; `VERSION` grows when a field changes its meaning or goes.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from bibliography import Source
from index_pages import plain_text
from page_facts import CITATION, parse_citations
from pydantic import BaseModel, ConfigDict, Field
from question_bank import Bank, Difficulty, Kind, Question, Topic

VERSION = 1


class ExportedQuestion(BaseModel):
    """A question; its texts are Markdown with `$` formulas, their links relative to its file."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="topic/slug; never changes once published")
    url: str = Field(description="address of its page")
    title: str
    topic: str
    kind: Kind
    difficulty: Difficulty
    faq: bool
    also_asked: list[str]
    search_terms: list[str] = Field(description="what else people type who look for it")
    related: list[str] = Field(description="ids, in both directions")
    notebook: str | None
    short_answer: str
    checklist: str
    answer: str
    common_mistakes: str
    follow_ups: str
    sources: list[str] = Field(description="keys of the sources it cites")


class ExportedSource(BaseModel):
    """A source, as the references list shows it."""

    model_config = ConfigDict(extra="forbid")

    title: str
    authors: list[str]
    year: str
    venue: str
    identifier: str
    link: str | None
    confirmed: bool = Field(description="whether somebody has looked the source up")


class ExportedBank(BaseModel):
    """All questions, topics and sources."""

    model_config = ConfigDict(extra="forbid", title="Deep Learning Questions")

    version: int
    license: str
    topics: dict[str, str] = Field(description="the title of each topic by its slug")
    questions: list[ExportedQuestion]
    sources: dict[str, ExportedSource]


def exported_question(question: Question, bank: Bank, url: str) -> ExportedQuestion:
    """One question as data; `url` is the address of its page."""
    short, checklist, answer, mistakes, follow_ups = (
        question.sections[name].text for name in question.sections
    )
    texts = "\n".join((answer, mistakes, follow_ups))
    keys = [c.key for match in CITATION.finditer(texts) for c in parse_citations(match.group(1))]
    return ExportedQuestion(
        id=question.id, url=url, title=question.title, topic=question.topic, kind=question.kind,
        difficulty=question.difficulty, faq=question.faq, also_asked=list(question.also_asked),
        search_terms=list(question.search_terms),
        related=[other.id for other in bank.related(question)], notebook=question.notebook,
        short_answer=short.strip(), checklist=checklist, answer=answer, common_mistakes=mistakes,
        follow_ups=follow_ups, sources=list(dict.fromkeys(keys)),
    )  # fmt: skip


def exported_bank(bank: Bank, sources: dict[str, Source], urls: dict[str, str]) -> ExportedBank:
    """The whole bank as data; `urls` has the address of each question's page by its id."""
    return ExportedBank(
        version=VERSION,
        license="CC BY 4.0",
        topics={topic.slug: topic.title for topic in bank.topics},
        questions=[exported_question(question, bank, urls[question.id]) for question in bank.questions],
        sources={
            key: ExportedSource(
                title=source.title, authors=list(source.authors), year=source.year,
                venue=source.venue, identifier=source.identifier, link=source.link,
                confirmed=source.confirmed,
            )
            for key, source in sorted(sources.items())
        },
    )  # fmt: skip


def schema() -> str:
    """The JSON Schema of the whole export."""
    return json.dumps(ExportedBank.model_json_schema(), indent=1, sort_keys=True) + "\n"


def front_matter_schema() -> str:
    """The JSON Schema of a question file's front matter, for editors."""
    text = {"type": "string", "minLength": 1}
    properties = {
        "title": {"type": "string", "minLength": 15, "maxLength": 140, "pattern": "[?.]$"},
        "kind": {"enum": list(Kind)},
        "difficulty": {"enum": list(Difficulty)},
        "faq": {"const": True},
        "also_asked": {"type": "array", "items": text, "minItems": 1, "maxItems": 5, "uniqueItems": True},
        "search_terms": {"type": "array", "items": text, "minItems": 1, "maxItems": 4, "uniqueItems": True},
        "related": {"type": "array", "items": text, "minItems": 1, "maxItems": 4, "uniqueItems": True},
        "notebook": text,
    }
    data = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a question",
        "type": "object",
        "properties": properties,
        "required": ["title", "kind", "difficulty"],
        "additionalProperties": False,
    }
    return json.dumps(data, indent=2) + "\n"


def question_schema_org(question: Question, url: str) -> dict[str, Any]:
    """schema.org's form for a question that a site asks and answers itself: a flash card of a quiz."""
    answer = {"@type": "Answer", "text": plain_text(question.short_answer)}
    card = {
        "@type": "Question", "eduQuestionType": "Flashcard", "text": question.title, "acceptedAnswer": answer,
    }  # fmt: skip
    return {
        "@context": "https://schema.org", "@type": "Quiz", "url": url, "name": question.title,
        "about": {"@type": "Thing", "name": question.topic.replace("-", " ")}, "hasPart": [card],
    }  # fmt: skip


def faq_schema_org(questions: list[Question]) -> dict[str, Any]:
    """schema.org's form of the FAQ page."""
    entries = [
        {
            "@type": "Question", "name": question.title,
            "acceptedAnswer": {"@type": "Answer", "text": plain_text(question.short_answer)},
        }
        for question in questions
    ]  # fmt: skip
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": entries}


def breadcrumbs_schema_org(steps: list[tuple[str, str]]) -> dict[str, Any]:
    """schema.org's form of the way to a page: (name, address) of each step."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, 1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def json_script(data: dict[str, Any]) -> str:
    """The data as a script element. A `<` is written as an escape, so no title can end the script."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def preview_head(title: str, about: str, address: str, base: str) -> str:
    """The elements of a page's head that say what to show beside a link to it."""
    properties = {
        "og:type": "article", "og:site_name": "Deep Learning Questions", "og:title": title,
        "og:description": about, "og:url": address, "og:image": f"{base}assets/preview.png",
    }  # fmt: skip
    tags = [f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()]
    return "".join([*tags, '<meta name="twitter:card" content="summary_large_image">'])


def question_head(question: Question, topic: Topic, address: str, base: str, data: str) -> str:
    """The same for a question, with its structured data and, at `data`, the question as data."""
    steps = [
        ("Questions", f"{base}questions/"),
        (topic.title, f"{base}questions/{topic.slug}/"),
        (question.title, address),
    ]
    return (
        preview_head(question.title, plain_text(question.short_answer), address, base)
        + json_script(question_schema_org(question, address))
        + json_script(breadcrumbs_schema_org(steps))
        # Not rel="alternate": the theme takes every such link for a translation and looks for its sitemap.
        + f'<link rel="describedby" type="application/json" href="{escape(data)}">'
    )


def data_files(bank: Bank, sources: dict[str, Source], addresses: dict[str, str], base: str) -> dict[str, str]:
    """The text of every data file by its place in the site.

    `addresses` has the address of each page, relative to `base`, by its path below `docs/`.
    """
    urls = {question.id: base + addresses[f"questions/{question.id}.md"] for question in bank.questions}
    whole = exported_bank(bank, sources, urls)
    files = {
        "questions.json": whole.model_dump_json(indent=1) + "\n",
        "questions.schema.json": schema(),
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n",
    }
    for question in whole.questions:
        files[f"questions/{question.id}.json"] = question.model_dump_json(indent=1) + "\n"
    return files
