"""What the site derives from the bank, as Markdown: question pages, lists, tables, the FAQ.

Every function returns Markdown whose links are relative to the page that asks, so that the site
generator checks them like any other link. Nothing here knows of the site generator.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape

from bibliography import Source
from page_facts import CITATION, parse_citations
from question_bank import Bank, Difficulty, Kind, Question
from source_files import markdown_parser

_NOT_SEARCHED = re.compile(
    r'<math.*?</math>|<pre.*?</pre>|<figure class="plot".*?</figure>|<p class="also-asked".*?</p>'
    r'|<span class="citation">.*?</span>'
    r'|<div class="(?:generated|questions-here|bank|topics)".*?</div><!-- generated -->',
    re.DOTALL,
)
_FULL_ANSWER = '<details class="reveal" id="full-answer"'

MARKER = re.compile(r"^<!-- (questions|bank|by|faq|topics)(?:: (.+?)| (\w+))? -->$", re.MULTILINE)

_SIZE = re.compile(r"(?<!`)<!-- size -->(?!`)")
"""Inside a sentence, but not as code: the contributing page shows the marker itself."""

_LIST = re.compile(r"<!-- list: (.+) -->")

KIND_MEANING = {
    Kind.CONCEPT: "Explain an idea: what it is, why it works, when it stops working.",
    Kind.DERIVATION: "Show where a result comes from, step by step.",
    Kind.CALCULATION: "Put numbers in, get a number with a unit out.",
    Kind.CODING: "Write a short program that is right at the edges too.",
    Kind.DEBUGGING: "From a symptom to the cause, the fix and the check that would have caught it.",
    Kind.DESIGN: "Plan a system under stated requirements.",
    Kind.JUDGEMENT: "Weigh options and defend one.",
}
DIFFICULTY_MEANING = {
    Difficulty.EASY: "A screening call: everyone is expected to answer these.",
    Difficulty.MEDIUM: "A technical round: the bulk of most interviews.",
    Difficulty.HARD: "A specialist interview: depth in one's own field.",
}


def plain_markdown(text: str) -> str:
    """Plain text as Markdown that renders as that text, whatever characters it holds."""
    return re.sub(r"([\\`*_\[\]$|])", r"\\\1", escape(text, quote=False))


@lru_cache(maxsize=4096)  # a page, its structured data and the exports each ask for the same paragraph
def plain_text(markdown: str) -> str:
    """The words of a Markdown paragraph, without markup; formulas stay as their LaTeX."""
    inline = (child for token in markdown_parser().parse(markdown) for child in token.children or [])
    return "".join(" " if child.type == "softbreak" else child.content for child in inline).strip()


def relative(target: str, page: str) -> str:
    """The link from one page to another, both as paths below `docs/`."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def question_link(question: Question, page: str) -> str:
    """A Markdown link to a question, its title as the text."""
    target = relative(f"questions/{question.id}.md", page)
    return f"[{plain_markdown(question.title)}]({target})"


def labels(question: Question) -> str:
    """Difficulty and kind as labels, told apart by word, sign and color."""
    difficulty, kind = question.difficulty, question.kind
    return (
        f'<span class="label difficulty-{difficulty}">{difficulty.capitalize()}</span> '
        f'<span class="label kind-{kind}">{kind.capitalize()}</span>'
    )


def searchable(html: str, *, short: bool) -> str:
    """What of a page's HTML the search index holds: no formulas, code blocks, figures and generated lists.

    With `short`, nothing from the full answer on: a question is found by its title, its short answer
    and its checklist; its other wordings are indexed as a field of their own.
    """
    if short:
        html = html.partition(_FULL_ANSWER)[0]
    return _NOT_SEARCHED.sub("", html)


def question_list(questions: Iterable[Question]) -> str:
    """A marker for a list of questions; Markdown passes it on, which reads thousands of links slowly."""
    return f"<!-- list: {' '.join(item.id for item in questions)} -->"


def html_lists(html: str, bank: Bank, address: Callable[[Question], str]) -> str:
    """A page's HTML with such lists in place: links with their labels; `address` leads to a question."""

    def fill(match: re.Match[str]) -> str:
        rows = (
            f'<li><a href="{address(item)}">{escape(item.title, quote=False)}</a> <span class="nowrap">{labels(item)}</span></li>'
            for item in map(bank.by_id().__getitem__, match[1].split())
        )
        return "<ul>\n" + "\n".join(rows) + "\n</ul>"

    return re.sub(rf"{_LIST.pattern}\n?(?=\n|$)", fill, html)  # without the empty line that Markdown leaves behind it


def markdown_lists(markdown: str, bank: Bank, page: str) -> str:
    """The same for a page that is still Markdown, as the book reads it."""

    def fill(match: re.Match[str]) -> str:
        items = map(bank.by_id().__getitem__, match[1].split())
        return "\n".join(f'- {question_link(item, page)} <span class="nowrap">{labels(item)}</span>' for item in items)

    return _LIST.sub(fill, markdown)


def question_page(question: Question, bank: Bank, page: str) -> str:
    """A whole question page: what is asked first, the answers behind disclosures."""
    topic = next(topic for topic in bank.topics if topic.slug == question.topic)
    meta = [f"[{plain_markdown(topic.title)}](index.md)", labels(question)]
    if question.notebook:
        meta.append(f"[See it computed]({relative(f'notebooks/{question.notebook}.ipynb', page)})")
    parts = [
        f"# {plain_markdown(question.title)}",
        f'<p class="question-meta" data-question="{question.id}" markdown="span">' + " ".join(meta) + "</p>",
    ]
    if question.also_asked:
        asked = " ".join(f"<span>{escape(text)}</span>" for text in question.also_asked)
        parts.append(f'<p class="also-asked"><span class="also-asked-label">Also asked as</span> {asked}</p>')
    parts += [
        _disclosure("short-answer", "Short answer", question.short_answer),
        _disclosure("checklist", "What a strong answer covers", question.sections["What a strong answer covers"].text),
        _disclosure(
            "full-answer", "Full answer",
            "\n\n".join(f"## {name}\n\n{question.sections[name].text}" for name in ("Answer", "Common mistakes", "Follow-ups")),
        ),
    ]  # fmt: skip
    related = bank.related(question)
    if related:
        parts.append("## Related questions\n\n" + question_list(related))
    return "\n\n".join(parts)


def _disclosure(identifier: str, summary: str, markdown: str) -> str:
    return (
        f'<details class="reveal" id="{identifier}" markdown="1">\n<summary>{summary}</summary>\n\n'
        f"{markdown}\n\n</details>"
    )


def fill_markers(markdown: str, page: str, bank: Bank, sources: dict[str, Source], cited: dict[str, list[Question]]) -> str:
    """The page's Markdown with every marker that asks for questions replaced.

    `cited` maps a source's key to the questions that cite it.
    """

    def fill(match: re.Match[str]) -> str:
        name, listed, axis = match.groups()
        if name == "bank":
            return _bank_table(bank, page)
        if name == "topics":
            return _topic_list(bank, page)
        if name == "faq":
            return _faq(bank, page, (listed or "").split())
        if name == "by":
            return _excluded(_grouped(bank, page, axis, sources, cited))
        if listed:
            ids = bank.by_id()
            questions = [ids[wanted] for wanted in listed.split() if wanted in ids]
            return '<div class="questions-here" markdown="1">\n\n' + (
                "Questions on this\n{ .questions-here-title }\n\n" + question_list(questions) + "\n\n</div><!-- generated -->"
            )
        topic = page.split("/")[1]
        return _excluded(_by_difficulty([q for q in bank.questions if q.topic == topic]))

    return MARKER.sub(fill, _SIZE.sub(str(len(bank.questions)), markdown))


def _excluded(markdown: str) -> str:
    return f'<div class="generated" markdown="1">\n\n{markdown}\n\n</div><!-- generated -->'


def _by_difficulty(questions: list[Question]) -> str:
    parts = []
    for difficulty, meaning in DIFFICULTY_MEANING.items():
        chosen = [question for question in questions if question.difficulty == difficulty]
        if chosen:
            parts.append(f"## {difficulty.capitalize()}\n\n{meaning}\n\n{question_list(chosen)}")
    return "\n\n".join(parts)


def _grouped(bank: Bank, page: str, axis: str, sources: dict[str, Source], cited: dict[str, list[Question]]) -> str:
    if axis == "difficulty":
        return _by_difficulty(list(bank.questions))
    groups: list[tuple[str, str, list[Question]]] = []
    if axis == "kind":
        for kind, meaning in KIND_MEANING.items():
            chosen = [question for question in bank.questions if question.kind == kind]
            groups.append((kind.capitalize(), meaning, chosen))
    elif axis == "notebook":
        for name in sorted({q.notebook for q in bank.questions if q.notebook}):
            chosen = [question for question in bank.questions if question.notebook == name]
            title = plain_markdown(bank.notebooks.get(name, name))
            link = f"[{title}]({relative(f'notebooks/{name}.ipynb', page)})"
            groups.append((f"{link} {{ #{name} }}", "", chosen))
    else:
        # A key begins with the first author: the order of the keys is that of the names.
        names = {key: f"{sources[key].byline} ({sources[key].year})" for key in sorted(cited)}
        shared = Counter(names.values())
        for key, name in names.items():
            told_apart = name if shared[name] == 1 else f"{name}: {sources[key].title}"
            groups.append((f"{plain_markdown(told_apart)} {{ #{key} }}", sources[key].html(), cited[key]))
    return "\n\n".join(
        f"## {heading}\n\n{intro}\n\n{question_list(chosen)}" for heading, intro, chosen in groups if chosen
    )


def questions_by_source(bank: Bank, sources: dict[str, Source]) -> dict[str, list[Question]]:
    """For the key of each source that is cited, the questions that cite it."""
    cited: dict[str, list[Question]] = {}
    for question in bank.questions:
        text = "\n".join(section.text for section in question.sections.values())
        keys = {c.key for match in CITATION.finditer(text) for c in parse_citations(match.group(1))}
        for key in keys & set(sources):
            cited.setdefault(key, []).append(question)
    return cited


def _bank_table(bank: Bank, page: str) -> str:
    titles = {topic.slug: topic for topic in bank.topics}
    rows = ["| Question | Topic | Kind | Difficulty |", "| --- | --- | --- | --- |"]
    for question in bank.questions:
        topic = titles[question.topic]
        where = relative(f"questions/{topic.slug}/index.md", page)
        difficulty, kind = labels(question).split("</span> ")
        rows.append(
            f"| {question_link(question, page)} | [{plain_markdown(topic.title)}]({where}) "
            f"| {kind} | {difficulty}</span> |"
        )
    table = "\n".join(rows)
    return f'<div class="bank" markdown="1">\n\n{table}\n\n</div><!-- generated -->'


def _topic_list(bank: Bank, page: str) -> str:
    rows = []
    for topic in bank.topics:
        count = sum(question.topic == topic.slug for question in bank.questions)
        where = relative(f"questions/{topic.slug}/index.md", page)
        rows.append(f"- [{plain_markdown(topic.title)}]({where}) <span class=\"count\">{count}</span>")
    return '<div class="topics" markdown="1">\n\n' + "\n".join(rows) + "\n\n</div><!-- generated -->"


def _faq(bank: Bank, page: str, first: list[str]) -> str:
    """The FAQ entries: those that the marker names, in its order, then the others."""
    entries = [question for question in bank.questions if question.faq]
    entries.sort(key=lambda q: first.index(q.id) if q.id in first else len(first))
    parts = []
    for question in entries:
        target = relative(f"questions/{question.id}.md", page)
        parts.append(
            f"## {plain_markdown(question.title)} {{ #{question.slug} }}\n\n{question.short_answer}\n\n"
            f"[Full answer, mistakes and follow-ups]({target})"
        )
    return "\n\n".join(parts)
