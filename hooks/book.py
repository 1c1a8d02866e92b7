"""The book: the whole site as one PDF, one PDF a topic, and the questions alone. Run by `make book`.

Markdown becomes HTML by the site's own dialect (`book_pages`), HTML becomes Typst (`book_typst`),
pages become editions (`book_editions`), and Typst sets them, tagged for PDF/UA-1.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import typst
from book_editions import Edition, Material, questions_edition, topic_edition, whole_edition
from book_epub import Unconverted, make_epub
from book_faults import failing, formula_problems, line_of
from book_pages import BookPage, PageReader, book_parts, load_settings
from book_press import Refused, compiled, compiled_apart
from book_typst import TypstWriter, Unwritable, anchors_of, convert_formulas, formulas_of, headings_of, parse
from execute_notebooks import execute_all
from notebook_pages import load_executed
from question_lint import Project, checked_project
from source_files import Problem, one_of

ROOT = Path(__file__).resolve().parent.parent
NAME = "deep-learning-questions"
PAPERS = ("a4", "letter", "a6")
EPUB = "epub"


class BookError(Exception):
    """The book cannot be made; `problems` says why, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def make_book(
    root: Path, paper: str, say: Callable[[str], None] = print, topics: bool = True
) -> Iterator[tuple[str, bytes]]:
    """The editions of the book of the project at `root`: file name and bytes.

    On `paper` the PDF of the whole, of the questions and, with `topics`, of each topic; if that is `epub`, the
    EPUB of the whole. `say` is told of the progress. Raises BookError with every problem.
    """
    project, problems = checked_project(root)
    say(f"{len(project.bank.questions)} questions read and checked")
    if problems:
        raise BookError(problems)
    executed, problems = execute_all(root, say)
    notebooks, figures, undrawn = load_executed(executed, code=False)
    if problems or undrawn:
        raise BookError(problems + undrawn)
    settings = load_settings(root)
    parts = book_parts(PageReader(project, settings, notebooks, figures), settings)
    with tempfile.TemporaryDirectory(prefix="book-", dir=root / ".cache") as work:  # builds at the same time do not meet
        for figure in figures.values():
            _write(Path(work) / "figures" / f"{figure.id}.svg", figure.svg)
        if paper == EPUB:
            try:
                epub = make_epub(project, parts, settings["site_url"], Path(work))
            except Unconverted as fault:
                advice = "use the constructs of the contributing page"
                raise BookError(formula_problems(root, list(fault.used), fault.used, advice)) from fault
            say(f"the EPUB: {len(epub) / 1e6:.1f} MB")
            yield f"{NAME}.epub", epub
            return
        yield from _editions(root, paper, project, parts, settings["site_url"], Path(work), say, topics)


def _editions(
    root: Path, paper: str, project: Project, parts: dict[str, list[BookPage]], site: str,
    work: Path, say: Callable[[str], None], topics: bool,
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    shutil.copy(Path(__file__).with_name("book.typ"), work)
    press, size = Press(root, work, project), "" if paper == "a4" else f"-{paper}"
    material = press.write_pages(parts, site)
    say(f"{sum(map(len, parts.values()))} pages written")
    editions = [whole_edition(material, paper)]
    editions += [topic_edition(material, paper, topic.slug) for topic in project.bank.topics if topics]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the topics while the whole is set, much of which is on one core
        waiting = [(edition, pool.submit(press.print, edition, material)) for edition in editions]
        try:
            for edition, printed in waiting:
                pdf = press.diagnosing(edition, material, printed.result)
                say(f"{edition.pages[0].title if edition.name else 'the whole book'}: {len(pdf) / 1e6:.1f} MB")
                yield f"{NAME}{edition.name}{size}.pdf", pdf
                if edition is editions[0]:
                    questions = questions_edition(material, paper, outline_pages(pdf))
                    pdf = press.diagnosing(questions, material, lambda: press.print(questions, material))
                    say(f"the questions alone: {len(pdf) / 1e6:.1f} MB")
                    yield f"{NAME}{questions.name}{size}.pdf", pdf
        finally:
            pool.shutdown(cancel_futures=True)


class Press:
    """Writes pages as Typst and sets editions; finds out what is at fault when that fails."""

    def __init__(self, root: Path, work: Path, project: Project) -> None:
        self.root, self.work, self.project = root, work, project
        self.used: dict[tuple[str, bool], set[str]] = {}
        self.formulas: dict[tuple[str, bool], str] = {}
        epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
        self.date = datetime.fromtimestamp(epoch, UTC)

    def write_pages(self, parts: dict[str, list[BookPage]], site: str) -> Material:
        """Write a Typst file for each page. Raises BookError for what has no form in the book."""
        pages = [page for part in parts.values() for page in part]
        trees = {page.name: parse(page.html) for page in pages}
        for page in pages:
            for formula in formulas_of(trees[page.name]):
                self.used.setdefault(formula, set()).add(page.source)
        self.formulas, failed = convert_formulas(self.used)
        problems = self._formula_problems(failed)
        writer = TypstWriter(self.formulas, {name: anchors_of(tree) for name, tree in trees.items()})
        cited, headings = {}, {}
        for part, part_pages in parts.items():
            for page in part_pages:
                headings[page.name] = headings_of(page.name, trees[page.name])
                shift = 2 if page.question else int(len(parts[part]) > 1)
                try:
                    text = writer.write(page.name, trees[page.name], shift)
                except Unwritable as fault:
                    problems.append(self._problem(page.source, fault.near, str(fault)))
                    continue
                cited[page.name] = writer.cited
                _write(self.work / f"{page.name}.typ", f'#import "/book.typ": *\n\n{text}')
        if problems:
            raise BookError(sorted(problems))
        date = self.date
        imprint = f"Edition of {date.day} {date:%B %Y}" + _revision(self.root)
        return Material(self.project, parts, cited, headings, site, (date.year, date.month, date.day), imprint)

    def print(self, edition: Edition, material: Material) -> bytes:
        """The PDF of an edition, the same bytes from the same sources. Raises Refused."""
        name = f"edition{edition.name}"
        _write(self.work / f"{name}.json", edition.data(material))
        _write(self.work / f"{name}.typ", edition.typst())
        return compiled_apart(self.work, name, int(self.date.timestamp()))

    def diagnosing(self, edition: Edition, material: Material, printed: Callable[[], bytes]) -> bytes:
        """What `printed` gives. Raises BookError if Typst refuses the edition."""
        try:
            return printed()
        except Refused as error:
            raise BookError(self._diagnosed(edition, material, str(error))) from error

    def _diagnosed(self, edition: Edition, material: Material, said: str) -> list[Problem]:
        """Every formula and page of an edition that Typst refuses; else what it said of the whole."""
        alone = Edition("trial", edition.title, "", edition.paper)  # with no page to link to
        _write(self.work / "trial.json", alone.data(material))

        def sets(markup: Sequence[str]) -> bool:
            _write(self.work / "trial.typ", "\n".join(['#import "/book.typ": *', "#show: look", *markup]))
            try:
                compiled(self.work, "trial", 0, ())
            except typst.TypstError as fault:
                self.said = fault
                return False
            return True

        if not sets([]):
            return [Problem("hooks/book.typ", 1, self.said.diagnostic)]
        shown = {page.source for page in edition.pages}
        candidates = [key for key, sources in self.used.items() if sources & shown]
        refused = failing(candidates, lambda some: sets([self.formulas[f] + "\n" for f in some]))
        problems = self._formula_problems([latex for latex, _ in refused])
        faulty = {problem.path for problem in problems}
        for page in edition.pages:
            if page.source not in faulty and not sets([f'#include "/{page.name}.typ"']):
                marked = self.said.diagnostic.partition("│ ")[2].partition("\n")[0]
                problems.append(self._problem(page.source, marked, f"the book cannot set this page: {self.said.message}"))
        return sorted(set(problems)) or [Problem("hooks/book.typ", 1, said)]

    def _formula_problems(self, refused: Sequence[str]) -> list[Problem]:
        advice = "use the constructs of the contributing page"
        used: dict[str, set[str]] = {}
        for (latex, _), sources in self.used.items():
            used.setdefault(latex, set()).update(sources)
        return formula_problems(self.root, refused, used, advice)

    def _problem(self, source: str, snippet: str, message: str) -> Problem:
        text = (self.root / source).read_text(encoding="utf-8")
        return Problem(source, line_of(text, snippet), message)


def outline_pages(pdf: bytes) -> dict[str, int]:
    """The page number, from 1, of every bookmark by its title."""
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        numbers = {page.objgen: number for number, page in enumerate(opened.pages, 1)}
        found: dict[str, int] = {}
        waiting = list(outline.root)
        while waiting:
            item = waiting.pop()
            waiting += item.children
            target = item.destination if item.destination is not None else item.action.D
            found[str(item.title)] = numbers[target[0].objgen]
        return found


def _revision(root: Path) -> str:
    """The commit that the sources stand at, if they are under version control."""
    command = ["git", "rev-parse", "--short=10", "HEAD"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return f", version {done.stdout.strip()}" if done.returncode == 0 else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> int:
    """Write every edition into `dist/`, or print what is wrong and leave the old ones; the exit code."""
    paper = os.environ.get("PAPER", "a4").lower()
    if paper not in (*PAPERS, EPUB):
        print(f"no paper `{paper}`; use {one_of(paper, PAPERS)}", file=sys.stderr)
        return 1
    start = time.monotonic()
    try:
        pdfs = dict(make_book(ROOT, paper, lambda what: print(f"{time.monotonic() - start:5.1f} s  {what}", flush=True)))
    except BookError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.problems)} problems; the book was not made", file=sys.stderr)
        return 1
    for name, data in pdfs.items():
        target = ROOT / "dist" / name
        target.parent.mkdir(exist_ok=True)
        unfinished = target.with_suffix(".partial")
        unfinished.write_bytes(data)
        unfinished.replace(target)
    print(f"{len(pdfs)} files in dist/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
