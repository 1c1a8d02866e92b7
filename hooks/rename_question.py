"""`make rename FROM=vision/pooling TO=vision/max-pooling`: move a question, and all that names it.

`docs/redirects.yml` keeps every address that was ever published: `old/id: new/id`, or, for a question
that was removed, `old/id: topic` of the page to send its readers to. `docs/card_ids.yml` keeps, for a
question that moved, the id it was first published with: Anki knows its card by that one.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path

from question_bank import SLUG, TOPICS
from source_files import Problem, one_of, read_text

REDIRECTS = "docs/redirects.yml"
CARD_IDS = "docs/card_ids.yml"

_ID = r"[a-z0-9-]+/[a-z0-9-]+"
_PAIR = re.compile(rf"({_ID}): ({_ID}|[a-z0-9-]+)")


def load_redirects(root: Path) -> tuple[dict[str, str], list[Problem]]:
    """Old id to new id or topic, and what is wrong with the file; both empty if nothing ever moved."""
    return _load_pairs(root, REDIRECTS, "no redirect; write `topic/old: topic/new` or `topic/old: topic`")


def load_card_ids(root: Path) -> tuple[dict[str, str], list[Problem]]:
    """Id of a question that moved to its first id, and what is wrong with the file."""
    return _load_pairs(root, CARD_IDS, "no card's id; write `topic/now: topic/first`")


def _load_pairs(root: Path, name: str, advice: str) -> tuple[dict[str, str], list[Problem]]:
    if not (root / name).exists():
        return {}, []
    text, problems = read_text(root / name, name)
    pairs = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _PAIR.fullmatch(line)
        if match:
            pairs[match.group(1)] = match.group(2)
        elif line.strip() and not line.startswith("#"):
            problems.append(Problem(name, number, advice))
    return pairs, problems


def _save_pairs(root: Path, name: str, comment: str, pairs: dict[str, str]) -> None:
    lines = "".join(f"{key}: {value}\n" for key, value in sorted(pairs.items()))
    (root / name).write_text(f"# {comment} Written by `make rename`.\n{lines}", encoding="utf-8")


def rename(root: Path, old: str, new: str) -> list[str]:
    """Move the question `old` to `new`, or remove it if `new` is a topic.

    Links, `related`, markers and older redirects follow. Returns the files changed, as paths from
    `root`. Raises SystemExit with what to write instead.
    """
    questions = root / "docs" / "questions"
    source = questions / f"{old}.md"
    if not source.is_file():
        ids = [path.relative_to(questions).with_suffix("").as_posix() for path in questions.glob("*/*.md")]
        raise SystemExit(f"no question `{old}`; use {one_of(old, sorted(ids))}")
    topic, _, slug = new.partition("/")
    if topic not in TOPICS:
        raise SystemExit(f"`{topic}` is no topic; use {one_of(topic, TOPICS)}")
    if slug and not SLUG.fullmatch(slug):
        raise SystemExit(f"slug `{slug}`; use one to six lower-case words joined by hyphens")
    target = questions / (f"{new}.md" if slug else f"{topic}/index.md")
    if slug and target.exists():
        raise SystemExit(f"{new} exists; choose another slug")
    changed = []
    for path in sorted((root / "docs").rglob("*.md")) + sorted((root / "notebooks").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        moved = _relinked(text, path, source, target, root)
        if slug:
            moved = re.sub(rf"(?<![\w/-]){re.escape(old)}(?![\w/-])(?!\.md)", new, moved)
        else:
            moved = _without(moved, old)
        if path == source:
            if slug:
                path.unlink()
                target.parent.mkdir(exist_ok=True)
                target.write_text(_rebased(moved, source, target), encoding="utf-8")
                changed.append(target.relative_to(root).as_posix())
            else:
                path.unlink()
            changed.append(path.relative_to(root).as_posix())
        elif moved != text:
            path.write_text(moved, encoding="utf-8")
            changed.append(path.relative_to(root).as_posix())
    redirects = {start: new if end == old else end for start, end in load_redirects(root)[0].items()}
    redirects.pop(new, None)
    redirects[old] = new
    _save_pairs(root, REDIRECTS, "Addresses that were published and moved.", redirects)
    cards = load_card_ids(root)[0]
    first = cards.pop(old, old)
    if slug and first != new:
        cards[new] = first
    if cards or (root / CARD_IDS).exists():
        _save_pairs(root, CARD_IDS, "The id by which Anki knows the card of a question that moved.", cards)
        changed.append(CARD_IDS)
    return [*changed, REDIRECTS]


def _relinked(text: str, path: Path, source: Path, target: Path, root: Path) -> str:
    """The text with links to `source` pointing to `target`."""
    base = path.parent if path.suffix == ".md" else root / "notebooks"

    def relink(match: re.Match[str]) -> str:
        link, anchor = match.group(1), match.group(2) or ""
        if posixpath.normpath((base / link).as_posix()) != source.as_posix():
            return match.group()
        return f"]({posixpath.relpath(target.as_posix(), base.as_posix())}{anchor})"

    return re.sub(r"\]\(([^()\s#]+\.md)(#[\w-]+)?\)", relink, text)


def _rebased(text: str, source: Path, target: Path) -> str:
    """A moved file's text with its own relative links as seen from its new folder."""

    def rebase(match: re.Match[str]) -> str:
        file = posixpath.normpath((source.parent / match.group(1)).as_posix())
        return f"]({posixpath.relpath(file, target.parent.as_posix())}{match.group(2) or ''})"

    if source.parent == target.parent:
        return text
    return re.sub(r"\]\((?![a-z]+:)([^()\s#]+\.\w+)(#[\w-]+)?\)", rebase, text)


def _without(text: str, old: str) -> str:
    """The text without a removed question in `related` lists and markers."""
    text = re.sub(rf"^  - {re.escape(old)}\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^related:\n(?!  - )", "", text, flags=re.MULTILINE)
    text = re.sub(rf"(<!-- (?:questions|faq):.*?) {re.escape(old)}(?= )", r"\1", text)
    return re.sub(r"^<!-- (questions): -->\n", "", text, flags=re.MULTILINE)


def redirect_page(target: str) -> str:
    """A page that sends its reader on, on any static host and from the disk, without scripts."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Moved</title>'
        f'<meta http-equiv="refresh" content="0; url={target}"><link rel="canonical" href="{target}">'
        f'<meta name="robots" content="noindex"></head><body><p>This question moved: <a href="{target}">go there</a>.'
        "</p></body></html>\n"
    )


if __name__ == "__main__":
    for name in rename(Path(__file__).resolve().parent.parent, *sys.argv[1:3]):
        print(name)
