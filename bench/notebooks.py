"""What the notebooks cost: executed cold, found again warm, and one at a time against two.

    python bench/notebooks.py [--repeat 1] [--only tiny-gpt …]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import sys
import time
from pathlib import Path

from contestants import CACHE, ROOT

sys.path.insert(0, str(ROOT / "hooks"))
import execute_notebooks  # noqa: E402


def _seconds(root: Path, workers: int) -> tuple[float, float]:
    """Wall and processor seconds to have all notebooks of a project executed, at most `workers` at a time."""
    os.cpu_count = lambda: workers  # what execute_all takes for its number of threads
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _, problems = execute_notebooks.execute_all(root)
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def main() -> None:
    """Measure, print, and keep the figures for report.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[])
    chosen = parser.parse_args()
    root = CACHE / "notebooks"
    shutil.rmtree(root, ignore_errors=True)
    for name in ("hooks", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", root)
    for path in (root / "notebooks").glob("*.ipynb"):
        if chosen.only and path.stem not in chosen.only:
            path.unlink()
    count = len(list((root / "notebooks").glob("*.ipynb")))
    runs: dict[str, list[tuple[float, float]]] = {"one": [], "two": [], "warm": []}
    for _ in range(chosen.repeat):
        for name, workers in (("one", 1), ("two", 2)):
            shutil.rmtree(root / ".cache" / "notebooks", ignore_errors=True)
            runs[name].append(_seconds(root, workers))
        runs["warm"].append(_seconds(root, 2))
    shutil.rmtree(root)
    figures = {"count": count, "runs": chosen.repeat}
    for name, measured in runs.items():
        wall, cpu = ([each[unit] for each in measured] for unit in (0, 1))
        figures[name] = {"wall": statistics.median(wall), "cpu": statistics.median(cpu), "spread": max(wall) - min(wall)}
        print(name, figures[name], flush=True)
    (CACHE / "notebooks.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
