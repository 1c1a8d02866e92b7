"""What the whole book costs with 100, 300 and 1,000 questions: `.venv/bin/python bench/book.py [100 300 …]`.

The questions are the real ones: some left out, or all repeated under other titles and names. Each size
is built in processes of its own, on A4, without the editions of the topics; notebooks come from the cache.
"""

from __future__ import annotations

import math
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def project(root: Path, count: int) -> None:
    """Write a project of `count` questions at `root`."""
    for name in ("docs", "notebooks", "hooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "requirements.txt"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / ".cache" / "notebooks", root / ".cache" / "notebooks")
    paths = sorted(path for path in (root / "docs" / "questions").rglob("*.md") if path.name != "index.md")
    texts = {path: re.sub(r"^related:\n(?:  .*\n)+", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE) for path in paths}
    for number in range(max(count, len(paths))):
        path = paths[number * 7 % len(paths)]  # from all topics; 7 divides no likely number of questions
        turn = number // len(paths)
        if number >= count:
            path.unlink()
        elif turn:
            text = re.sub(r'^title: (["\']?)', rf"title: \g<1>{turn}: ", texts[path], count=1, flags=re.MULTILINE)
            path.with_stem(f"{path.stem}-{turn}").write_text(text, encoding="utf-8")
        else:
            path.write_text(texts[path], encoding="utf-8")


def build(root: Path) -> None:
    """Make the whole book of the project at `root`; print its bytes and the largest process in MB."""
    sys.path.insert(0, str(ROOT / "hooks"))
    import book  # the hooks are no package

    book.checked_project = lambda root: (book.Project(root), [])  # titles repeat, and links lead to what was left out
    _, pdf = next(book.make_book(root, "a4", lambda what: None))
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(len(pdf), max(used) // 1000)


def main(counts: list[int]) -> None:
    """Print the table."""
    print("questions   wall s    CPU s  peak MB   PDF MB   CPU grows as n to the")
    before: tuple[int, float] | None = None
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            project(Path(folder) / "project", count)
            start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, __file__, "--build", str(Path(folder) / "project")]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            wall, now = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        size, peak = map(int, done.stdout.split())
        exponent = f"{math.log(cpu / before[1]) / math.log(count / before[0]):.2f}" if before else ""
        print(f"{count:9d}{wall:9.1f}{cpu:9.1f}{peak:9d}{size / 1e6:9.1f}   {exponent}", flush=True)
        before = count, cpu


if __name__ == "__main__":
    if sys.argv[1:2] == ["--build"]:
        build(Path(sys.argv[2]))
    else:
        main([int(count) for count in sys.argv[1:]] or [100, 300, 1000])
