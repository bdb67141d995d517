"""Many files analysed at once, on all cores that this process may use."""

import os
from collections.abc import Sequence

from pytest_fitness.codebase.files.analysing import PackedFile, analyse_each
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.processes import Helper, start_helper
from pytest_fitness.collector import collector_paused

# A process takes some 20 ms to set up, in which this much can be analysed.
_BYTES_PER_PROCESS = 200_000


def analyse_files(
    paths: Sequence[str], processes: int | None = None
) -> list[tuple[bytes | None, FileFacts]]:
    """Return the digest (None if it cannot be read) and the facts of each file.

    Args:
        paths: The files.
        processes: How many share the work, this one included; by default as many as pay.
    """
    sizes = list(map(_size, paths))
    if processes is None:
        processes = min(usable_cores(), 1 + sum(sizes) // _BYTES_PER_PROCESS)
    mine, *others = _shares(sizes, processes)
    packed: list[PackedFile] = [(None, ())] * len(paths)
    helpers: list[tuple[list[int], Helper | None]] = []
    with collector_paused():
        try:
            for share in others:
                helper = start_helper([paths[index] for index in share])
                helpers.append((share, helper))
            _fill(packed, mine, analyse_each(paths[index] for index in mine))
            for share, helper in helpers:
                files = helper.result() if helper else None
                if files is None:
                    files = analyse_each(paths[index] for index in share)
                _fill(packed, share, files)
        finally:
            for _, helper in helpers:
                if helper:
                    helper.stop()
        return [(digest, FileFacts.unpack(facts)) for digest, facts in packed]


def usable_cores() -> int:
    """Return how many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - a Path for each file costs too much
    except (OSError, ValueError):
        return 0


def _shares(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Deal the files out, largest first, back and forth so that the shares weigh the same."""
    shares: list[list[int]] = [[] for _ in range(count)]
    turns = [*range(count), *reversed(range(count))]
    by_size = sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True)
    for position, index in enumerate(by_size):
        shares[turns[position % len(turns)]].append(index)
    return shares


def _fill(packed: list[PackedFile], share: list[int], files: list[PackedFile]) -> None:
    for index, file in zip(share, files, strict=True):
        packed[index] = file
