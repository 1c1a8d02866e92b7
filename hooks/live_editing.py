"""Live editing: which pages a save changes besides the one that was saved. Knows nothing of the site generator.

All the lists of questions together take longer to build than a writer waits. So a save builds its own
page first, and the lists whose content it changed in a build of their own after that.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from question_bank import Bank


class LiveEditing:
    """What the lists of one `make serve` show, and whether some of them wait for the next build.

    `signal` is a folder for the site generator to watch: `ask_again` writes there.
    """

    def __init__(self, signal: Path) -> None:
        self.signal = signal
        signal.mkdir(parents=True, exist_ok=True)
        self._shown: dict[str, list[tuple[str, ...]]] = {}
        self._waiting = self._their_turn = True  # nothing is shown yet: the first build does them all

    def begin(self) -> None:
        """A build begins: it is the lists' own if some were left to do."""
        self._their_turn, self._waiting = self._waiting, False

    def builds_list(self, page: str, bank: Bank) -> bool:
        """Whether a page (its path in `docs/`) shows of the questions what is no longer so, and its turn has come."""
        listed = _listed(bank, page)
        if bank.broken or listed == self._shown.get(page):
            return False
        if not self._their_turn:
            self._waiting = True
            return False
        self._shown[page] = listed
        return True

    def ask_again(self) -> None:
        """Have the lists built that this build left to do, if any."""
        if self._waiting:
            (self.signal / "since").write_text(str(time.time()), encoding="utf-8")


def _listed(bank: Bank, page: str) -> list[tuple[str, ...]]:
    """What a page that lists questions shows of them; nothing if it lists none."""
    topic = re.fullmatch(r"questions/(.+)/index\.md", page)
    if page == "faq.md":
        return [(question.id, question.title, question.short_answer) for question in bank.questions if question.faq]
    if not topic and page not in ("index.md", "questions/index.md", "plans.md") and not page.startswith("indexes/"):
        return []
    return [
        (question.id, question.title, question.kind, question.difficulty)
        for question in bank.questions
        if not topic or question.topic == topic[1]
    ]
