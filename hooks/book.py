"""The book: the whole site as PDF, by topic as PDF, and the questions alone. `make book`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from book_notebooks import execute_all
from book_pages import PageReader, book_pages, load_settings
from book_typst import TypstWriter, anchors_of, convert_formulas, formulas_of, parse, write_file
from question_lint import Project, lint_project

ROOT = Path(__file__).resolve().parent.parent
NAME = "deep-learning-questions"


def main() -> int:
    paper = os.environ.get("PAPER", "a4").lower()
    start = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - start:6.1f} s  {what}", flush=True)

    root = ROOT
    project = Project(root)
    say("read the bank")
    executed, problems = execute_all(root, say)
    settings = load_settings(root)
    reader = PageReader(project, settings, executed)
    pages = list(book_pages(reader, settings))
    say(f"read {len(pages)} pages")
    trees = {page.name: parse(page.html) for _, page in pages}
    anchors = {name: anchors_of(tree) for name, tree in trees.items()}
    formulas, failed = convert_formulas({f for tree in trees.values() for f in formulas_of(tree)})
    say(f"{len(formulas)} formulas, {failed}")
    work = root / ".cache" / "book"
    shutil.rmtree(work, ignore_errors=True)
    writer = TypstWriter(formulas, anchors)
    for part, page in pages:
        shift = 2 if page.name.removeprefix("questions/") in project.bank.by_id() else (0 if part == "FAQ" else 1)
        text = f'#import "/book.typ": *\n\n{writer.write(page.name, trees[page.name], shift)}'
        write_file(work / f"{page.name}.typ", text)
    for figure in reader.figures.values():
        write_file(work / "figures" / f"{figure.id}.svg", figure.svg)
    shutil.copy(root / "hooks" / "book.typ", work)
    say("wrote Typst")
    date = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), UTC)
    edition: dict[str, Any] = {
        "paper": paper, "title": "Deep Learning Questions", "author": "The authors of Deep Learning Questions",
        "keywords": ["deep learning"], "date": {"year": date.year, "month": date.month, "day": date.day},
        "pages": {page.name: page.title for _, page in pages}, "site": "https://deep-learning-questions.github.io/deep-learning-questions/", "elsewhere": {}, "level": 1,
        "numbers": {key: n for n, key in enumerate(sorted(project.sources), 1)},
        "questions": {q.id: {"title": q.title, "difficulty": q.difficulty, "kind": q.kind, "also": q.also_asked} for q in project.bank.questions},
    }
    write_file(work / "whole.json", json.dumps(edition))
    body = ['#import "/book.typ": *', "#show: look"]
    for part in dict.fromkeys(part for part, _ in pages):
        chapters = [page for p, page in pages if p == part]
        if part != "FAQ":
            body.append(f'#part("{part}", (' + ", ".join(f"(name: {json.dumps(c.name)}, title: {json.dumps(c.title)})" for c in chapters if c.name.removeprefix('questions/') not in project.bank.by_id()) + ",))")
        for page in chapters:
            inc = f'include "/{page.name}.typ"'
            if page.name.removeprefix("questions/") in project.bank.by_id():
                body.append("#" + inc)
            else:
                body.append(f"#chapter({json.dumps(page.title)}, [#metadata(none) #label({json.dumps(page.name)}) #{inc}])")
    body += ["#pagebreak()", "= Bibliography"]
    for key in sorted(project.sources):
        body.append(f"#[#metadata(none)#label(\"source:{key}\") {edition['numbers'][key]} {key}]")
    write_file(work / "whole.typ", "\n".join(body))
    try:
        pdf, warnings = typst.compile_with_warnings(str(work / "whole.typ"), root=str(work), ignore_system_fonts=True, font_paths=[], sys_inputs={"edition": "/whole.json"}, pdf_standards=["ua-1"], timestamp=int(date.timestamp()))
    except typst.TypstError as error:
        print(error.diagnostic)
        return 1
    for w in warnings: print(str(w)[:300])
    target = root / "dist" / f"{NAME}.pdf"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(pdf)
    say(f"{target}: {len(pdf) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
