"""Zip files whose bytes depend on nothing but their entries': the built site, the Anki deck."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(entries: Iterable[tuple[str, bytes]], target: Path) -> None:
    """Write entries (name, bytes) as the zip file `target`; the old file stays until the end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data)
    partial.replace(target)


def archive(folder: Path, target: Path) -> None:
    """Write `folder` as the zip file `target`, under the folder's own name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    pack(((f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_bytes()) for path in paths), target)
