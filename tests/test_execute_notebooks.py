"""Executing notebooks: what a cell may not do, and what is kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from execute_notebooks import execute_all

FAULTS = {
    "a = 1\nb = a\n\nc = slpoe": "{}:21: cell 2, line 4: NameError: name 'slpoe' is not defined; mend the cell",
    "a = 1\nb = = 2": "{}:19: cell 2, line 2: SyntaxError: invalid syntax",
    "while True:\n    print('x' * 100)": "{}:19: cell 2, line 2: RuntimeError: the cell printed more than 50,000 characters; mend the cell",
    "a = 1\nwhile True:\n    a = sum(range(10_000))": "{}:20: cell 2, line 3: TimeoutError: the cell computed for more than 2 seconds; mend the cell",
    "import os\nos._exit(3)": "{}:14: cell 2: ended the kernel; mend the cell",
    "import ctypes\nctypes.string_at(0)": "{}:14: cell 2: ended the kernel: Segmentation fault; mend the cell",
    "a = 1\nopen('/var/tmp/outside', 'w')": "{}:19: cell 2, line 2: PermissionError: a notebook writes only into its own folder, not /var/tmp/outside; mend the cell",
    "import socket\nsocket.create_connection(('127.0.0.1', 9))": "{}:19: cell 2, line 2: PermissionError: a notebook opens no network; mend the cell",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without notebooks, whose cells may run for two seconds."""
    shutil.copytree(ROOT / "hooks" / "notebook_kernel", tmp_path / "hooks" / "notebook_kernel")
    limits = tmp_path / "hooks" / "notebook_kernel" / "profile_default" / "startup" / "limits.py"
    limits.write_text(limits.read_text().replace("seconds=60", "seconds=2"))
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    shutil.copy(ROOT / "notebooks" / "figures.mplstyle", tmp_path / "notebooks")
    return tmp_path


def write(project: Path, name: str, source: str) -> None:
    """A notebook of a title and one cell; the cell's first line is line 18 of the file."""
    code = {"cell_type": "code", "execution_count": None, "id": "code", "metadata": {}, "outputs": []}
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# A notebook"]},
        {**code, "source": source.splitlines(keepends=True)},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "notebooks" / f"{name}.ipynb").write_text(json.dumps(notebook, indent=1))


def test_every_failing_notebook_is_named_with_cell_and_line(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing else is printed: not what a kernel writes as it ends."""
    for number, source in enumerate(FAULTS):
        write(project, f"fails-{number}", source)
    write(project, "works", "open('beside-it.txt', 'w').write('x')\nprint(1)")
    told: list[str] = []
    executed, problems = execute_all(project, told.append)
    assert list(executed) == ["works"]
    for number, (problem, expected) in enumerate(zip(problems, FAULTS.values(), strict=True)):
        assert str(problem).startswith(expected.format(f"notebooks/fails-{number}.ipynb"))
    assert len(told) == len(FAULTS) + 1
    assert capfd.readouterr() == ("", "")
    assert not (project / "notebooks" / "beside-it.txt").exists()


def test_what_was_executed_is_kept_until_it_changes(project: Path) -> None:
    write(project, "one", "print(1)")
    write(project, "two", "print(2)")
    first, problems = execute_all(project)
    assert problems == []
    assert json.loads(first["one"].read_text())["cells"][1]["outputs"][0]["text"] == ["1\n"]
    told: list[str] = []
    assert execute_all(project, told.append) == (first, [])
    assert told == []
    write(project, "one", "print(3)")
    second, _ = execute_all(project, told.append)
    assert second["two"] == first["two"] and second["one"] != first["one"]
    assert [message.split(",")[0] for message in told] == ["notebook 1 of 1: one"]
    assert not first["one"].exists(), "what nothing asks for goes"
    (project / "notebooks" / "figures.mplstyle").write_text("lines.markersize: 6\n")
    third, _ = execute_all(project)
    assert third["two"] != second["two"]


def test_two_runs_give_the_same_bytes(project: Path) -> None:
    write(project, "one", "import numpy\nprint(numpy.random.default_rng(0).normal(), {'a', 'b'})")
    first, _ = execute_all(project)
    before = first["one"].read_bytes()
    shutil.rmtree(project / ".cache")
    again, _ = execute_all(project)
    assert again["one"].read_bytes() == before


def test_the_limits_leave_no_name_behind(project: Path) -> None:
    write(project, "one", "print({'os', 'sys', 'signal', '_limit'} & set(globals()))\nsignal = os = sys = 0\nprint(1)")
    executed, problems = execute_all(project)
    assert problems == []
    text = "".join(json.loads(executed["one"].read_text())["cells"][1]["outputs"][0]["text"])
    assert text == "set()\n1\n"


def test_what_a_slow_cell_prints_stays_in_one_piece(project: Path) -> None:
    write(project, "slow", "import time\nfor i in range(3):\n    print(i)\n    time.sleep(0.4)")
    executed, _ = execute_all(project)
    outputs = json.loads(executed["slow"].read_text())["cells"][1]["outputs"]
    assert [output["text"] for output in outputs] == [["0\n", "1\n", "2\n"]]
