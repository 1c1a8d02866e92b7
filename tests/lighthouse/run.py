"""`make lighthouse`: the built site by Lighthouse, as a phone sees it; the median of three runs a page."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from find_browsers import chromium_on_path  # noqa: E402

PAGES = ("", "questions/losses-and-metrics/softmax-gradient/", "notebooks/convolution-arithmetic/", "questions/", "practice/")
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PROGRAM = ".cache/lighthouse/node_modules/lighthouse/cli/index.js"


class _Compressed(http.server.SimpleHTTPRequestHandler):
    """Files as a real host sends them: text compressed, and kept by the browser."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        self.send_response(200)
        if path.suffix in (".html", ".css", ".js", ".json", ".svg"):
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


def scores(address: str) -> tuple[dict[str, float], list[str]]:
    """Lighthouse's scores of a page in percent, and the names of the audits that cost points."""
    command = ["node", PROGRAM, address, "--output=json", "--quiet", "--chrome-flags=--headless=new --no-sandbox"]
    environment = {**os.environ, "CHROME_PATH": chromium_on_path() or ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    categories = {name: report["categories"][name] for name in LEAST}
    audits = [reference for category in categories.values() for reference in category["auditRefs"] if reference["weight"]]
    costly = [audit["id"] for audit in audits if (report["audits"][audit["id"]]["score"] or 0) < 0.9]
    scored = [name for name in costly if report["audits"][name]["scoreDisplayMode"] in ("binary", "numeric")]
    return {name: 100 * category["score"] for name, category in categories.items()}, scored


def main() -> int:
    """Print a line for each page; 1 if a median is too low, else 0."""
    handler = functools.partial(_Compressed, directory=str(ROOT / "site"))
    low = False
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for page in PAGES:
            runs = [scores(f"http://127.0.0.1:{server.server_port}/{page}") for _ in range(3)]
            medians = {name: round(median(run[0][name] for run in runs)) for name in LEAST}
            costly = sorted({name for run in runs for name in run[1]})
            print(f"/{page}", medians, *costly, flush=True)
            low |= any(medians[name] < least for name, least in LEAST.items())
        server.shutdown()
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
