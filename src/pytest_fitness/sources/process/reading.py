"""What a process and its children use at one moment."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import psutil

from pytest_fitness.errors import MeasureError

TOGETHER: Final = ("rss", "cpu", "fds", "threads")
"""What costs so little to read that it is read at once; the others are read where asked for."""


class Spent(NamedTuple):
    """CPU seconds of a process, and of its children that have ended and were waited for."""

    own: float
    ended: float


class Reading(NamedTuple):
    """A moment of a tree of processes.

    Attributes:
        values: the metrics that are numbers of that moment; an error where one could not be read.
        spent: the CPU time of each process so far, by what identifies it.
    """

    values: Mapping[str, float | MeasureError]
    spent: Mapping[tuple[int, float], Spent]


class EndedError(Exception):
    """The process that is measured is there no more."""


def read(root: psutil.Process, metrics: Iterable[str], *, children: bool) -> Reading:
    """Read some metrics of a process, and of its descendants if they count.

    Raises:
        EndedError: the process itself has ended.
    """
    _require_alive(root)
    tree = [root, *(_children(root) if children else ())]
    values: dict[str, float | MeasureError] = {}
    spent: dict[tuple[int, float], Spent] = {}
    for metric in metrics:
        try:
            if metric == "cpu":
                spent = dict(_spent(tree, with_ended=children))
            else:
                values[metric] = _total(tree, metric)
        except psutil.AccessDenied as error:
            values[metric] = _denied(metric, error)
    _require_alive(root)  # what was read of one that ended meanwhile is nothing
    return Reading(values, spent)


def cores(before: Reading, after: Reading, seconds: float) -> float:
    """How many cores were busy between two readings.

    What a child has spent that ended in between is known to its parent, if that waited for it;
    from this is taken what was known of it before.
    """
    alive = ended = 0.0
    for identity, now in after.spent.items():
        earlier = before.spent.get(identity, Spent(0.0, 0.0))
        alive += max(now.own - earlier.own, 0.0)
        ended += now.ended - earlier.ended
    for identity, earlier in before.spent.items():
        if identity not in after.spent:
            ended -= earlier.own + earlier.ended
    return (alive + max(ended, 0.0)) / seconds


def _require_alive(root: psutil.Process) -> None:
    try:
        if root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            return
    except psutil.AccessDenied:
        return
    except psutil.NoSuchProcess:
        pass
    raise EndedError


def _children(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.NoSuchProcess as error:
        raise EndedError from error


def _total(tree: list[psutil.Process], metric: str) -> float:
    found: list[Any] = []
    for process in tree:
        try:
            found.append(_READERS[metric](process))
        except psutil.NoSuchProcess:  # ended since it was listed, zombies included
            continue
    if metric == "connections":  # a socket that was inherited is one socket
        return float(len(set().union(*found)))
    return float(sum(found))


def _spent(
    tree: list[psutil.Process], *, with_ended: bool
) -> Iterable[tuple[tuple[int, float], Spent]]:
    for process in tree:
        try:
            times = process.cpu_times()
            identity = (process.pid, process.create_time())
        except psutil.NoSuchProcess:
            continue
        ended = times.children_user + times.children_system if with_ended else 0.0
        yield identity, Spent(times.user + times.system, ended)


def _connections(process: psutil.Process) -> set[tuple[Any, ...]]:
    return {
        (found.family, found.laddr, found.raddr)
        for found in process.net_connections(kind="tcp")
        if found.status not in (psutil.CONN_LISTEN, psutil.CONN_NONE)
    }


def _denied(metric: str, error: psutil.AccessDenied) -> MeasureError:
    return MeasureError(
        f"{metric} of the process {error.pid} may not be read: it belongs to another user, or the "
        "system keeps it to itself",
        "Run as the user it belongs to, or as root.",
    )


def _fds(process: psutil.Process) -> int:
    count: Callable[[], int] = getattr(process, "num_fds", None) or getattr(process, "num_handles")  # noqa: B009
    return count()


_READERS: Final[Mapping[str, Callable[[psutil.Process], Any]]] = {
    "rss": lambda process: process.memory_info().rss,
    "uss": lambda process: process.memory_full_info().uss,
    "fds": _fds,
    "threads": lambda process: process.num_threads(),
    "connections": _connections,
}
