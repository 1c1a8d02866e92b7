"""Each cell may run for a minute; then it fails with a traceback that points into it."""

import signal

_SECONDS = 60


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"the cell ran for more than {_SECONDS} seconds")


signal.signal(signal.SIGALRM, _give_up)
get_ipython().events.register("pre_run_cell", lambda _info: signal.alarm(_SECONDS))  # noqa: F821
get_ipython().events.register("post_run_cell", lambda _result: signal.alarm(0))  # noqa: F821
