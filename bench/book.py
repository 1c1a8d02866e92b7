"""What the book costs, ours and of the peers: `python bench/book.py [--sizes 100 300 1000] [--repeat 3] [--peers 100]`.

The questions are the real ones: some left out, or all repeated under other titles and names. Ours is every
edition on A4, as `make book` makes them, with notebooks from the cache. WeasyPrint and Chromium print the same
questions, as the pages of our built site have them, as one document: no guide, tables, notebooks, lists or page
numbers, and no editions. From 1,000 questions on each is made once. Kept in .cache/bench/book.json.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import lxml.html
from builds import exponent, run
from contestants import CACHE, ROOT

WEASYPRINT = "weasyprint==66.0"
ENVIRONMENT = CACHE / "weasyprint"
PAGES = "site"
"""The built site below the cache, whose pages the peers print."""


def chosen(paths: list[Path], count: int) -> list[tuple[int, Path]]:
    """The questions of a project, from all topics: which turn it is, and the path; 7 divides no likely number of them."""
    return [(number // len(paths), paths[number * 7 % len(paths)]) for number in range(count)]


def questions(root: Path) -> list[Path]:
    """The question files of the project at `root`."""
    return sorted(path for path in (root / "docs" / "questions").rglob("*.md") if path.name != "index.md")


def project(root: Path, count: int) -> None:
    """Write a project of `count` questions at `root`."""
    shutil.rmtree(root, ignore_errors=True)
    for name in ("docs", "notebooks", "hooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "requirements.txt"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / ".cache" / "notebooks", root / ".cache" / "notebooks")
    paths = questions(root)
    texts = {path: re.sub(r"^related:\n(?:  .*\n)+", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE) for path in paths}
    for path in paths:
        path.unlink()
    for turn, path in chosen(paths, count):
        text = texts[path]
        if turn:
            text = re.sub(r'^title: (["\']?)', rf"title: \g<1>{turn}: ", text, count=1, flags=re.MULTILINE)
        (path.with_stem(f"{path.stem}-{turn}") if turn else path).write_text(text, encoding="utf-8")


def build(root: Path) -> None:
    """Make every edition of the book of the project at `root`, into its dist/."""
    sys.path[:] = [str(ROOT / "hooks"), *(entry for entry in sys.path if entry != str(ROOT / "bench"))]
    sys.modules.pop("book", None)  # this file has that name too
    import book  # the hooks are no package

    book.checked_project = lambda root: (book.Project(root), [])  # titles repeat, and links lead to what was left out
    (root / "dist").mkdir(exist_ok=True)
    for name, pdf in book.make_book(root, "a4", lambda what: None):
        (root / "dist" / name).write_bytes(pdf)


def document(target: Path, count: int) -> None:
    """Write the pages of `count` questions of the built site as one HTML document."""
    site = CACHE / PAGES
    if not site.exists():
        subprocess.run([sys.executable, ROOT / "hooks" / "build_site.py", site], check=True)
    articles, styles = [], []
    for _, path in chosen(questions(ROOT), count):
        page = (site / path.relative_to(ROOT / "docs")).with_suffix("") / "index.html"
        tree = lxml.html.fromstring(page.read_bytes())
        tree.make_links_absolute(page.as_uri())
        for folded in tree.iter("details"):
            folded.set("open", "")
        styles = [link.get("href") for link in tree.iter("link") if link.get("rel") == "stylesheet"]
        articles.append(lxml.html.tostring(tree.find(".//article"), encoding="unicode"))
    head = "".join(f'<link rel="stylesheet" href="{style}">' for style in styles)
    target.write_text(f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Questions</title>{head}{"".join(articles)}', encoding="utf-8")


def contestants(root: Path, count: int, peers: bool) -> dict[str, tuple[list[str], Path]]:
    """How each makes the book of `count` questions, and which file is the whole."""
    project(root, count)
    commands = {"ours": ([sys.executable, __file__, "--build", str(root)], root / "dist" / "deep-learning-questions.pdf")}
    if peers:
        document(root / "questions.html", count)
        if not (ENVIRONMENT / ".ready").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
            subprocess.run([ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", WEASYPRINT], check=True)
            (ENVIRONMENT / ".ready").touch()
        html = (root / "questions.html").as_uri()
        commands["WeasyPrint"] = ([str(ENVIRONMENT / "bin" / "weasyprint"), html, str(root / "weasyprint.pdf")], root / "weasyprint.pdf")
        sandbox = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--timeout=600000"]  # no zygote: its processes are waited for, and so counted
        commands["Chromium"] = (
            ["chromium-headless-shell", *sandbox, "--no-pdf-header-footer", f"--print-to-pdf={root / 'chromium.pdf'}", html],
            root / "chromium.pdf",
        )
    return commands


def main() -> None:
    """Measure, print, and keep the figures for report.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", type=int, nargs="*", default=[100], help="the sizes that the peers print too")
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for size in asked.sizes:
        root = CACHE / f"book-{size}"
        commands = contestants(root, size, size in asked.peers)
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
        for _ in range(asked.repeat if size < 1000 else 1):  # in turn, so that a busy minute hits all of them
            for name, (command, pdf) in commands.items():
                pdf.unlink(missing_ok=True)
                runs[name].append({**run(command, root), "mb": pdf.stat().st_size / 1e6})
                rows = [row for row in rows if (row["size"], row["name"]) != (size, name)]
                row: dict[str, Any] = {"size": size, "name": name, "runs": len(runs[name])}
                for unit in ("cpu", "wall", "gb", "mb"):
                    values = [each[unit] for each in runs[name]]
                    row[unit], row[f"{unit}_spread"] = statistics.median(values), max(values) - min(values)
                rows.append(row)
        for row in rows:
            if row["size"] == size:
                smaller = [each for each in rows if each["name"] == row["name"] and each["size"] < size]
                grows = f"   CPU grows as n to the {exponent(smaller[-1]['size'], size, smaller[-1]['cpu'], row['cpu']):.2f}" if smaller else ""
                units = (f"{row[unit]:7.2f} ±{row[f'{unit}_spread'] / 2:.2f} {unit}" for unit in ("cpu", "wall", "gb", "mb"))
                print(f"{size:6} {row['name']:10}", *units, grows, flush=True)
        (CACHE / "book.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
        shutil.rmtree(root)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--build"]:
        build(Path(sys.argv[2]))
    else:
        main()
