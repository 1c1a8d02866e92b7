"""Sets one edition with Typst, in a process of its own: Typst keeps all it ever laid out until the process ends."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import typst


class Refused(Exception):
    """Typst refuses an edition; the text is what it said."""


def compiled(work: Path, name: str, timestamp: int, standards: Sequence[str] = ("ua-1",)) -> bytes:
    """The PDF of `name.typ`, with `name.json` as its data, in the folder `work`. Raises typst.TypstError."""
    compiler = typst.Compiler(root=str(work), ignore_system_fonts=True, font_paths=[])
    return compiler.compile(
        str(work / f"{name}.typ"), format="pdf", sys_inputs={"edition": f"/{name}.json"},
        pdf_standards=list(standards), timestamp=timestamp,
    )  # fmt: skip


def compiled_apart(work: Path, name: str, timestamp: int) -> bytes:
    """As `compiled`, by another process, and packed by this one. Raises Refused."""
    command = [sys.executable, __file__, str(work), name, str(timestamp)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Refused(done.stderr.decode())
    return _packed(done.stdout)


def _packed(pdf: bytes) -> bytes:
    """The PDF with its tags in object streams: less than half the size."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return target.getvalue()


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(compiled(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
    except typst.TypstError as error:
        sys.exit(error.diagnostic)
