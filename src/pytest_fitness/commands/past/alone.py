"""One backfill of a project at a time, which may be stopped at any moment."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from pytest_fitness.errors import FitnessError

if sys.platform != "win32":
    import fcntl


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Keep others from doing the same; a process that dies lets go.

    Raises:
        FitnessError: another one is at it.
    """
    if sys.platform == "win32":
        yield
        return
    with lock.open("ab") as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FitnessError(
                "another backfill of this project is at work",
                "Let it come to its end; what it finds need not be measured again.",
            ) from error
        except OSError:  # some file systems know no locks
            pass
        yield


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Let the signal that asks a process to end do what Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        with suppress(TypeError):  # it was not set from Python
            signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
