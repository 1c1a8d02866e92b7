"""Broken and hostile files: each gives its message, quickly, and never a traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from question_lint import lint

SMALL = ROOT / "tests" / "fixture_site"
QUESTION, BIB, NOTEBOOK = "docs/questions/vision/pooling.md", "docs/references.bib", "notebooks/line.ipynb"
TOPIC, REDIRECTS, FRONT = "docs/questions/vision/index.md", "docs/redirects.yml", "docs/index.md"
GOOD = (SMALL / QUESTION).read_text(encoding="utf-8")
SOURCES = (SMALL / BIB).read_text(encoding="utf-8")
BODY = GOOD.split("---\n", 2)[2]
NOISE = bytes(range(256)) * 8
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
)

Break = Callable[[Path], object]


def put(name: str, data: str | bytes) -> Break:
    """Write a file of these contents."""

    def break_(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return break_


def more(text: str) -> Break:
    """Add a paragraph at the end of the question; it stands in line 42."""
    return put(QUESTION, f"{GOOD}\n\n{text}\n")


def front(text: str) -> Break:
    """Put other front matter on the question."""
    return put(QUESTION, f"---\n{text}\n---\n{BODY}")


def titled(words: str) -> Break:
    return put(QUESTION, GOOD.replace('title: "Why', f'title: "{words}Why'))


def instead(name: str, make: Callable[[Path], object]) -> Break:
    """Put something that is no file in the place of a file or a folder."""

    def break_(root: Path) -> None:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        make(path)

    return break_


def gone(name: str) -> Break:
    return instead(name, lambda path: None)


def linked(name: str, target: str) -> Break:
    return instead(name, lambda path: os.symlink(target, path))


CASES: dict[str, tuple[Break, str]] = {
    # Any file
    "binary": (put(QUESTION, NOISE), f"{QUESTION}:2: not UTF-8; save the file as UTF-8"),
    "empty": (put(QUESTION, ""), f"{QUESTION}:1: no front matter; start the file with `---`, the keys, and `---`"),
    "byte-order mark": (put(QUESTION, b"\xef\xbb\xbf" + GOOD.encode()), f"{QUESTION}:1: byte-order mark; save the file as plain UTF-8"),
    "carriage returns": (put(QUESTION, GOOD.replace("\n", "\r\n")), f"{QUESTION}:1: carriage return; use Unix line ends (LF)"),
    "latin 1": (put(QUESTION, GOOD.replace("Pooling", "Poöling").encode("latin1")), f"{QUESTION}:13: not UTF-8; save the file as UTF-8"),
    "null character": (put(QUESTION, GOOD + "\0"), f"{QUESTION}:40: invisible character U+0000; delete it"),
    "reversed text": (more("a\u202eb"), f"{QUESTION}:42: invisible character U+202E; delete it"),
    "zero width": (more("a\u200bb"), f"{QUESTION}:42: invisible character U+200B; delete it"),
    "50 MB": (put(QUESTION, b"x" * 50_000_000), f"{QUESTION}:1: 50,000,000 bytes; keep a file below 500,000"),
    "100,000 lines": (more("\nx" * 100_000), f"{QUESTION}:1: more than 10,000 lines; keep a file below that"),
    "folder for a question": (instead(QUESTION, Path.mkdir), f"{QUESTION}:1: no question; only <slug>.md files belong in a topic's folder"),
    "folder for the sources": (instead(BIB, Path.mkdir), f"{BIB}:1: no file; put one here"),
    "pipe": (instead("docs/questions/vision/y.md", os.mkfifo), "docs/questions/vision/y.md:1: no file; put one here"),
    "link out of the tree": (linked("docs/questions/vision/y.md", "/etc/passwd"), "docs/questions/vision/y.md:1: symbolic link; put the file itself here"),
    "dangling link": (linked("docs/questions/vision/y.md", "/nowhere"), "docs/questions/vision/y.md:1: symbolic link; put the file itself here"),
    "linked topic": (linked("docs/questions/optimization", "/etc"), "docs/questions/optimization:1: symbolic link; put the folder itself here"),
    "no questions": (gone("docs/questions"), "docs/questions:1: no folder; put the topics' folders into it"),
    "no notebooks": (gone("notebooks"), f"{QUESTION}:8: no notebook `line`; use one that exists"),
    "no topic page": (gone(TOPIC), "docs/questions/vision:1: topic without a page; add index.md with a heading and an intro"),
    "unknown topic": (put("docs/questions/vison/x.md", GOOD), "docs/questions/vison:1: `vison` is no topic; use `vision`"),
    "stray question": (put("docs/questions/x.md", GOOD), "docs/questions/x.md:1: no question; move it into a topic's folder or delete it"),
    "stray file": (put("docs/questions/vision/.DS_Store", "x"), "docs/questions/vision/.DS_Store:1: no question; only <slug>.md files belong in a topic's folder"),
    "names that differ by case": (put("docs/questions/vision/Pooling.md", GOOD), "docs/questions/vision/Pooling.md:1: slug `Pooling`; use one to six lower-case words joined by hyphens"),
    "name that is a tag": (put("docs/questions/vision/<b>.md", GOOD), "docs/questions/vision/<b>.md:1: slug `<b>`; use one to six lower-case words joined by hyphens"),
    "binary topic page": (put(TOPIC, NOISE), f"{TOPIC}:2: not UTF-8; save the file as UTF-8"),
    # Front matter
    "alias bomb": (front(BOMB), f"{QUESTION}:2: unknown key `a`; use "),
    "deep YAML": (front("[" * 20_000), f"{QUESTION}:3: broken YAML: did not find expected node content; quote values that contain a colon"),
    "object in YAML": (front('title: !!python/object/apply:os.system ["touch evil"]'), f"{QUESTION}:2: broken YAML: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'; quote values that contain a colon"),
    "unquoted colon": (front("title: Why: because?"), f"{QUESTION}:2: broken YAML: mapping values are not allowed in this context; quote values that contain a colon"),
    "null": (front("~"), f"{QUESTION}:2: the front matter is no list of `key: value` lines; write one"),
    "list": (front("- a"), f"{QUESTION}:2: the front matter is no list of `key: value` lines; write one"),
    "number for a key": (front("1: 2"), f"{QUESTION}:2: unknown key `1`; use one of `title`, `kind`, `difficulty`, `faq`, `also_asked`, `search_terms`, `related`, `notebook`"),
    "list for a key": (front("? [a]\n: 2"), f"{QUESTION}:2: broken YAML: found unhashable key; quote values that contain a colon"),
    "date for a kind": (put(QUESTION, GOOD.replace("kind: concept", "kind: 2020-01-01")), f"{QUESTION}:3: `2020-01-01` is no kind; write one of `concept`, `derivation`, `calculation`, `coding`, `debugging`, `design`, `judgement`"),
    "line break in a title": (titled("x\\n"), f"{QUESTION}:2: the title holds a line break or an invisible character; delete it"),
    "reversed title": (titled("\\u202e"), f"{QUESTION}:2: the title holds a line break or an invisible character; delete it"),
    "null in a wording": (put(QUESTION, GOOD.replace("What is max", "\\0What is max")), f"{QUESTION}:6: `also_asked` holds a line break or an invisible character; delete it"),
    "no end": (put(QUESTION, GOOD.replace("---\n\n", "\n", 1)), f"{QUESTION}:1: no front matter; start the file with `---`, the keys, and `---`"),
    # Markdown and HTML
    "script": (more("<script>alert(1)</script>"), f"{QUESTION}:42: raw HTML <script>; use Markdown"),
    "script in capitals": (more("a <SCRIPT>alert(1)</SCRIPT>"), f"{QUESTION}:42: raw HTML <SCRIPT>; use Markdown"),
    "script after a comment": (more("<!-- x --><script>alert(1)</script>"), f"{QUESTION}:42: raw HTML <script>; use Markdown"),
    "comment without an end": (more("<!-- x"), f"{QUESTION}:42: comment without an end; write `-->` after it"),
    "SVG with a handler": (more("<svg onload=alert(1)>"), f"{QUESTION}:42: event handler or style in raw HTML; remove it"),
    "frame": (more('<iframe src="//evil.example"></iframe>'), f"{QUESTION}:42: raw HTML <iframe>; use Markdown"),
    "handler on an allowed tag": (more('<div onclick="alert(1)">x</div>'), f"{QUESTION}:42: event handler or style in raw HTML; remove it"),
    "handler as an attribute": (more('text\n{: onclick="alert(1)" }'), f"{QUESTION}:43: attribute `onclick`; remove it"),
    "style as an attribute": (more('*text*{ style="display:none" }'), f"{QUESTION}:42: attribute `style`; remove it"),
    "handler on a code block": (more('```{ .text onclick="alert(1)" }\nx\n```'), f"{QUESTION}:42: attribute `onclick`; remove it"),
    "script link": (more("[x](javascript:alert(1))"), f"{QUESTION}:42: link to `javascript:alert(1)`; only https and pages of the site"),
    "script link by reference": (more("[x][y]\n\n[y]: javascript:alert(1)"), f"{QUESTION}:42: link to `javascript:alert(1)`; only https and pages of the site"),
    "script autolink": (more("<javascript:alert(1)>"), f"{QUESTION}:42: link to `javascript:alert(1)`; only https and pages of the site"),
    "data link": (more("[x](data:text/html,x)"), f"{QUESTION}:42: link to `data:text/html,x`; only https and pages of the site"),
    "link out of the tree in Markdown": (more("[x](../../../../../etc/passwd)"), f"{QUESTION}:42: link to `../../../../../etc/passwd`, which does not exist; use one of `faq.md`, `index.md`, `pooling.md`"),
    "picture by script": (more("![x](javascript:alert(1))"), f"{QUESTION}:42: image `javascript:alert(1)`, which is no file of `docs/`; show a notebook's figure instead"),
    "picture from elsewhere": (more("![x](https://evil.example/x.png)"), f"{QUESTION}:42: image `https://evil.example/x.png`, which is no file of `docs/`; show a notebook's figure instead"),
    "picture out of the tree": (more("![x](../../../../../../etc/passwd)"), f"{QUESTION}:42: image `../../../../../../etc/passwd`, which is no file of `docs/`; show a notebook's figure instead"),
    "broken formula": (more("$\\frac{1}$"), f"{QUESTION}:42: formula does not convert: Expected argument but reached end of input; use the constructs of the contributing page"),
    "macro": (more("$\\def\\x{\\x\\x}\\x$"), f"{QUESTION}:42: formula uses `\\def`; write the formula out; there are no custom macros"),
    "page with a script": (put(FRONT, "# A small site\n\n<script>alert(1)</script>\n"), f"{FRONT}:3: raw HTML <script>; use Markdown"),
    "unknown marker": (put(FRONT, "# A small site\n\n<!-- include: /etc/passwd -->\n"), f"{FRONT}:3: unknown marker `include: /etc/passwd`; see the contributing page"),
    # Sources
    "binary sources": (put(BIB, NOISE), f"{BIB}:2: not UTF-8; save the file as UTF-8"),
    "no sources": (gone(BIB), f"{BIB}:1: no file; put one here"),
    "source without an end": (put(BIB, SOURCES + "@article{foo, title={x"), f"{BIB}:8: broken entry; check braces and commas"),
    "source twice": (put(BIB, SOURCES * 2), f"{BIB}:8: key `he2016deep` is used twice; keep one entry"),
    "script for an address": (put(BIB, SOURCES.replace("eprint    = {1512.03385}", "url = {javascript:alert(1)}")), f"{BIB}:1: `he2016deep` has the address `javascript:alert(1)`; use one with http or https"),
    # Notebooks
    "binary notebook": (put(NOTEBOOK, NOISE), f"{NOTEBOOK}:2: not UTF-8; save the file as UTF-8"),
    "empty notebook": (put(NOTEBOOK, ""), f"{NOTEBOOK}:1: no notebook; save it as Jupyter does (nbformat 4)"),
    "list for a notebook": (put(NOTEBOOK, "[]"), f"{NOTEBOOK}:1: no notebook; save it as Jupyter does (nbformat 4)"),
    "deep notebook": (put(NOTEBOOK, "[" * 100_000), f"{NOTEBOOK}:1: no notebook; save it as Jupyter does (nbformat 4)"),
    "cells of another form": (put(NOTEBOOK, '{"cells": "abc"}'), f"{NOTEBOOK}:1: no notebook; save it as Jupyter does (nbformat 4)"),
    "cell without a kind": (put(NOTEBOOK, '{"cells": [{}]}'), f"{NOTEBOOK}:1: no notebook; save it as Jupyter does (nbformat 4)"),
    "number for a source": (put(NOTEBOOK, '{"cells": [{"cell_type": "code", "source": 3}]}'), f"{NOTEBOOK}:1: no notebook; save it as Jupyter does (nbformat 4)"),
    "notebook of 60 MB": (put(NOTEBOOK, b"x" * 60_000_000), f"{NOTEBOOK}:1: 60,000,000 bytes; keep a file below 500,000"),
    "linked notebook": (linked(NOTEBOOK, "/etc/passwd"), f"{NOTEBOOK}:1: symbolic link; put the file itself here"),
    "stray file beside notebooks": (put("notebooks/data.csv", "1"), "notebooks/data.csv:1: no notebook; move it elsewhere or delete it"),
    # Redirects
    "broken redirects": (put(REDIRECTS, "a: b: c"), f"{REDIRECTS}:1: no redirect; write `topic/old: topic/new` or `topic/old: topic`"),
    "redirect bomb": (put(REDIRECTS, BOMB), f"{REDIRECTS}:1: no redirect; write `topic/old: topic/new` or `topic/old: topic`"),
    "redirect out of the site": (put(REDIRECTS, "../../x/y: vision/pooling"), f"{REDIRECTS}:1: no redirect; write `topic/old: topic/new` or `topic/old: topic`"),
    "redirect to a script": (put(REDIRECTS, "vision/x: javascript:alert(1)"), f"{REDIRECTS}:1: no redirect; write `topic/old: topic/new` or `topic/old: topic`"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    break_, expected = CASES[name]
    root = tmp_path / "project"
    shutil.copytree(SMALL, root)
    break_(root)
    found = [str(problem) for problem in lint(root)]
    assert any(problem.startswith(expected) for problem in found), found
    assert not (root / "evil").exists()


@pytest.mark.parametrize(
    "text",
    [">" * 2000 + " x", "".join(" " * (2 * i) + "- x\n" for i in range(100)), "*_" * 2000, "[" * 2000, "$" + "{" * 2000 + "x" + "}" * 2000 + "$"],
    ids=["quotes", "lists", "emphasis", "brackets", "braces"],
)
def test_deep_nesting_ends(tmp_path: Path, text: str) -> None:
    root = tmp_path / "project"
    shutil.copytree(SMALL, root)
    more(text)(root)
    assert isinstance(lint(root), list)


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so that the refusal is made here."""
    root = shutil.copytree(SMALL, tmp_path / "project")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "pooling.md":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert f"{QUESTION}:1: cannot be read: Permission denied; check its permissions" in [str(problem) for problem in lint(root)]
