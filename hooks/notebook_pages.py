"""Notebooks: their labelled figures, and an executed notebook as a Markdown page.

The site generator's notebook plugin executes and caches; the template in `notebook_kernel/`
makes it hand the executed notebook over as JSON. Nothing here knows of the site generator.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

import yaml
from source_files import Problem, one_of
from vector_figures import clean_svg

FIGURE_OPTIONS = ("label", "fig-cap", "fig-alt")
"""The options a figure's cell begins with, as in Quarto: `#| label: relu-family`."""

_OPTION = re.compile(r"#\| ?(.*)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Figure:
    """A figure that a notebook draws; `svg` is empty until the notebook was executed."""

    notebook: str
    label: str
    caption: str
    alt: str
    svg: str = ""

    @property
    def id(self) -> str:
        """How a page asks for it: `<!-- figure: notebook/label -->`."""
        return f"{self.notebook}/{self.label}"

    def html(self, source_link: str = "") -> str:
        """The figure with its caption; `source_link` is HTML put behind the caption."""
        svg = self.svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" ', 1)
        caption = f"<figcaption>{escape(self.caption)}{source_link}</figcaption>"
        return f'<figure class="plot" id="{self.label}">{svg}{caption}</figure>'


def cell_options(source: str) -> dict[str, str]:
    """The `#|` options at the top of a code cell. Raises yaml.YAMLError if they do not parse."""
    lines = []
    for line in source.splitlines():
        match = _OPTION.match(line)
        if not match:
            break
        lines.append(match.group(1))
    options = yaml.safe_load("\n".join(lines)) if lines else {}
    return {str(key): str(value) for key, value in (options or {}).items()}


def load_notebook(path: Path, shown: str) -> tuple[list[Figure], list[Problem]]:
    """The figures that a notebook declares, and what is wrong with its file.

    A line number is that of the cell's position in the notebook's own JSON, as well as it can be told.
    """
    text = path.read_text(encoding="utf-8")
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError):
        return [], [Problem(shown, 1, "no notebook; save it as Jupyter does (nbformat 4)")]
    figures: list[Figure] = []
    problems = []
    for number, cell in enumerate(cells, 1):
        line = _line_of(text, cell)
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
            if option not in FIGURE_OPTIONS:
                message = f"cell {number}: unknown option `{option}`; use {one_of(option, FIGURE_OPTIONS)}"
                problems.append(Problem(shown, line, message))
        missing = [option for option in FIGURE_OPTIONS if options and not options.get(option)]
        if missing:
            message = f"cell {number}: figure without {', '.join(missing)}; add `#| {missing[0]}: …`"
            problems.append(Problem(shown, line, message))
        elif options:
            if any(figure.label == options["label"] for figure in figures):
                message = f"cell {number}: label `{options['label']}` is used twice; rename one"
                problems.append(Problem(shown, line, message))
            figures.append(
                Figure(path.stem, options["label"], options["fig-cap"], options["fig-alt"])
            )
    return figures, problems


def _line_of(text: str, cell: dict[str, Any]) -> int:
    position = text.find(f'"id": "{cell.get("id", "")}"')
    return text.count("\n", 0, position) + 1 if position >= 0 else 1


def prepare_kernel(hooks: Path, cache: Path) -> dict[str, str]:
    """Write the kernel's profile into `cache`; the environment under which notebooks execute."""
    profile = cache / "ipython" / "profile_default"
    shutil.copytree(hooks / "notebook_kernel" / "profile_default", profile, dirs_exist_ok=True)
    return {
        "IPYTHONDIR": str(profile.parent),
        "JUPYTER_CONFIG_DIR": str(cache / "jupyter"),
        "MATPLOTLIBRC": str(hooks.parent / "notebooks" / "figures.mplstyle"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        # Threads would fight over small matrices and change the last bits of a sum.
        "OPENBLAS_NUM_THREADS": "1",
    }


def environment_hash(hooks: Path) -> str:
    """A hash of all that an executed notebook depends on besides its own file."""
    root = hooks.parent
    digest = hashlib.sha256()
    kernel = (path for path in (hooks / "notebook_kernel").rglob("*") if path.is_file())
    inputs = [root / "requirements.txt", root / "notebooks" / "figures.mplstyle"]
    for path in [*inputs, *sorted(path for path in kernel if path.suffix != ".pyc")]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def executed_cells(handed_over: str) -> list[dict[str, Any]]:
    """The cells of the notebook that the plugin's template hands over as JSON in a `<pre>`."""
    start, end = handed_over.index("<pre>") + len("<pre>"), handed_over.index("</pre>")
    return json.loads(unescape(handed_over[start:end]))["cells"]


def failed_cell(path: Path, report: str) -> int:
    """The number, from 1, of the cell whose source stands in an execution error's report."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = {number: "".join(cell["source"]) for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"}
    return max(sources, key=lambda number: len(sources[number]) if sources[number] in report else 0)


def as_markdown(name: str, cells: list[dict[str, Any]]) -> tuple[str, list[Figure]]:
    """An executed notebook as Markdown, and its figures.

    Raises ValueError, naming the cell, if a labelled cell drew no figure or more than one, or an
    unlabelled one drew any: such a figure would have no alt text.
    """
    parts, figures = [], []
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source.replace("](../docs/", "](../"))
            continue
        options = cell_options(source)
        code = "\n".join(line for line in source.splitlines() if not _OPTION.match(line))
        parts.append(f"```python\n{code.strip()}\n```")
        drawings = []
        for output in cell.get("outputs", []):
            text, drawing = _output(output)
            parts += [f"``` {{ .text .output }}\n{text}\n```"] if text else []
            drawings += [drawing] if drawing else []
        if len(drawings) != bool(options):
            raise ValueError(
                f"cell {number} draws {len(drawings)} figures; a cell with `#| label` draws one, any other none"
            )
        if drawings:
            label = options["label"]
            svg = clean_svg(drawings[0], f"{name}-{label}")
            figure = Figure(name, label, options["fig-cap"], options["fig-alt"], svg)
            figures.append(figure)
            parts.append(f"<!-- figure: {figure.id} -->")
    return "\n\n".join(parts), figures


def _output(output: dict[str, Any]) -> tuple[str, str]:
    """The text and the SVG of one output, either of them empty."""
    if output["output_type"] == "stream":
        return _ANSI.sub("", "".join(output["text"])).rstrip(), ""
    data = output.get("data", {})
    if "image/svg+xml" in data:
        return "", "".join(data["image/svg+xml"])
    return "".join(data.get("text/plain", "")).rstrip(), ""
