"""Whatever happens to a build, `site/` is the old site or the new one, whole."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from build_site import build, put_in_place


def start(root: Path, target: str = "site", **options: object) -> subprocess.Popen[str]:
    """A build as the Makefile starts it, in a process group of its own."""
    command = [sys.executable, "hooks/build_site.py", target]
    return subprocess.Popen(
        command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, start_new_session=True, **options,
    )  # fmt: skip


def old_site(root: Path) -> None:
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("the last good site")


def state(root: Path) -> str:
    """Which site stands there: the old one, alone, or the new one with what is written last."""
    files = {path.name for path in (root / "site").iterdir()}
    if files == {"index.html"} and (root / "site" / "index.html").read_text() == "the last good site":
        return "old"
    assert {"index.html", "_headers", "questions.json", "sitemap.xml"} <= files
    return "new"


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_build_leaves_a_whole_site(small_site: Path, stop: signal.Signals) -> None:
    """Stopped at four moments, then the next build works as if nothing had happened."""
    old_site(small_site)
    for moment in ("build.lock", "notebooks", "deep-learning-questions-site", "deep-learning-questions-site/index.html"):
        building = start(small_site)
        while not (small_site / ".cache" / moment).exists() and building.poll() is None:
            time.sleep(0.01)
        os.killpg(building.pid, stop)
        building.communicate()
        assert state(small_site) in ("old", "new")
    building = start(small_site)
    assert building.wait() == 0, building.communicate()
    assert state(small_site) == "new"


def test_two_builds_at_once_both_succeed(small_site: Path) -> None:
    old_site(small_site)
    builds = [start(small_site), start(small_site), start(small_site, "dist/site.zip")]
    said = [building.communicate()[0] for building in builds]
    assert [building.returncode for building in builds] == [0, 0, 0], said
    assert state(small_site) == "new"
    assert (small_site / "dist" / "site.zip").stat().st_size > 100_000


def test_the_same_project_becomes_the_same_bytes(small_site: Path, tmp_path: Path) -> None:
    """In another folder, time zone and hash seed, and later: site, data and deck are the same."""
    other = tmp_path / "elsewhere" / "copy"
    shutil.copytree(small_site, other)
    made = []
    for root, zone, seed in ((small_site, "UTC", "1"), (other, "Pacific/Kiritimati", "2")):
        env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000", "TZ": zone, "PYTHONHASHSEED": seed}
        for command in (("build_site.py", "site"), ("build_site.py", "dist/site.zip"), ("anki_deck.py",)):
            subprocess.run([sys.executable, f"hooks/{command[0]}", *command[1:]], cwd=root, env=env, check=True)
        files = [path for folder in ("site", "dist") for path in (root / folder).rglob("*") if path.is_file()]
        made.append({path.relative_to(root): sha256(path.read_bytes()).hexdigest() for path in files})
    assert len(made[0]) > 30
    assert {path for path in made[0].keys() | made[1].keys() if made[0].get(path) != made[1].get(path)} == set()


def test_a_full_disk_leaves_the_old_site(small_site: Path) -> None:
    """No file may grow beyond 64 KB: the theme's own script no longer fits."""
    old_site(small_site)
    limit: Callable[[], None] = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))  # noqa: E731
    building = start(small_site, preexec_fn=limit)
    said = building.communicate()[0]
    assert building.returncode != 0
    assert "File too large" in said and said.endswith("not built; site is as it was\n")
    assert state(small_site) == "old"


def test_a_file_where_the_site_goes_is_named(small_site: Path) -> None:
    (small_site / "site").write_text("mine")
    building = start(small_site)
    assert building.communicate()[0] == "site:1: no folder; move it away, the site goes there\n"
    assert building.returncode == 1
    assert (small_site / "site").read_text() == "mine"


@pytest.mark.parametrize("target", ["site", "dist/site.zip"])
def test_a_place_that_refuses_is_named(small_site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], target: str) -> None:
    """Root may write everywhere, so that the refusal is made here: the renaming at the end is not allowed."""
    old_site(small_site)

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(small_site / "dist"))

    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: subprocess.CompletedProcess([], 0))
    monkeypatch.setattr(Path, "rename" if target == "site" else "replace", refuse)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: None)  # no exchange of folders in one step
    assert build(small_site, small_site / target) == 1
    assert capsys.readouterr().err == "dist:1: cannot be written: Permission denied; mend that and build again\n"
    assert state(small_site) == "old"


def test_a_reader_never_finds_the_site_gone(tmp_path: Path) -> None:
    live, new = tmp_path / "live", tmp_path / "new"
    for folder in (live, new):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name)
    ended, missed = threading.Event(), []

    def read() -> None:
        while not ended.is_set():
            if not (live / "index.html").exists():
                missed.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(2_000):
        put_in_place(new, live)
    ended.set()
    reader.join()
    assert missed == []
