"""What a process has started, as far as psutil tells; without psutil, nobody is known."""

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pytest_fitness.processes.orphans import signal_group

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psutil


def descendants(pid: int) -> "list[psutil.Process]":
    """The children of a process, and theirs."""
    library = _psutil()
    if library is None:
        return []
    try:
        return list(library.Process(pid).children(recursive=True))
    except library.Error:
        return []


def any_lives(processes: "Iterable[psutil.Process]") -> bool:
    """Whether one of them runs; one that only waits for its parent to hear of its end does not."""
    library = _psutil()
    return library is not None and any(_lives(process, library) for process in processes)


def group_lives(group: int) -> bool:
    """Whether a process group has a member that runs."""
    if sys.platform == "win32" or not signal_group(group, 0):
        return False
    library = _psutil()
    if library is None:
        return True
    # In a container, nobody may ever hear of the end of an orphan.
    return any(
        _lives(process, library)
        for process in library.process_iter()
        if _group_of(process.pid) == group
    )


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except OSError:
        return None


def _lives(process: Any, library: ModuleType) -> bool:
    try:
        return bool(process.is_running() and process.status() != library.STATUS_ZOMBIE)
    except library.Error:
        return False


def _psutil() -> ModuleType | None:
    try:
        import psutil
    except ImportError:
        return None
    return psutil
