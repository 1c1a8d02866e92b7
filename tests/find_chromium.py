"""The Chromium that the browser tests drive: the one on the PATH, or one that can be got."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW = (
    "The browser tests need Chromium, and none could be installed.\n"
    "Install it and run `make test` again:\n"
    "  Debian:  sudo apt-get install chromium\n"
    "  else:    .venv/bin/playwright install --with-deps chromium"
)


def on_path() -> str | None:
    """The path of a Chromium on the PATH, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def playwrights() -> str | None:
    """The path of the Chromium that Playwright downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> str | None:
    """Get a Chromium: Debian's package as root, else Playwright's. Its path, or None."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *command], env=environment, check=False, **quiet)
        if on_path():
            return on_path()
    print("Getting Chromium through Playwright …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return playwrights()


if __name__ == "__main__":
    found = on_path() or playwrights() or ("--install" in sys.argv and install())
    if not found:
        raise SystemExit(_HOW)
    print(f"Browser: {found}")
