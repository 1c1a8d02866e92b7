"""What every module that reads the project's files shares: problems, text, and a Markdown parser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from rapidfuzz import process

LARGEST = 500_000
"""Bytes that a text file may have."""

LONGEST = 10_000
"""Lines that a text file may have."""

INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and those that no reader sees but that change what is read."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one place, with what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def one_of(found: object, allowed: Iterable[object]) -> str:
    """The allowed value nearest to `found`, and the whole list: the end of an error message."""
    names = [str(name) for name in allowed]
    nearest = process.extractOne(str(found), names, score_cutoff=60)
    listed = ", ".join(f"`{name}`" for name in names)
    if nearest:
        return f"`{nearest[0]}`" + (f" (allowed: {listed})" if len(names) <= 12 else "")
    return f"one of {listed}" if 0 < len(names) <= 12 else "one that exists"


@cache
def markdown_parser() -> MarkdownIt:
    """A CommonMark parser with tables and `$` formulas whose tokens carry line numbers."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.validateLink = lambda url: True  # see every link; the lint refuses the wrong ones
    return parser.use(dollarmath_plugin, allow_space=False, double_inline=False)


def read_text(path: Path, shown: str) -> tuple[str, list[Problem]]:
    """The text of a UTF-8 file with Unix line ends; problems if it is anything else."""
    if path.is_symlink():
        return "", [Problem(shown, 1, "symbolic link; put the file itself here")]
    if not path.is_file():  # a folder, or something that would be read for ever
        return "", [Problem(shown, 1, "no file; put one here")]
    if path.stat().st_size > LARGEST:
        size = path.stat().st_size
        return "", [Problem(shown, 1, f"{size:,} bytes; keep a file below {LARGEST:,}")]
    try:
        data = path.read_bytes()
    except OSError as error:
        return "", [Problem(shown, 1, f"cannot be read: {error.strerror}; check its permissions")]
    problems = []
    if data.startswith(b"\xef\xbb\xbf"):
        problems.append(Problem(shown, 1, "byte-order mark; save the file as plain UTF-8"))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [*problems, Problem(shown, line, "not UTF-8; save the file as UTF-8")]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        problems.append(Problem(shown, line, "carriage return; use Unix line ends (LF)"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > LONGEST:
        return "", [*problems, Problem(shown, 1, f"more than {LONGEST:,} lines; keep a file below that")]
    for match in INVISIBLE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        code = f"U+{ord(match.group()):04X}"
        problems.append(Problem(shown, line, f"invisible character {code}; delete it"))
    return text, problems
