"""Read `docs/questions/` into the bank's models.

Every fault met on the way is collected, never raised, so that all of them can be reported at once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from page_facts import PageFacts, front_matter_end, page_facts
from pydantic import ValidationError
from question_bank import SECTIONS, SLUG, TOPICS, Bank, FrontMatter, Question, Section, Topic
from source_files import Problem, one_of, read_text


def load_bank(docs: Path) -> Bank:
    """Read every file under `docs/questions/`. Faults are collected, never raised."""
    root = docs / "questions"
    questions, topics, problems, broken = [], [], [], set()
    if not root.is_dir():
        return Bank((), (), (Problem("docs/questions", 1, "no folder; put the topics' folders into it"),))
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        shown = _shown(folder, docs)
        if folder.is_symlink():
            problems.append(Problem(shown, 1, "symbolic link; put the folder itself here"))
            continue
        if folder.name not in TOPICS:
            advice = one_of(folder.name, TOPICS)
            problems.append(Problem(shown, 1, f"`{folder.name}` is no topic; use {advice}"))
            continue
        index = folder / "index.md"
        if index.is_file():
            title, found = _topic_title(index, _shown(index, docs))
            problems += found
            topics.append(Topic(folder.name, title, _shown(index, docs)))
        else:
            problems.append(
                Problem(shown, 1, "topic without a page; add index.md with a heading and an intro")
            )
        for path in sorted(folder.iterdir()):
            if path.name == "index.md":
                continue
            shown = _shown(path, docs)
            if path.suffix != ".md" or not path.is_file():
                problems.append(
                    Problem(shown, 1, "no question; only <slug>.md files belong in a topic's folder")
                )
                continue
            question, found = parse_question(path, shown)
            problems += found
            if question:
                questions.append(question)
            else:
                broken.add(f"{folder.name}/{path.stem}")
    for path in sorted(path for path in root.iterdir() if path.is_file() and path.name != "index.md"):
        problems.append(
            Problem(_shown(path, docs), 1, "no question; move it into a topic's folder or delete it")
        )
    questions.sort(key=Question.sort_key)
    topics.sort(key=lambda topic: TOPICS.index(topic.slug))
    notebooks = {path.stem: _notebook_title(path) for path in sorted((docs.parent / "notebooks").glob("*.ipynb"))}
    return Bank(tuple(questions), tuple(topics), tuple(problems), frozenset(broken), notebooks)


def _notebook_title(path: Path) -> str:
    """The first line of a notebook; of one that cannot be read, which another rule reports, its name."""
    try:
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    except (OSError, ValueError, KeyError, IndexError, TypeError, RecursionError):
        return path.stem
    return first.partition("\n")[0].removeprefix("# ").strip() or path.stem


def parse_question(path: Path, shown: str) -> tuple[Question | None, list[Problem]]:
    """Read one question file; `shown` is its path as messages name it.

    Returns the question, or None if it cannot be built, and every problem found.
    """
    text, problems = read_text(path, shown)
    if not SLUG.fullmatch(path.stem):
        message = f"slug `{path.stem}`; use one to six lower-case words joined by hyphens"
        problems.append(Problem(shown, 1, message))
    lines = text.split("\n")
    start = front_matter_end(lines)
    if not start:
        message = "no front matter; start the file with `---`, the keys, and `---`"
        return None, [*problems, Problem(shown, 1, message)]
    front, key_lines, found = _front_matter("\n".join(lines[1 : start - 1]), shown)
    problems += found
    sections, found = _sections(lines, start, shown, page_facts(shown, text))
    problems += found
    if front is None or set(sections) != set(SECTIONS):
        return None, problems
    question = Question.model_construct(
        **dict(front), topic=path.parent.name, slug=path.stem, path=shown,
        key_lines=key_lines, sections=sections,
    )  # fmt: skip
    return question, problems


def _front_matter(
    source: str, shown: str
) -> tuple[FrontMatter | None, dict[str, int], list[Problem]]:
    if "\t" in source:
        line = source.count("\n", 0, source.index("\t")) + 2
        return None, {}, [Problem(shown, line, "tab in the front matter; indent with spaces")]
    loader = yaml.CSafeLoader(source)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"broken YAML: {error.problem}; quote values that contain a colon"
        return None, {}, [Problem(shown, (mark.line if mark else 0) + 2, message)]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"broken YAML: {str(error).splitlines()[0]}; quote every text value"
        return None, {}, [Problem(shown, 2, message)]
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        message = "the front matter is no list of `key: value` lines; write one"
        return None, {}, [Problem(shown, 2, message)]
    key_lines: dict[str, int] = {}
    problems = []
    for key_node, _ in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 2
        if key in key_lines:
            problems.append(Problem(shown, line, f"key `{key}` stands twice; keep one"))
        key_lines.setdefault(key, line)
    known = [key for key in key_lines if key in FrontMatter.model_fields]
    expected = [key for key in FrontMatter.model_fields if key in known]
    if known != expected:
        key = next(a for a, b in zip(known, expected) if a != b)
        order = ", ".join(FrontMatter.model_fields)
        problems.append(Problem(shown, key_lines[key], f"`{key}` out of order; the order is {order}"))
    front = None
    try:
        front = FrontMatter.model_validate({str(key): value for key, value in data.items()})
    except ValidationError as error:
        for fault in error.errors():
            key = str(fault["loc"][0])
            problems.append(Problem(shown, key_lines.get(key, 1), _explained(key, fault)))
    return front, key_lines, problems


def _explained(key: str, fault: Any) -> str:
    match fault["type"]:
        case "missing":
            return f"key `{key}` is missing; add it"
        case "extra_forbidden":
            return f"unknown key `{key}`; use {one_of(key, FrontMatter.model_fields)}"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "bool_type":
            return f"`{key}` can only be `true`; leave the key out instead"
    return f"`{key}` is {fault['input']!r}, not text; write it in quotes"


def _sections(
    lines: list[str], start: int, shown: str, facts: PageFacts
) -> tuple[dict[str, Section], list[Problem]]:
    """Split a file, whose body begins at index `start` of `lines`, at its second-level headings."""
    problems = [
        Problem(shown, line, "first-level heading; the title in the front matter is the page's heading")
        for line in facts.h1_lines
    ]
    sections: dict[str, Section] = {}
    for number, part in enumerate(facts.parts):
        end = facts.parts[number + 1].line - 1 if number + 1 < len(facts.parts) else len(lines)
        text = "\n".join(lines[part.first : end]).strip("\n")
        if part.name not in SECTIONS:
            message = f"unknown heading `{part.name}`; use {one_of(part.name, SECTIONS)}"
            problems.append(Problem(shown, part.line, message))
        elif part.name in sections:
            problems.append(Problem(shown, part.line, f"heading `{part.name}` stands twice; keep one"))
        else:
            if not text.strip():
                problems.append(Problem(shown, part.line, f"section `{part.name}` is empty; write it"))
            sections[part.name] = Section(part.line, text)
    for name in SECTIONS:
        if name not in sections:
            problems.append(Problem(shown, len(lines), f"section `{name}` is missing; add `## {name}`"))
    found = [name for name in sections]
    expected = [name for name in SECTIONS if name in sections]
    if found != expected:
        name = next(a for a, b in zip(found, expected) if a != b)
        order = ", ".join(SECTIONS)
        problems.append(Problem(shown, sections[name].line, f"`{name}` out of order; the order is {order}"))
    first = facts.parts[0].line - 1 if facts.parts else len(lines)
    if "".join(lines[start:first]).strip():
        problems.append(Problem(shown, start + 1, "text before the first heading; move it under one"))
    return sections, problems


def _topic_title(path: Path, shown: str) -> tuple[str, list[Problem]]:
    text, problems = read_text(path, shown)
    facts = page_facts(shown, text)
    if facts.h1_lines != [1]:
        message = "a topic's page starts with its name; write `# Name` on the first line"
        return path.parent.name, [*problems, Problem(shown, 1, message)]
    if not any(marker == "questions" for _, marker in facts.markers):
        message = "no marker for the list; write `<!-- questions -->` alone on a line"
        problems.append(Problem(shown, 1, message))
    return facts.headings[0], problems


def _shown(path: Path, docs: Path) -> str:
    return path.relative_to(docs.parent).as_posix()
