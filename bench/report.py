"""Write docs/benchmarks.md from the kept figures, or, with --check, print which goals they miss.

The page is committed: it records a measurement on one machine on one day, which no build can repeat.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from builds import exponent
from contestants import CACHE, NAMES, PINS, ROOT

TARGET = ROOT / "docs" / "benchmarks.md"
STAGES = {"cold": "cold", "edit": "after an edit", "full": "next full build"}


def load(name: str) -> Any:
    """Kept figures. Raises SystemExit if that benchmark has not run."""
    path = CACHE / f"{name}.json"
    if not path.exists():
        raise SystemExit(f"{path.relative_to(ROOT)} is missing; run `python bench/{name}.py` first")
    return json.loads(path.read_text(encoding="utf-8"))


def goals() -> list[tuple[str, float, float, bool]]:
    """Every goal: what, the figure, the limit, and whether it is met."""
    rows = {(row["size"], row["name"], row["stage"]): row for row in load("builds")}
    sizes = sorted({size for size, name, _ in rows if name == "ours"})
    least, most = sizes[0] if len(sizes) < 3 else sizes[-2], sizes[-1]
    ours, plain = rows[most, "ours", "cold"], rows[most, "Material", "cold"]
    power = exponent(least, most, rows[least, "ours", "cold"]["cpu"], ours["cpu"]) if least < most else 1.0
    pages, search = load("pages")["sites"], load("search")
    lightest = min(site["view_bytes"] for name, site in pages.items() if name != "ours")
    found = [
        ("processor time of a cold build / plain Material's", ours["cpu"] / plain["cpu"], 1.25),
        (f"growth exponent from {least:,} to {most:,} questions (the goal is for 1,000 to 10,000)", power, 1.1),
        (f"peak memory at {most:,} questions, GB (the goal is for 10,000)", ours["gb"], 1.5),
        ("processor time after an edit / cold", rows[most, "ours", "edit"]["cpu"] / ours["cpu"], 0.5),
        ("bytes to the first view / the lightest peer's", pages["ours"]["view_bytes"] / lightest, 1.0),
    ]
    least_recall = [(f"queries with the answer in the first three, {name}", search[name]["page"][1], 0.9) for name in search]
    return [(*row, row[1] <= row[2] and (most >= 10_000 or "10,000)" not in row[0])) for row in found] + [(*row, row[1] >= row[2]) for row in least_recall]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _builds() -> str:
    figures = load("builds")
    cold = {(row["size"], row["name"]): row["cpu"] for row in figures if row["stage"] == "cold"}
    rows = []
    for row in figures:
        base = cold.get((row["size"], "Material"), row["cpu"])
        rows.append([
            f"{row['size']:,}, {NAMES[row['name']]}, {STAGES[row['stage']]}", f"{row['cpu'] / base:.2f}",
            f"{row['cpu']:.1f} ± {row['cpu_spread'] / 2:.1f}", f"{row['wall']:.1f}", f"{row['gb']:.2f}", str(row["runs"]),
        ])  # fmt: skip
    return _table(["Questions, generator, build", "CPU / plain Material cold", "CPU s", "wall s", "peak GB", "runs"], rows)


def _pages() -> str:
    sites = load("pages")["sites"]
    rows = [
        [NAMES[name], *(f"{site[key] / 1000:.0f}" if "requests" not in key else str(site[key]) for key in
         ("view_requests", "view_bytes", "view_scripts", "search_requests", "search_bytes")), str(site["foreign"])]
        for name, site in sites.items()
    ]  # fmt: skip
    return _table(["Site", "requests", "KB", "of it scripts", "requests to search", "KB to search", "to other hosts"], rows)


def _search() -> str:
    rows = [
        [f"{'this site' if engine == 'page' else 'SQLite BM25'}, {name}", *(f"{value:.0%}" for value in values)]
        for name, engines in load("search").items() for engine, values in engines.items()
    ]  # fmt: skip
    return _table(["Engine, queries", "first", "first 3", "first 10"], rows)


def main() -> int:
    """Write the page, or check the goals; the exit code of a check is 1 if one is missed."""
    missed = [row for row in goals() if not row[3]]
    if "--check" in sys.argv:
        for what, figure, limit, met in goals():
            print(f"{'met   ' if met else 'MISSED'} {what}: {figure:.2f}, goal {limit}")
        return 1 if missed else 0
    notebooks = load("notebooks")
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    tools = ", ".join([*(f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material")), *(pin.replace("==", " ") for pin in PINS)])
    one, two = notebooks["one"], notebooks["two"]
    shown = "\n".join(f"- {what}: **{figure:.2f}**, goal {limit}; {'met' if met else 'not met or not shown'}" for what, figure, limit, met in goals())
    TARGET.write_text(f"""---
search:
  exclude: true
---

# Benchmarks

What building and reading this site costs, beside what one would pick instead, measured by `make bench` side by side in one run on {date.today()}. Ratios count; seconds are those of one machine: {machine}. {tools}. Medians, ± half the range.

{shown}

## Build

Synthetic questions with the length, formulas and code of the real ones; the others read the same Markdown, without citations, lists, exports, formulas turned into MathML, and checks. After an edit, MkDocs builds with `--dirty`, as `make serve` does.

{_builds()}

## Pages

One question of {load("pages")["size"]} on each site, gzipped, in Chromium with an empty cache. The peers draw formulas with MathJax, from another host.

{_pages()}

## Search

Queries in words that are not the titles' (`bench/queries.jsonl`). *Open* ones were looked at while search was improved, *held out* ones were not. SQLite's BM25, with a stemmer, searches the same index.

{_search()}

## Notebooks

{notebooks["count"]} notebooks: {one["wall"]:.0f} s executed one at a time, {two["wall"]:.0f} s two at a time ({one["wall"] / two["wall"]:.2f} times as fast), {notebooks["warm"]["wall"]:.2f} s when nothing changed.
""", encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}; {len(missed)} goals missed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
