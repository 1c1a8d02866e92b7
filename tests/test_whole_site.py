"""Every page of both builds, in the browser and as a file: closed, and nothing in it leads nowhere."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import ROOT, both_browsers
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser


def pages(root: Path) -> list[str]:
    """The pages of a built site, by their addresses in it; 404.html works only at the site's own address."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*.html") if path.name != "404.html")


SAMPLE = 1 if os.environ.get("ALL_PAGES") else 10
"""One page in so many is opened in the browser: all of them take minutes."""


@both_browsers
@pytest.mark.parametrize("build", ["served", "offline"])
def test_no_page_breaks_its_own_policy(request: pytest.FixtureRequest, browser: Browser, build: str) -> None:
    """Nothing forbidden is tried, nothing is asked of another host, no cookie is left.

    The console is where the browser reports what the policy stopped.
    """
    site: Path = request.getfixturevalue("site" if build == "served" else "offline_site")
    base = request.getfixturevalue("served") if build == "served" else f"{site.as_uri()}/"
    faults: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda asked: asked.url.startswith((base, "data:", "blob:")) or faults.append(asked.url))
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    slower = 3 if browser.browser_type.name == "firefox" else 1
    for name in pages(site)[:: SAMPLE * slower]:
        page.goto(base + name, wait_until="domcontentloaded")
        if not page.locator("head > meta[charset] + meta[http-equiv=Content-Security-Policy]").count():
            faults.append(f"{name} has no policy in front of all else")
    assert faults == []
    assert context.cookies() == []
    context.close()


class _References(HTMLParser):
    """A page's ids, and what it refers to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.loaded: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.ids += [found[name] for name in ("id", "name") if found.get(name) and (name == "id" or tag == "a")]
        self.wanted += [found[name] for name in ("href", "src", "poster") if found.get(name)]
        if tag == "script" and found.get("src") or tag == "link" and found.get("rel") == "stylesheet":
            self.loaded.append(found.get("src") or found["href"])


@pytest.fixture(scope="module", params=["site", "offline_site"])
def parsed(request: pytest.FixtureRequest) -> tuple[Path, dict[str, _References]]:
    root: Path = request.getfixturevalue(request.param)
    return root, {name: _References((root / name).read_text(encoding="utf-8")) for name in pages(root)}


def test_every_link_leads_somewhere(parsed: tuple[Path, dict[str, _References]]) -> None:
    """Pages, anchors, pictures, styles, scripts and downloads, as the built site has them."""
    root, all_pages = parsed
    broken = []
    for name, page in all_pages.items():
        for reference in page.wanted:
            if urlsplit(reference).scheme:
                continue  # elsewhere
            target = urlsplit(urljoin(f"/{name}", reference.strip()))
            place = unquote(target.path).lstrip("/")
            path = root / place
            if path.is_dir():
                place = f"{place.rstrip('/')}/index.html".lstrip("/")
                path = root / place
            anchor = unquote(target.fragment)
            if not path.is_file() or (anchor and place in all_pages and anchor not in all_pages[place].ids):
                broken.append(f"{name}: {reference}")
    assert broken == []


def test_no_id_stands_twice_on_a_page(parsed: tuple[Path, dict[str, _References]]) -> None:
    twice = {name: {i for i in page.ids if page.ids.count(i) > 1} for name, page in parsed[1].items()}
    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_every_page_is_valid_html(site: Path) -> None:
    """By html-validate, run by the Node that Playwright brings."""
    node, _ = compute_driver_executable()
    done = subprocess.run([node, "tests/check_html.mjs", str(site)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


def test_pages_stay_light(site: Path) -> None:
    """Gzipped, with styles, scripts and pictures, without fonts: a question below 60 KB, any page below 200 KB.

    That is what a browser fetches before the reader does anything. The theme's script, 35 KB, and the
    search come later: test_browser.py sees to that.
    """
    sizes: dict[Path, int] = {}

    def size(path: Path) -> int:
        if path not in sizes:
            sizes[path] = len(gzip.compress(path.read_bytes(), 6, mtime=0))
        return sizes[path]

    heavy = []
    for name in pages(site):
        page = site / name
        loaded = {(page.parent / src).resolve() for src in _References(page.read_text(encoding="utf-8")).loaded}
        total = size(page) + sum(size(path) for path in loaded)
        limit = 60_000 if re.fullmatch(r"questions/[^/]+/[^/]+/index.html", name) else 200_000
        if total > limit:
            heavy.append(f"{name}: {total:,} bytes")
    assert heavy == []


def test_nothing_is_misspelled() -> None:
    """Common misspellings, in everything that readers and contributors read."""
    command = [sys.executable, "-m", "codespell_lib", "--ignore-words", "tests/spelling.txt"]
    skip = "--skip=*.svg,*.woff2,docs/assets/vendor,docs/references.bib"  # names and titles are as they are
    done = subprocess.run(
        [*command, skip, "docs", "notebooks", "hooks", "README.md", "SECURITY.md", "mkdocs.yml", "Makefile"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout + done.stderr == ""
