"""`make build` and `make offline`: a site is put in place whole, or what was there stays."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from archive import archive

ROOT = Path(__file__).resolve().parent.parent
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fs.h


def put_in_place(new: Path, live: Path) -> None:
    """Make the folder `new` the folder `live`; a reader, or a kill, finds the old one or the new one.

    Linux exchanges two folders in one step. Elsewhere there are two steps, with nothing in between
    but the time between two system calls.
    """
    if live.exists():
        library, names = ctypes.CDLL(None), (os.fsencode(new), os.fsencode(live))
        exchange = getattr(library, "renameat2", None)
        if exchange and exchange(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
            return
        old = new.with_name(f"{new.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        live.rename(old)
    new.rename(live)


def build(root: Path, target: Path) -> int:
    """Build the site of the project at `root` as the folder or the zip file `target`; the exit code.

    One build at a time: another one waits until this one, and MkDocs in it, has ended.
    """
    if target.suffix != ".zip" and target.exists() and not target.is_dir():
        print(f"{target.name}:1: no folder; move it away, the site goes there", file=sys.stderr)
        return 1
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    folder = cache / "deep-learning-questions-site"
    with (cache / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(folder)]
        offline = {"OFFLINE": "true"} if target.suffix == ".zip" else {}
        done = subprocess.run(command, cwd=root, env={**os.environ, **offline}, pass_fds=[lock.fileno()], check=False)
        if done.returncode:
            print(f"not built; {target.relative_to(root)} is as it was", file=sys.stderr)
            return done.returncode
        try:
            if target.suffix == ".zip":
                archive(folder, target)
            else:
                put_in_place(folder, target)
        except OSError as error:  # no permission, no room
            name = Path(error.filename or target)
            shown = name.relative_to(root) if name.is_relative_to(root) else name
            print(f"{shown}:1: cannot be written: {error.strerror}; mend that and build again", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(build(ROOT, ROOT / sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
