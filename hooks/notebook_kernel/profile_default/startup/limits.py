"""What a cell may not do: compute for over a minute, print without end, open the network, write elsewhere.

Each fault ends in a traceback that points into the cell. This guards against mistakes; it is no
prison. Notebooks share this file's name space, so nothing is left in it.
"""


def _limit(seconds: int, characters: int) -> None:
    import os
    import signal
    import sys

    folder, printed = os.path.realpath(os.getcwd()) + os.sep, [0]

    def give_up(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"the cell computed for more than {seconds} seconds")

    def before_cell(_info: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # work done: a busy machine does not count
        printed[0] = 0

    def counted(write):  # noqa: ANN001, ANN202 (a method of the kernel's own stream)
        def counting(text: str) -> int:
            printed[0] += len(text)
            if printed[0] > characters:
                printed[0] = 0
                raise RuntimeError(f"the cell printed more than {characters:,} characters")
            return write(text)

        return counting

    def guard(event: str, arguments: tuple) -> None:
        if event in ("socket.connect", "socket.getaddrinfo"):
            raise PermissionError("a notebook opens no network")
        if event != "open":
            return
        path, mode, flags = arguments
        writes = any(sign in (mode or "") for sign in "wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        if not writes or not isinstance(path, (str, bytes, os.PathLike)):
            return
        where = os.path.realpath(os.fsdecode(path))
        # Compiled modules, the cache of matplotlib's fonts, and what is thrown away.
        own = where.endswith(".pyc") or "__pycache__" in where or "matplotlib" in where or where == os.devnull
        if not own and not where.startswith(folder):
            raise PermissionError(f"a notebook writes only into its own folder, not {where}")

    sys.stdout.write, sys.stderr.write = counted(sys.stdout.write), counted(sys.stderr.write)
    signal.signal(signal.SIGPROF, give_up)
    events = get_ipython().events  # noqa: F821
    events.register("pre_run_cell", before_cell)
    events.register("post_run_cell", lambda _result: signal.setitimer(signal.ITIMER_PROF, 0))
    sys.addaudithook(guard)


_limit(seconds=60, characters=50_000)
del _limit
