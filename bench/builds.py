"""What a build costs, ours and of the peers: processor seconds, wall seconds, peak memory; cold and after an edit.

    python bench/builds.py [--sizes 100 300 1000] [--repeat 5] [--only ours Material]

From 1,000 questions on each is built once: that takes long enough. Figures of other sizes and
generators are kept from before, with the day on which they were measured.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import time
from datetime import date
from pathlib import Path
from typing import Any

from contestants import CACHE, EDITED, NAMES, commands, install_peers, make_bank


def run(command: list[str], cwd: Path) -> dict[str, float]:
    """Run a command; its processor and wall seconds, and its peak memory in GB. Raises SystemExit if it fails."""
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0", "TERM": "dumb"}
    log = cwd / "bench.log"
    start = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=cwd, env=variables, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text()[-2000:]}")
    wall = time.perf_counter() - start
    return {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "gb": used.ru_maxrss / 1e6}


def measure(root: Path, name: str) -> dict[str, dict[str, float]]:
    """A cold build; then an edit of one page and what its contributor waits for, and the next full build."""
    command, site = commands(root)[name]
    for kept in (site, root / ".cache", root / "site-sphinx"):
        shutil.rmtree(kept, ignore_errors=True)
    result = {"cold": run(command, root)}
    _edit(root)
    if name in ("ours", "Material"):  # Zensical and Sphinx build only what changed anyway
        result["edit"] = run([*command, "--dirty", "--no-strict"], root)
        _edit(root)
        result["full"] = run(command, root)
    else:
        result["edit"] = run(command, root)
    return result


def _edit(root: Path) -> None:
    path = root / "docs" / EDITED
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("## Common mistakes", "One more sentence.\n\n## Common mistakes", 1), encoding="utf-8")


def exponent(small: int, large: int, first: float, last: float) -> float:
    """The power of the size with which a cost grows between two sizes."""
    return math.log(last / first) / math.log(large / small)


def main() -> None:
    """Measure, print, and keep the figures for report.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(NAMES), default=list(NAMES)[:4])
    chosen = parser.parse_args()
    install_peers()
    target = CACHE / "builds.json"
    figures: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8")) if target.exists() else []
    for size in chosen.sizes:
        root = CACHE / f"bank-{size}"
        make_bank(root, size)
        runs: dict[str, list[dict[str, dict[str, float]]]] = {name: [] for name in chosen.only}
        for _ in range(chosen.repeat if size < 1000 else 1):  # in turn, so that a busy minute hits every contestant
            for name in chosen.only:
                runs[name].append(measure(root, name))
        figures = [row for row in figures if row["size"] != size or row["name"] not in runs]
        for name, measured in runs.items():
            for stage in measured[0]:
                row: dict[str, Any] = {"size": size, "name": name, "stage": stage, "runs": len(measured), "day": str(date.today())}
                for unit in ("cpu", "wall", "gb"):
                    values = [each[stage][unit] for each in measured]
                    row[unit], row[f"{unit}_spread"] = statistics.median(values), max(values) - min(values)
                figures.append(row)
                print(f"{size:6} {name:9} {stage:5} {row['cpu']:7.1f} s cpu ±{row['cpu_spread']:.1f} {row['wall']:7.1f} s wall {row['gb']:6.2f} GB", flush=True)
        shutil.rmtree(root)
        figures.sort(key=lambda row: (row["size"], list(NAMES).index(row["name"])))
        target.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
