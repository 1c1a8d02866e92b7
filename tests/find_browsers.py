"""The browsers that the tests drive: Chromium and Firefox from the PATH, or got for them.

    python tests/find_browsers.py chromium
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

_CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The shell first: it draws the same pages with a third of the processor time of a whole Chromium."""

_FIREFOX = ("firefox-esr", "firefox")

_HOW = {
    "chromium": """The browser tests need Chromium, and none could be installed.
Install it and run `make test` again:
  Debian:  sudo apt-get install chromium-headless-shell
  else:    .venv/bin/playwright install --with-deps --only-shell chromium""",
    "firefox": """The tests in Firefox need one on the PATH, and none could be installed.
Install it and run `make firefox` again:
  Debian:  sudo apt-get install firefox-esr
  else:    any package that puts `firefox` on the PATH""",
}


def chromium_on_path() -> str | None:
    """The path of a Chromium on the PATH, or None."""
    return next(filter(None, map(shutil.which, _CHROMIUM)), None)


def firefox_on_path() -> str | None:
    """The path of a Firefox on the PATH, or None."""
    return next(filter(None, map(shutil.which, _FIREFOX)), None)


@contextlib.contextmanager
def driver() -> Iterator[Playwright]:
    """Playwright, with a driver that says nothing to Firefox which its ESR does not understand."""
    mended = f"--require {json.dumps(str(Path(__file__).with_name('firefox_driver.cjs')))}"
    with mock.patch.dict(os.environ, NODE_OPTIONS=mended):
        playwright = sync_playwright().start()
    try:
        yield playwright
    finally:
        playwright.stop()


def launch_chromium(playwright: Playwright) -> Browser:
    """A headless Chromium: the one on the PATH, else Playwright's. Raises Error if there is neither."""
    # Every name but this machine's is unknown to it, so nothing can be fetched from elsewhere.
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", alone]
    return playwright.chromium.launch(executable_path=chromium_on_path(), args=flags)


def launch_firefox(playwright: Playwright) -> Browser:
    """A headless Firefox, the one on the PATH, of a reader who prefers dark. Raises Error if there is none."""
    path = firefox_on_path()
    if not path:
        raise Error(_HOW["firefox"])
    preferences = {
        "layout.css.prefers-color-scheme.content-override": 0,  # dark: WebDriver BiDi sets it for no page alone
        "network.dns.disabled": True,  # nothing can be fetched from elsewhere
        "security.fileuri.strict_origin_policy": True,  # as readers have it; Playwright turns it off
        # One process for all pages: a test would wait half a second for its own.
        "dom.ipc.processPrelaunch.enabled": False,
        "dom.ipc.processCount": 1,
        "fission.autostart": False,
    }
    # The channel names the protocol: WebDriver BiDi, as Playwright's own is spoken by its own Firefox alone.
    return playwright.firefox.launch(channel="moz-firefox", executable_path=path, firefox_user_prefs=preferences)


def chromium_version() -> str | None:
    """The version of the Chromium that `launch_chromium` finds, or None if none starts."""
    with sync_playwright() as playwright:
        try:
            browser = launch_chromium(playwright)
        except Error:
            return None
        version = browser.version
        browser.close()
        return version


def firefox_version() -> str | None:
    """What the Firefox on the PATH says its version is, or None if it says nothing: to start it would take seconds."""
    path = firefox_on_path()
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split() if path else []
    return said[-1] if said else None


def install(package: str) -> None:
    """Get a package of Debian's, as root; without a word if that cannot be."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *command], env=environment, check=False, **quiet)


def install_chromium() -> None:
    """Get a Chromium: Debian's package as root, else Playwright's."""
    install("chromium-headless-shell")
    if not chromium_on_path():
        print("Getting Chromium through Playwright …", file=sys.stderr)
        with_deps = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
        command = ["install", *with_deps, "--only-shell", "chromium"]
        subprocess.run([sys.executable, "-m", "playwright", *command], check=False)


if __name__ == "__main__":
    name = sys.argv[1]
    version, get = {
        "chromium": (chromium_version, install_chromium),
        "firefox": (firefox_version, lambda: install("firefox-esr")),
    }[name]
    found = version()
    if not found:
        get()
        found = version()
    if not found:
        raise SystemExit(_HOW[name])
    print(f"Browser: {name} {found}")
