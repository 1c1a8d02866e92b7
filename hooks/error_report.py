"""The link by which a reader reports an error: it says which page and which version of it is meant."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime, timezone
from html import escape
from pathlib import Path
from urllib.parse import urlencode


def site_version(root: Path) -> str:
    """The commit that a site is built from; without git its date, by SOURCE_DATE_EPOCH; else "unknown"."""
    try:
        found = subprocess.run(
            ["git", "log", "-1", "--format=%H"], cwd=root, capture_output=True, text=True, check=False
        )
        commit = found.stdout.strip()[:12]
    except FileNotFoundError:
        commit = ""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    date = datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%d") if epoch else "unknown"
    return commit or date


def report_link(repository: str, title: str, address: str, version: str) -> str:
    """The link below an answer, to a new issue of the repository with page and version filled in."""
    body = f"Page: {address}\nVersion: {version}\n\nWhat is wrong, and what is right:\n\n\nA source that shows it:\n"
    query = urlencode({"title": f"Error: {title}", "labels": "erratum", "body": body})
    link = f"{repository.rstrip('/')}/issues/new?{query}"
    return f'<p class="report-error"><a href="{escape(link)}">Report an error in this answer</a></p>'
