"""What was made elsewhere is what we took, and all of it is listed."""

from __future__ import annotations

import re
from hashlib import sha256

from conftest import ROOT

ASSETS = ROOT / "docs" / "assets"
ROW = re.compile(r"^\| (\S+) \| (.+?) \| (\d+(?:\.\d+)+) \| (.+?) \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    listed = {row[1]: row[5] for row in ROW.finditer((ASSETS / "VENDORED.md").read_text(encoding="utf-8"))}
    folders = [(ASSETS, "fonts"), (ASSETS, "vendor"), (ROOT, "tests/vendor")]
    found = {
        path.relative_to(base).as_posix(): sha256(path.read_bytes()).hexdigest()
        for base, folder in folders
        for path in (base / folder).rglob("*")
        if path.is_file()
    }
    assert found == listed


def test_every_requirement_is_locked_with_its_hashes() -> None:
    """The installer refuses a package whose bytes have changed since it was locked."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(pins) > 50
    loose = [line for line in pins if not re.match(r"\S+==\S+.*--hash=sha256:[0-9a-f]{64}", line)]
    assert loose == []
