"""The files that a build offers for download: what lies in `dist/`, with size and date.

Knows nothing of the site generator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from question_bank import TOPICS

MARKER = "<!-- downloads -->"

_BOOK = "deep-learning-questions"
_PAPERS = {"": "A4", "-letter": "US Letter", "-a6": "A6, for e-readers"}
_FILES: dict[str, str] = {
    **{f"{_BOOK}{end}.pdf": f"The whole book, {paper}" for end, paper in _PAPERS.items()},
    **{f"{_BOOK}-questions{end}.pdf": f"The questions alone, {paper}" for end, paper in _PAPERS.items()},
    f"{_BOOK}.epub": "The whole book as EPUB",
    f"{_BOOK}.apkg": "The Anki deck",
    f"{_BOOK}-site.zip": "This site, to be opened without a connection",
    **{
        f"{_BOOK}-{topic}{end}.pdf": f"One topic, {topic.replace('-', ' ')}, {paper}"
        for topic in TOPICS for end, paper in _PAPERS.items()
    },
}  # fmt: skip
"""Every file that may be offered, and what it is, in the order of the list."""


@dataclass(frozen=True)
class Download:
    """One file in `dist/`."""

    path: Path
    what: str
    size: int


def downloads(dist: Path) -> list[Download]:
    """The files that lie in `dist`, in the order of the list; none if the folder is missing."""
    found = (dist / name for name in _FILES)
    return [Download(path, _FILES[path.name], path.stat().st_size) for path in found if path.is_file()]


def downloads_list(offered: list[Download], base: str, built: datetime) -> str:
    """The downloads as a Markdown table whose links start with `base`; `built` is the date of the sources."""
    if not offered:
        return "Nothing was made for download beside this copy of the site. `make book`, `make epub`, `make anki` and `make offline` make the files."
    date = f"{built.astimezone(UTC):%Y-%m-%d}"
    rows = [
        f'| <a href="{base}{item.path.name}">{item.what}</a> | {item.path.suffix[1:].upper()} | {_megabytes(item.size)} | {date} |'
        for item in offered
    ]
    return "\n".join(["| File | Format | Size | Date |", "| --- | --- | ---: | --- |", *rows])


def fill_downloads(markdown: str, offered: list[Download], base: str, built: datetime) -> str:
    """The page's Markdown with its marker replaced by the list."""
    return re.sub(f"^{re.escape(MARKER)}$", lambda _: downloads_list(offered, base, built), markdown, flags=re.MULTILINE)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(size // 1000, 1)} kB"
