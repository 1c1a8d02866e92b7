"""The figures that pages show, drawn by executing their notebooks without the site generator.

The deck needs them as the site does: the kernel and its settings are the same.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from notebook_pages import Figure, as_markdown, environment_hash, failed_cell, prepare_kernel


def executed_figures(root: Path, wanted: Iterable[str]) -> dict[str, Figure]:
    """The figures `notebook/label` that are wanted, by that id.

    Executed notebooks are kept in `.cache/` until they or what they run on change. Raises ValueError,
    naming notebook and cell, if a notebook fails or a cell draws what it should not.
    """
    root = root.resolve()  # the kernel runs in another folder
    cache = root / ".cache"
    os.environ.update(prepare_kernel(root / "hooks", cache))
    kept = cache / "executed" / environment_hash(root / "hooks")
    kept.mkdir(parents=True, exist_ok=True)
    names = sorted({identifier.partition("/")[0] for identifier in wanted})
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        executed = pool.map(lambda name: _executed(root / "notebooks" / f"{name}.ipynb", kept), names)
        figures: dict[str, Figure] = {}
        for name, notebook in zip(names, executed):
            try:
                _, drawn = as_markdown(name, notebook.cells)
            except ValueError as error:
                raise ValueError(f"notebooks/{name}.ipynb: {error}") from None
            figures |= {figure.id: figure for figure in drawn}
    return figures


def _executed(path: Path, kept: Path) -> nbformat.NotebookNode:
    """The executed notebook, from `kept` if this very file ran before."""
    copy = kept / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.ipynb"
    if not copy.exists():
        notebook = nbformat.read(path, as_version=4)
        try:
            NotebookClient(
                notebook, resources={"metadata": {"path": str(path.parent)}},
                extra_arguments=["--IPKernelApp.log_level=40"],  # it warns of its own transport
            ).execute()  # fmt: skip
        except CellExecutionError as error:
            cell = failed_cell(path, str(error))
            message = f"notebooks/{path.name}: cell {cell} failed: {error.ename}: {error.evalue}"
            raise ValueError(message) from None
        partial = copy.with_suffix(".partial")
        nbformat.write(notebook, partial)
        partial.replace(copy)
    return nbformat.read(copy, as_version=4)
