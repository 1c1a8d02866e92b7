"""`make question TOPIC=vision SLUG=anchor-boxes`: a question file to fill in."""

from __future__ import annotations

import sys
from pathlib import Path

from question_bank import SECTIONS, SLUG, TOPICS, Difficulty, Kind
from source_files import one_of

_HINTS = {
    "Short answer": "TODO: what to say in the first 30 seconds; 30 to 70 words, one paragraph.",
    "What a strong answer covers": "- TODO: three to seven points that a listener can tick\n- **Beyond:** TODO: what distinguishes a senior",
    "Answer": "TODO: the explanation, 150 to 900 words, each claim with its source: `[@key, sec. 2]`.",
    "Common mistakes": "- **TODO: what candidates say.** Why it is wrong.",
    "Follow-ups": "- TODO: where the interviewer goes next, with an answer or a link\n- TODO",
}


def template() -> str:
    """The text of a new question: every key and section, with what to put there."""
    kinds, difficulties = ", ".join(Kind), ", ".join(Difficulty)
    body = "\n\n".join(f"## {name}\n\n{_HINTS[name]}" for name in SECTIONS)
    return (
        f'---\ntitle: "TODO: the question as asked aloud?"\nkind: {Kind.CONCEPT}  # {kinds}\n'
        f"difficulty: {Difficulty.MEDIUM}  # {difficulties}\nalso_asked:\n"
        f'  - "TODO: the words that people type into a search box"\n---\n\n{body}\n'
    )


def main(root: Path, topic: str, slug: str) -> str:
    """Write the file. Returns its path; raises SystemExit with what to write instead."""
    if topic not in TOPICS:
        raise SystemExit(f"`{topic}` is no topic; use {one_of(topic, TOPICS)}: {', '.join(TOPICS)}")
    if not SLUG.fullmatch(slug):
        raise SystemExit(f"slug `{slug}`; use one to six lower-case words joined by hyphens")
    folder = root / "docs" / "questions" / topic
    path = folder / f"{slug}.md"
    if path.exists():
        raise SystemExit(f"{path.relative_to(root)} exists; choose another slug")
    folder.mkdir(exist_ok=True)
    index = folder / "index.md"
    if not index.exists():
        name = topic.replace("-", " ").capitalize()
        index.write_text(f"# {name}\n\nTODO: what interviewers look for.\n\n<!-- questions -->\n", encoding="utf-8")
        print(f"New topic: write {index.relative_to(root)}, and add it to the nav of mkdocs.yml.")
    path.write_text(template(), encoding="utf-8")
    return str(path.relative_to(root))


if __name__ == "__main__":
    print(main(Path(__file__).resolve().parent.parent, *sys.argv[1:3]))
