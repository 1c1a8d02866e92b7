"""The Python blocks of a page, and how they are run. Needs neither the site generator nor a browser."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from source_files import markdown_parser

INFO = re.compile(r'python(?: title="((Tests|Broken|Fixed|Check|PyTorch)|(Wrong|Not run): [^"]+)")?')


@dataclass(frozen=True)
class Block:
    """One Python fence of a page: its title's first word, its code and the output it announces."""

    role: str
    title: str
    code: str
    where: str

    def run(self, variables: dict[str, object]) -> None:
        """Execute the block; what it prints must be what stands after `#>`."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(self.code, self.where, "exec"), variables)
        said = [line[2:].strip() for line in self.code.splitlines() if line.startswith("#>")]
        assert [line.strip() for line in printed.getvalue().splitlines()] == said


def python_blocks(path: Path) -> list[Block]:
    """The page's fences whose language is Python."""
    blocks = []
    for token in markdown_parser().parse(path.read_text(encoding="utf-8")):
        if token.type == "fence" and token.info.startswith("python"):
            match = INFO.fullmatch(token.info.strip())
            assert match, f"{path}: unknown fence `{token.info}`; see the contributing page"
            title = match.group(1) or ""
            blocks.append(Block(title.partition(":")[0], title, token.content, f"{path}:{token.map[0] + 2}"))
    return blocks


class Code:
    """The blocks of a page by their role, and a way to run the untitled ones."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blocks = python_blocks(path)

    def role(self, name: str) -> list[Block]:
        return [block for block in self.blocks if block.role == name]

    def variables(self) -> dict[str, object]:
        """A fresh name space in which the page's untitled blocks have run."""
        names: dict[str, object] = {"__name__": self.path.stem}
        for block in self.role(""):
            block.run(names)
        return names
