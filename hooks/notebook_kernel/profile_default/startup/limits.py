"""What a cell may not do: run for over a minute, print without end, open the network, write elsewhere.

Each fault ends in a traceback that points into the cell. This guards against mistakes; it is no prison.
"""

import os
import signal
import sys

_SECONDS = 60
_CHARACTERS = 50_000


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"the cell ran for more than {_SECONDS} seconds")


def _before_cell(_info: object) -> None:
    signal.alarm(_SECONDS)
    _printed[0] = 0


def _counted(write):  # noqa: ANN001, ANN202 (a method of the kernel's own stream)
    def counted(text: str) -> int:
        _printed[0] += len(text)
        if _printed[0] > _CHARACTERS:
            _printed[0] = 0
            raise RuntimeError(f"the cell printed more than {_CHARACTERS:,} characters")
        return write(text)

    return counted


def _guard(event: str, arguments: tuple) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise PermissionError("a notebook opens no network")
    if event != "open":
        return
    path, mode, flags = arguments
    writes = any(sign in (mode or "") for sign in "wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
    if writes and isinstance(path, (str, bytes, os.PathLike)):
        where = os.path.realpath(os.fsdecode(path))
        # The last three: compiled modules, the cache of matplotlib's fonts, and what is thrown away.
        if not (where.startswith(_FOLDER) or where.endswith(".pyc") or "__pycache__" in where or "matplotlib" in where or where == os.devnull):
            raise PermissionError(f"a notebook writes only into its own folder, not {where}")


_FOLDER = os.path.realpath(os.getcwd()) + os.sep
_printed = [0]
sys.stdout.write, sys.stderr.write = _counted(sys.stdout.write), _counted(sys.stderr.write)
signal.signal(signal.SIGALRM, _give_up)
get_ipython().events.register("pre_run_cell", _before_cell)  # noqa: F821
get_ipython().events.register("post_run_cell", lambda _result: signal.alarm(0))  # noqa: F821
sys.addaudithook(_guard)
