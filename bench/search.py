"""How well search finds the question behind a query: recall at 1, 3 and 10 over bench/queries.jsonl.

Asks the search of a built site as its page does, in Chromium, and SQLite's BM25 over the same index.

    python bench/search.py SITE [--misses] [--held-out]
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from find_browsers import launch_chromium  # noqa: E402
from serving import serving  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

RANKS = (1, 3, 10)

KEEP_WORKER = "const Native = Worker; window.Worker = class extends Native { constructor(...a) { super(...a); window.searcher = this; } };"
ASK = """async (queries) => {
    const ask = (query) => new Promise((answer) => {
        const listen = ({data}) => {
            if (data.type !== 3) return;
            searcher.removeEventListener("message", listen);
            answer(data.data.items.map((page) => page[0].location));
        };
        searcher.addEventListener("message", listen);
        searcher.postMessage({type: 2, data: query});
    });
    const answers = [];
    for (const query of queries) answers.push(await ask(query));
    return answers;
}"""


@dataclass(frozen=True)
class Query:
    """What somebody types, and the ids of the questions that answer it."""

    query: str
    answers: tuple[str, ...]
    held_out: bool


def load_queries() -> list[Query]:
    """Every query of bench/queries.jsonl."""
    rows = map(json.loads, (ROOT / "bench" / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    return [Query(row["query"], tuple(row["answers"]), row["held_out"]) for row in rows]


def ask_page(browser: Browser, site: Path, queries: list[str]) -> list[list[str]]:
    """The pages that the site's own search lists for each query, best first."""
    with serving(site) as address:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.add_init_script(KEEP_WORKER)
        page.goto(address)
        page.focus(".md-search__input")
        page.fill(".md-search__input", "gradient")
        page.wait_for_selector(".md-search-result__item")
        found = page.evaluate(ASK, queries)
        page.close()
    return [list(dict.fromkeys(_page(location) for location in locations)) for locations in found]


def ask_bm25(site: Path, queries: list[str]) -> list[list[str]]:
    """The same from SQLite's BM25 with the Porter stemmer: one row a page, title and wordings times five."""
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    rows: dict[str, list[str]] = {}
    for doc in index["docs"]:
        row = rows.setdefault(_page(doc["location"]), [doc["title"], "", ""])
        row[1] += " ".join(doc.get("tags", []))
        row[2] += f" {doc['title']} {doc['text']}"
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE page USING fts5(url UNINDEXED, title, tags, text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO page VALUES (?, ?, ?, ?)", [(url, *row) for url, row in rows.items()])
    select = "SELECT url FROM page WHERE page MATCH ? ORDER BY bm25(page, 0, 5, 5, 1) LIMIT 10"
    words = (" OR ".join(f'"{word}"' for word in re.findall(r"\w+", query)) for query in queries)
    return [[url for (url,) in database.execute(select, (text,))] for text in words]


def _page(location: str) -> str:
    return location.partition("#")[0].removesuffix("index.html").removesuffix(".html").strip("/")


def rank(query: Query, pages: list[str]) -> int | None:
    """The place of the first right question among the pages, from 1; None if there is none."""
    right = {f"questions/{answer}" for answer in query.answers}
    return next((place for place, page in enumerate(pages, 1) if page in right), None)


def recall(ranks: list[int | None], within: int) -> float:
    """The share of queries whose answer stands within the first places."""
    return sum(place is not None and place <= within for place in ranks) / len(ranks)


def main(arguments: list[str] | None = None) -> dict[str, dict[str, list[float]]]:
    """Print and return recall for every engine and set of queries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what is not in the first three")
    parser.add_argument("--held-out", action="store_true", help="count the held-out queries too")
    chosen = parser.parse_args(arguments)
    queries = [query for query in load_queries() if chosen.held_out or not query.held_out]
    typed = [query.query for query in queries]
    with sync_playwright() as playwright:
        answers = {"page": ask_page(launch_chromium(playwright), chosen.site, typed), "BM25": ask_bm25(chosen.site, typed)}
    table: dict[str, dict[str, list[float]]] = {}
    for engine, found in answers.items():
        ranks = [rank(query, pages) for query, pages in zip(queries, found, strict=True)]
        for held_out in sorted({query.held_out for query in queries}):
            name = "held out" if held_out else "open"
            part = [place for query, place in zip(queries, ranks, strict=True) if query.held_out == held_out]
            table.setdefault(name, {})[engine] = [recall(part, within) for within in RANKS]
            shown = ", ".join(f"{value:.1%} at {within}" for value, within in zip(table[name][engine], RANKS, strict=True))
            print(f"{engine:5} {name:8} ({len(part)}): {shown}")
        if chosen.misses and engine == "page":
            for query, place, pages in zip(queries, ranks, found, strict=True):
                if not query.held_out and (place is None or place > 3):
                    print(f"  {place or '-':>3} {query.query!r}: {query.answers[0]}; first {', '.join(pages[:3])}")
    if chosen.held_out:  # the figures of report.py
        target = ROOT / ".cache" / "bench" / "search.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(table), encoding="utf-8")
    return table


if __name__ == "__main__":
    main()
