"""What the tests share: the built sites, and a browser that refuses every other host."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "hooks"), str(ROOT / "tests")]
collect_ignore = ["test_pytorch.py"]  # `make pytorch` runs it, without this file

from find_browsers import driver, launch_chromium, launch_firefox  # noqa: E402
from playwright.sync_api import Browser, Page, Request, expect  # noqa: E402
from serving import serving  # noqa: E402

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is no fault of a page


def pytest_xdist_auto_num_workers() -> int:
    """What `--numprocesses auto` means: two to a processor, as a test that drives a browser or a build waits half its time."""
    return 2 * len(os.sched_getaffinity(0))


def mkdocs(*arguments: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs` in a project's folder, as the Makefile does."""
    command = [sys.executable, "-m", "mkdocs", *arguments]
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "TERM": "dumb", **environment}
    return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True, check=False)


def built_once(factory: pytest.TempPathFactory, name: str, **environment: str) -> Path:
    """The real site, built strictly by the first of the processes that ask for it."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    target = shared / name / "site"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / name).exists():
            done = mkdocs("build", "--strict", "--site-dir", str(target), **environment)
            assert done.returncode == 0, done.stdout + done.stderr
    assert target.is_dir(), "the build failed in another process"
    return target


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, as for a server."""
    return built_once(tmp_path_factory, "served")


@pytest.fixture(scope="session")
def offline_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, to be opened from the disk."""
    return built_once(tmp_path_factory, "offline", OFFLINE="true")


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """A small project with the real hooks and settings: one question, one notebook."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "fixture_site", root)
    shutil.copytree(ROOT / "hooks", root / "hooks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    shutil.copy(ROOT / "requirements.txt", root)
    shutil.copy(ROOT / "notebooks" / "figures.mplstyle", root / "notebooks")
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav = "nav:\n  - index.md\n  - faq.md\n  - questions/vision/index.md\n  - notebooks/line.ipynb\n"
    text = re.sub(r"^nav:\n(?:  .*\n)+", nav, text, flags=re.MULTILINE)
    (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address under which the real site is served."""
    with serving(site) as address:
        yield address


both_browsers = pytest.mark.parametrize(
    "browser", ["chromium", pytest.param("firefox", marks=pytest.mark.firefox)], indirect=True
)
"""Runs a test in Firefox too, by `make firefox`. WebDriver BiDi emulates there neither print, forced colors, less motion
nor a page without scripts, brings no downloads, and has no accessibility tree: tests of those stay in Chromium."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "firefox: drives a real Firefox")


@pytest.fixture(scope="session")
def browsers() -> Iterator[Callable[[str], Browser]]:
    """Real browsers, each started when it is first asked for. Without one the tests fail: `make` installs them."""
    with driver() as playwright:
        started = {}

        def get(name: str) -> Browser:
            if name not in started:
                started[name] = {"chromium": launch_chromium, "firefox": launch_firefox}[name](playwright)
            return started[name]

        yield get
        for browser in started.values():
            browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest, browsers: Callable[[str], Browser]) -> Browser:
    """Chromium, or what `both_browsers` asks for."""
    return browsers(getattr(request, "param", "chromium"))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a fresh profile; at the end no error and no foreign request may have come."""
    contexts, faults = [], []

    def open_(address: str, **options: object) -> Page:
        home = urlparse(address)
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)

        def guard(request: Request) -> None:
            asked = urlparse(request.url)
            if (asked.scheme, asked.netloc) != (home.scheme, home.netloc) and asked.scheme not in ("data", "blob"):
                faults.append(f"request to {request.url}")

        context.on("request", guard)  # listening, not holding up: a route would cost a third of the time
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("response", lambda r: r.status >= 400 and faults.append(f"{r.status} for {r.url}"))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def act(page: Page) -> None:
    """Move the pointer, and wait for the theme's script, which comes with the first thing a reader does."""
    page.mouse.move(2, 2)  # above nothing that would look different
    page.mouse.move(4, 4)  # the first is reported as moved by nothing
    page.wait_for_function("() => window.component$")


LOOKS = [("light", 1280), ("dark", 360)]
"""Schemes and widths in which pages are examined: colors hardly depend on the width, nor sizes on the scheme."""

if os.environ.get("ALL_PAGES"):
    LOOKS += [("dark", 1280), ("light", 360)]


def axe_faults(page: Page, within: str | None = None) -> list[tuple[str, str]]:
    """What axe finds on a page or in a part of it: rules, and the elements that break them.

    The rules are those of WCAG 2.2 AA and axe's best practices: headings in order, landmarks with names of their own.
    """
    levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    context = within or {"exclude": [["#__drawer"]]}  # the theme's styles need it outside of all landmarks
    options = {"runOnly": levels, "resultTypes": ["violations"]}  # to describe what is right takes longer
    # A row out of sight has no size until it is drawn, and a link scrolled below a heading that stays is
    # covered: axe would call both too small.
    page.evaluate("document.querySelectorAll('.bank tr').forEach(row => row.style.contentVisibility = 'visible')")
    page.evaluate("document.querySelectorAll('.md-sidebar__scrollwrap').forEach(part => part.scrollTop = 0)")
    violations = Axe().run(page, context=context, options=options).response["violations"]
    return [(fault["id"], node["html"][:200]) for fault in violations for node in fault["nodes"]]


@pytest.fixture(params=["served", "file"])
def address(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """The address of a page or file, on a server and on the disk."""
    if request.param == "served":
        base = request.getfixturevalue("served")
        yield lambda name: f"{base}{name}{'/' if name and '.' not in name else ''}"
    else:
        root: Path = request.getfixturevalue("offline_site")

        def on_disk(name: str) -> str:
            places = (root / name / "index.html", root / f"{name}.html", root / name)
            return next(place for place in places if place.exists()).as_uri()

        yield on_disk
