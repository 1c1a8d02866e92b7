"""What a reader downloads: bytes and requests to the first view of a question and to the first search.

Ours against a stock Material site and Sphinx with furo, of the same questions, in Chromium. Those two
draw formulas with MathJax from a third-party host; here it comes from npm, unless npm is missing.

    python bench/pages.py [--size 200]
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from contestants import CACHE, EDITED, commands, install_peers, make_bank
from playwright.sync_api import Browser, Response, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from find_browsers import launch_chromium  # noqa: E402
from serving import serving  # noqa: E402

MATHJAX = CACHE / "npm" / "node_modules" / "mathjax"
WITH_MATHJAX = 'extra_javascript:\n  - mathjax.js\n  - https://unpkg.com/mathjax@3/es5/tex-mml-chtml.js\n'
SETTINGS = (  # as Material's manual has it
    'window.MathJax = {tex: {inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]]}, '
    'options: {ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex"}};\n'
)
COMPRESSED = ("text/", "javascript", "json", "svg", "xml")


def install_mathjax() -> bool:
    """Get MathJax 3 from npm, once; whether it is there."""
    if not MATHJAX.exists() and shutil.which("npm"):
        MATHJAX.parent.parent.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(MATHJAX.parent.parent), "mathjax@3.2.2"]
        subprocess.run(command, check=False, capture_output=True)
    return MATHJAX.exists()


def _from_npm(route: Route) -> None:
    """Answer a request for MathJax with npm's copy; to any other host, nothing comes."""
    name = route.request.url.partition("/es5/")[2]
    path = MATHJAX / "es5" / (name or "tex-mml-chtml.js")
    if "mathjax" in route.request.url and path.is_file():
        route.fulfill(path=path)
    else:
        route.abort()


def weigh(browser: Browser, site: Path, page_name: str, search: str) -> dict[str, Any]:
    """The requests and gzipped bytes until the page is shown, and those that a first search adds."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(120_000)
    answers: list[Response] = []
    with serving(site) as address:
        context.route(lambda url: not url.startswith(address), _from_npm)
        foreign: list[str] = []
        context.on("request", lambda r: None if r.url.startswith(("data:", address)) else foreign.append(r.url))
        page.on("response", lambda answer: answers.append(answer))
        page.goto(address + page_name, wait_until="networkidle")
        first = [answer for answer in answers if "search" not in answer.url and not answer.url.startswith("data:")]
        later = [answer for answer in answers if "search" in answer.url]
        result = {"foreign": len(foreign), **_sum("view", first)}
        loaded = _sum("search", later)  # the theme fetches its index behind every page
        answers.clear()
        if search == "material":
            page.focus(".md-search__input")
            page.locator(".md-search__input").press_sequentially("gradient")
            page.wait_for_selector(".md-search-result__item")
        else:
            page.goto(f"{address}search.html?q=gradient", wait_until="networkidle")
            page.wait_for_selector("ul.search li", timeout=60_000)
        result |= {key: value + loaded[key] for key, value in _sum("search", answers).items()}
    context.close()
    return result


def _sum(name: str, answers: list[Response]) -> dict[str, int]:
    total = scripts = 0
    seen = {answer.url.partition("#")[0]: answer for answer in answers}
    for answer in seen.values():
        body, kind = answer.body(), answer.headers.get("content-type", "")
        size = len(gzip.compress(body, 6, mtime=0)) if any(part in kind for part in COMPRESSED) else len(body)
        total += size
        scripts += size if "javascript" in kind else 0
    return {f"{name}_requests": len(seen), f"{name}_bytes": total, f"{name}_scripts": scripts}


def main() -> None:
    """Build the three sites, weigh them, print, and keep the figures for report.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=200)
    chosen = parser.parse_args()
    install_peers()
    mathjax = install_mathjax()
    root = CACHE / "pages"
    make_bank(root, chosen.size)
    plain = root / "plain.yml"
    plain.write_text(plain.read_text(encoding="utf-8") + WITH_MATHJAX, encoding="utf-8")
    (root / "docs" / "mathjax.js").write_text(SETTINGS, encoding="utf-8")
    figures: dict[str, Any] = {"size": chosen.size, "mathjax": mathjax, "sites": {}}
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for name in ("ours", "Material", "Sphinx"):
            command, site = commands(root)[name]
            subprocess.run(command, cwd=root, check=True, capture_output=True)
            address = EDITED.removesuffix(".md") + (".html" if name == "Sphinx" else "/")
            figures["sites"][name] = weigh(browser, site, address, "sphinx" if name == "Sphinx" else "material")
            print(name, figures["sites"][name], flush=True)
        browser.close()
    shutil.rmtree(root)
    (CACHE / "pages.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
