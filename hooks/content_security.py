"""The content security policy: what a page may load and run. All of it comes from the site itself.

A browser that follows it runs no script that got into a page by a fault of ours, and asks no other
host for anything. Each page carries it in a `<meta>`, so that every host delivers it, and so that it
holds for pages opened from the disk; `_headers` is for hosts that read such a file.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'{scripts}",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",  # the theme's style sheet draws its icons from data: addresses
    "connect-src 'self'",  # the search index
    "worker-src 'self'",  # the search itself
    "form-action 'self'",
    "base-uri 'none'",
)
HEADERS = """/*
  Content-Security-Policy: {policy}; frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
"""


def script_hashes(html: str, content: str = "") -> set[str]:
    """The hashes of a page's inline scripts, which are the theme's.

    What authors wrote, the `content`, is left out: a script in it stays forbidden.
    """
    scripts = INLINE_SCRIPT.findall(html.replace(content, "", 1))
    return {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts}


def policy(scripts: Iterable[str] = ()) -> str:
    """The policy that allows these inline scripts, named by hashes, and no other."""
    allowed = "".join(f" {script}" for script in sorted(scripts))
    return "; ".join(DIRECTIVES).format(scripts=allowed)


def protected(html: str, scripts: Iterable[str] = ()) -> str:
    """The page with its policy in front of all that it governs."""
    charset = '<meta charset="utf-8">'
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">'
    assert charset in html, "a page without a declared character set"
    return html.replace(charset, charset + meta, 1)


def headers(scripts: Iterable[str]) -> str:
    """The file `_headers`, with the scripts of all pages; `frame-ancestors` counts only in a header."""
    return HEADERS.format(policy=policy(scripts))
