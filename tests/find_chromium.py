"""The Chromium that the browser tests drive: the one on the PATH, or one that can be got."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The shell first: it draws the same pages with a third of the processor time of a whole Chromium."""

_HOW = (
    "The browser tests need Chromium, and none could be installed.\n"
    "Install it and run `make test` again:\n"
    "  Debian:  sudo apt-get install chromium-headless-shell\n"
    "  else:    .venv/bin/playwright install --with-deps --only-shell chromium"
)


def on_path() -> str | None:
    """The path of a Chromium on the PATH, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium: the one on the PATH, else Playwright's. Raises Error if there is neither."""
    # Every name but this machine's is unknown to it, so nothing can be fetched from elsewhere.
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", alone]
    return playwright.chromium.launch(executable_path=on_path(), args=flags)


def starts() -> str | None:
    """The version of the Chromium that `launch` finds, or None if none starts."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error:
            return None
        version = browser.version
        browser.close()
        return version


def install() -> None:
    """Get a Chromium: Debian's package as root, else Playwright's."""
    root = os.geteuid() == 0 and shutil.which("apt-get")
    if root:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium-headless-shell"]):
            subprocess.run(["apt-get", *command], env=environment, check=False, **quiet)
        if on_path():
            return
    print("Getting Chromium through Playwright …", file=sys.stderr)
    command = ["install", *(["--with-deps"] if root else []), "--only-shell", "chromium"]
    subprocess.run([sys.executable, "-m", "playwright", *command], check=False)


if __name__ == "__main__":
    found = starts()
    if not found and "--install" in sys.argv:
        install()
        found = starts()
    if not found:
        raise SystemExit(_HOW)
    print(f"Browser: Chromium {found} ({on_path() or 'from Playwright'})")
