"""Where in the Markdown sources a fault of the book lies: `path:line`, with the snippet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from source_files import Problem

T = TypeVar("T")


def line_of(text: str, snippet: str) -> int:
    """The line, from 1, where the words of a snippet first stand in a text, whatever the spaces; 1 if nowhere."""
    words = [re.escape(word) for word in snippet.split()]
    for some in (words, words[:8], words[:4]):
        match = re.search(r"\s+".join(some), text) if some else None
        if match:
            return text.count("\n", 0, match.start()) + 1
    return 1


def formula_problems(root: Path, latex: Iterable[str], used: dict[str, set[str]], advice: str) -> list[Problem]:
    """A problem for each place of each formula; `used` has the source files of a formula."""
    problems = []
    for formula in latex:
        for shown in sorted(used[formula]):
            text = (root / shown).read_text(encoding="utf-8")
            wanted = json.dumps(formula, ensure_ascii=False)[1:-1].partition("\\n")[0] if shown.endswith(".ipynb") else formula
            snippet = " ".join(formula.split())
            problems.append(Problem(shown, line_of(text, wanted), f"the book cannot set the formula `{snippet}`; {advice}"))
    return sorted(set(problems))


def failing(items: Sequence[T], works: Callable[[Sequence[T]], bool]) -> list[T]:
    """The items that do not work, found by halves: few trials if few fail."""
    if not items or works(items):
        return []
    if len(items) == 1:
        return [items[0]]
    half = len(items) // 2
    return failing(items[:half], works) + failing(items[half:], works)
