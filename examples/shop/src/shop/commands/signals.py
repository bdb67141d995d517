"""Ending a process in order."""

import os
import signal
from collections.abc import Callable
from threading import Thread
from typing import Final

_STOP: Final = (signal.SIGTERM, signal.SIGINT)


def hold_signals() -> None:
    """Keep the signals to stop for :func:`wait_for_signal`.

    To be called before there are threads or child processes, which inherit it: then no signal
    interrupts anything anywhere.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)


def wait_for_signal() -> None:
    """Wait until this process is to stop."""
    signal.sigwait(_STOP)


def then_stop(work: Callable[[], object]) -> Thread:
    """Do something in a thread; when it is done, this process is to stop."""

    def run() -> None:
        try:
            work()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = Thread(target=run, name="work")
    thread.start()
    return thread
