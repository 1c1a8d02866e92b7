"""Notebooks: their labelled figures, and an executed notebook as a Markdown page.

`execute_notebooks` executes and caches; the template in `notebook_kernel/` makes the site generator's
notebook plugin hand the executed notebook over as JSON. Nothing here knows of the site generator.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml
from source_files import Problem, one_of, read_text
from vector_figures import clean_svg

FIGURE_OPTIONS = ("label", "fig-cap", "fig-alt")
"""The options a figure's cell begins with, as in Quarto: `#| label: relu-family`."""

WIDGETS = ("activation-shape", "convolution-geometry", "learning-rate", "softmax-temperature", "threshold")
"""What a figure may offer to a reader with sliders, by `#| widget: …`; drawn by `docs/assets/widgets.js`."""

_OPTION = re.compile(r"#\| ?(.*)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Figure:
    """A figure that a notebook draws; `svg` is empty until the notebook was executed."""

    notebook: str
    label: str
    caption: str
    alt: str
    widget: str = ""
    svg: str = ""

    @property
    def id(self) -> str:
        """How a page asks for it: `<!-- figure: notebook/label -->`."""
        return f"{self.notebook}/{self.label}"

    @property
    def anchor(self) -> str:
        """Its id on a page: a heading may well have the bare label as its own."""
        return f"figure-{self.label}"

    def html(self, source_link: str = "") -> str:
        """The figure with its caption; `source_link` is HTML put behind the caption."""
        svg = self.svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" ', 1)
        caption = f"<figcaption>{escape(self.caption)}{source_link}</figcaption>"
        widget = f' data-widget="{self.widget}"' if self.widget else ""
        return f'<figure class="plot" id="{self.anchor}"{widget} tabindex="0">{svg}{caption}</figure>'


def cell_options(source: str) -> dict[str, str]:
    """The `#|` options at the top of a code cell. Raises yaml.YAMLError if they do not parse."""
    lines = []
    for line in source.splitlines():
        match = _OPTION.match(line)
        if not match:
            break
        lines.append(match.group(1))
    options = yaml.load("\n".join(lines), yaml.CSafeLoader) if lines else {}
    return {str(key): str(value) for key, value in (options or {}).items()}


def load_notebook(path: Path, shown: str) -> tuple[list[Figure], list[Problem]]:
    """The figures that a notebook declares, and what is wrong with its file.

    A line number is that of the cell's position in the notebook's own JSON, as well as it can be told.
    """
    text, problems = read_text(path, shown)
    if problems:
        return [], problems
    try:
        cells = json.loads(text)["cells"]
        assert all(isinstance("".join(cell["source"]), str) and cell["cell_type"] for cell in cells)
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return [], [Problem(shown, 1, "no notebook; save it as Jupyter does (nbformat 4)")]
    figures: list[Figure] = []
    for number, cell in enumerate(cells, 1):
        line = line_of_cell(text, cell.get("id", ""))
        if cell["cell_type"] != "code":
            continue
        if cell.get("outputs") or cell.get("execution_count"):
            message = f"cell {number} holds outputs; clear them (`make strip`): the build makes its own"
            problems.append(Problem(shown, line, message))
        try:
            options = cell_options("".join(cell["source"]))
        except (yaml.YAMLError, AttributeError):
            message = f"cell {number}: broken `#|` options; quote values that contain a colon"
            problems.append(Problem(shown, line, message))
            continue
        for option in options:
            if option not in (*FIGURE_OPTIONS, "widget"):
                message = f"cell {number}: unknown option `{option}`; use {one_of(option, (*FIGURE_OPTIONS, 'widget'))}"
                problems.append(Problem(shown, line, message))
        widget = options.get("widget", WIDGETS[0])
        if widget not in WIDGETS:
            message = f"cell {number}: no widget `{widget}`; use {one_of(widget, WIDGETS)}"
            problems.append(Problem(shown, line, message))
        missing = [option for option in FIGURE_OPTIONS if options and not options.get(option)]
        if missing:
            message = f"cell {number}: figure without {', '.join(missing)}; add `#| {missing[0]}: …`"
            problems.append(Problem(shown, line, message))
        elif options:
            if any(figure.label == options["label"] for figure in figures):
                message = f"cell {number}: label `{options['label']}` is used twice; rename one"
                problems.append(Problem(shown, line, message))
            figures.append(_figure(path.stem, options))
    return figures, problems


def line_of_cell(text: str, identifier: str, source: str = "", line: int = 0) -> int:
    """The line in a notebook's JSON `text` of the cell with this id, or of a line of its source."""
    position = text.find(f'"id": "{identifier}"')
    start = max(position, 0)
    if line and 0 < line <= len(source.splitlines()):
        wanted = json.dumps(source.splitlines()[line - 1], ensure_ascii=False)[1:-1]
        found = text.find(wanted, start)
        start = found if found >= 0 else start
    return text.count("\n", 0, start) + 1


def load_executed(
    executed: dict[str, Path], code: bool = True
) -> tuple[dict[str, str], dict[str, Figure], list[Problem]]:
    """Executed notebooks as Markdown by name, their figures by id, and cells that draw what they should not.

    Without `code`, the Markdown has what the cells put out, and not the cells.
    """
    pages, figures, problems = {}, {}, []
    for name, path in executed.items():
        text = path.read_text(encoding="utf-8")
        cells = json.loads(text)["cells"]
        try:
            pages[name], drawn = as_markdown(name, cells, code)
            figures |= {figure.id: figure for figure in drawn}
        except CellFault as fault:
            cell = cells[fault.number - 1]
            message = f"cell {fault.number} {fault.what}"
            problems.append(Problem(f"notebooks/{name}.ipynb", line_of_cell(text, cell["id"]), message))
    return pages, figures, problems


class CellFault(Exception):
    """A cell, by its number from 1, whose output cannot be shown."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"cell {number} {what}")
        self.number, self.what = number, what


def as_markdown(name: str, cells: list[dict[str, Any]], code: bool = True) -> tuple[str, list[Figure]]:
    """An executed notebook as Markdown, with or without its code, and its figures.

    Raises CellFault if a labelled cell drew no figure or more than one, or an
    unlabelled one drew any: such a figure would have no alt text.
    """
    parts, figures = [], []
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source.replace("](../docs/", "](../"))
            continue
        options = cell_options(source)
        if code:
            lines = "\n".join(line for line in source.splitlines() if not _OPTION.match(line))
            parts.append(f"```python\n{lines.strip()}\n```")
        drawings = []
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr" or output["output_type"] == "error":
                said = _ANSI.sub("", "".join(output.get("text") or output["evalue"])).strip().splitlines()
                raise CellFault(number, f"warns: {said[-1]}; mend the cell")
            text, drawing = _output(output)
            parts += [f"``` {{ .text .output }}\n{text}\n```"] if text else []
            drawings += [drawing] if drawing else []
        if len(drawings) != bool(options):
            raise CellFault(
                number, f"draws {len(drawings)} figures; a cell with `#| label` draws one, any other none"
            )
        if drawings:
            figure = _figure(name, options, clean_svg(drawings[0], f"{name}-{options['label']}"))
            figures.append(figure)
            parts.append(f"<!-- figure: {figure.id} -->")
    return "\n\n".join(parts), figures


def _figure(notebook: str, options: dict[str, str], svg: str = "") -> Figure:
    widget = options.get("widget", "")
    return Figure(notebook, options["label"], options["fig-cap"], options["fig-alt"], widget, svg)


def _output(output: dict[str, Any]) -> tuple[str, str]:
    """The text and the SVG of one output, either of them empty."""
    if output["output_type"] == "stream":
        return _ANSI.sub("", "".join(output["text"])).rstrip(), ""
    data = output.get("data", {})
    if "image/svg+xml" in data:
        return "", "".join(data["image/svg+xml"])
    return "".join(data.get("text/plain", "")).rstrip(), ""
