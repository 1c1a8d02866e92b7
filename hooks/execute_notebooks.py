"""Execute the notebooks, several at a time, and keep what they gave until something they depend on changes.

The site and the book take their figures from here. Knows nothing of the site generator. nbclient is
what mkdocs-jupyter executes with too; that plugin runs one notebook after the other, and only for pages.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from notebook_pages import line_of_cell
from source_files import Problem

SECONDS_PER_CELL = 300
"""By the clock; a busy machine needs more. The kernel's own limit, of work done, is in `notebook_kernel/`."""

_LINE = re.compile(r"Cell In\[\d+\], line (\d+)|^\s+(?:\x1b\[[\d;]*m)*-+> (\d+)", re.MULTILINE)
_FATAL = re.compile(r"^Fatal Python error: (.+)", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute_all(
    root: Path, progress: Callable[[str], None] = lambda message: None
) -> tuple[dict[str, Path], list[Problem]]:
    """Execute each notebook of `root/notebooks/` that is not kept from before.

    Returns the file of each executed notebook by the notebook's name, and a problem for each that
    failed, which names its cell and line. `progress` is told of each notebook that was executed.
    """
    cache = root / ".cache" / "notebooks"
    cache.mkdir(parents=True, exist_ok=True)
    with (root / ".cache" / "notebooks.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second build waits, and then finds everything done
        return _execute_all(root, cache, progress)


def _execute_all(root: Path, cache: Path, progress: Callable[[str], None]) -> tuple[dict[str, Path], list[Problem]]:
    environment = environment_hash(root)
    executed, waiting = {}, []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        key = hashlib.sha256(environment.encode() + path.read_bytes()).hexdigest()[:16]
        kept = cache / key / "notebooks" / path.name
        executed[path.stem] = kept
        if not kept.is_file():
            waiting.append((path, kept))
    problems = []
    if waiting:
        variables = os.environ | prepare_kernel(root)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = {pool.submit(_execute, path, kept, variables): path for path, kept in waiting}
            for number, job in enumerate(as_completed(jobs), 1):
                seconds, fault = job.result()
                name = jobs[job].stem
                progress(f"notebook {number} of {len(jobs)}: {name}, {seconds:.1f} s")
                if fault:
                    problems.append(fault)
                    del executed[name]
    keep = {path.parent.parent for path in executed.values()}
    for old in cache.iterdir() if not problems else ():
        if old not in keep:
            shutil.rmtree(old, ignore_errors=True)
    return executed, sorted(problems)


def prepare_kernel(root: Path) -> dict[str, str]:
    """Write the kernel's profile into the cache; the variables under which notebooks execute."""
    cache = root / ".cache"
    profile = cache / "ipython" / "profile_default"
    shutil.rmtree(profile, ignore_errors=True)  # what an older version left there would run too
    shutil.copytree(_kernel(root) / "profile_default", profile)
    return {
        "IPYTHONDIR": str(profile.parent),
        "JUPYTER_CONFIG_DIR": str(cache / "jupyter"),
        "MATPLOTLIBRC": str(root / "notebooks" / "figures.mplstyle"),
        "MPLCONFIGDIR": str(cache / "matplotlib"),  # its list of fonts: a stale one speaks up in the pages
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "PYTHONFAULTHANDLER": "1",  # says why a kernel ended
        # Threads would fight over small matrices and change the last bits of a sum.
        "OPENBLAS_NUM_THREADS": "1",
    }


def environment_hash(root: Path) -> str:
    """A hash of all that an executed notebook depends on besides its own file."""
    digest = hashlib.sha256()
    kernel = (path for path in _kernel(root).rglob("*") if path.is_file() and path.suffix != ".pyc")
    fixed = [Path(__file__), root / "requirements.txt", root / "notebooks" / "figures.mplstyle"]
    for path in [*fixed, *sorted(kernel)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _kernel(root: Path) -> Path:
    return root / "hooks" / "notebook_kernel"


def _execute(path: Path, kept: Path, variables: dict[str, str]) -> tuple[float, Problem | None]:
    """Execute one notebook into `kept`; the seconds it took, and what went wrong."""
    start = time.monotonic()
    notebook = nbformat.read(path, as_version=4)
    fault = None
    # What a cell writes beside itself goes nowhere; what the kernel says of its own end is no fault of the build.
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+", errors="replace") as said:
        client = NotebookClient(
            notebook, timeout=SECONDS_PER_CELL, kernel_name="python3", record_timing=False,
            coalesce_streams=True,  # the stream is cut wherever the kernel happened to pause
            resources={"metadata": {"path": folder}},
        )  # fmt: skip
        try:
            client.execute(env=variables, stderr=said)
        except CellExecutionError as error:
            fault = _fault(path, notebook, f"{error.ename}: {error.evalue}", _ANSI.sub("", error.traceback))
        except CellTimeoutError:
            fault = _fault(path, notebook, f"ran for more than {SECONDS_PER_CELL} seconds")
        except DeadKernelError:
            said.seek(0)
            why = _FATAL.search(said.read())
            fault = _fault(path, notebook, f"ended the kernel: {why[1]}" if why else "ended the kernel")
    if not fault:
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_text(nbformat.writes(notebook), encoding="utf-8")
        unfinished.replace(kept)  # whole or not at all, whatever ends the build
    return time.monotonic() - start, fault


def _fault(path: Path, notebook: nbformat.NotebookNode, what: str, traceback: str = "") -> Problem:
    """The problem of the cell that was executed last, at its line in the notebook's file."""
    numbered = [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]
    # A cell's count is set when it ends; the one that never did is the first without.
    number, cell = next(
        (
            (number, cell) for number, cell in numbered
            if cell.execution_count is None or any(output.output_type == "error" for output in cell.outputs)
        ),
        numbered[-1],
    )  # fmt: skip
    lines = _LINE.findall(traceback)
    line = int("".join(lines[0])) if lines else 0
    where = f"cell {number}" + (f", line {line}" if line else "")
    shown = f"notebooks/{path.name}"
    source = path.read_text(encoding="utf-8")
    return Problem(shown, line_of_cell(source, cell.get("id", ""), cell.source, line), f"{where}: {what}; mend the cell")
