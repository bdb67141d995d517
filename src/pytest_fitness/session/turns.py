"""Whose turn it is: what puts the machine under work goes alone, all else side by side."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def turn(lock: Path, *, alone: bool) -> Iterator[None]:
    """Wait until nothing goes on that must not, and keep such things from beginning.

    A process that dies loses its turn with it.

    Args:
        lock: the file that all who wait for each other share.
        alone: whether nothing at all may go on beside it.
    """
    if sys.platform == "win32":  # no lock is both shared and exclusive there
        yield
        return
    try:
        holder = lock.open("ab")
    except OSError:  # a place that cannot be written is no reason not to measure
        yield
        return
    with holder:
        fcntl.flock(holder, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
