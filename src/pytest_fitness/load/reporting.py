"""What Locust's side tells the run: lines in a file, and results with their notes."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pytest_fitness.load.recording import OTHERS, Seen
from pytest_fitness.load.result import StageResult
from pytest_fitness.units import shorten

_SHOWN_ERRORS: Final = 10
_SHOWN_EXCEPTIONS: Final = 3


class Reporter:
    """Writes one JSON document a line, each in one piece, for the run that started this."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)

    def write(self, what: str, data: Any) -> None:
        """Write one line; a file never keeps the load waiting, as a full pipe would."""
        os.write(self._file, json.dumps([what, data]).encode() + b"\n")


def stage_result(planned: int, users: int, seconds: float, seen: Seen) -> StageResult:
    """What was seen in one stage; ``users`` is how many of the planned ones were left."""
    notes = []
    if users != planned:
        notes.append(f"{users:,} of {planned:,} users were left at the end")
    if OTHERS in seen.by_name:
        notes.append(f"more than {len(seen.by_name) - 1} names of requests: the rest is {OTHERS}")
    if seen.unfinished:
        notes.append(
            f"{seen.unfinished:,} requests waited at the end, longer than any answer took; they"
            " count with that time"
        )
    if seen.untimed:
        notes.append(f"{seen.untimed:,} requests told no time, and do not count")
    return StageResult(
        users=planned,
        seconds=seconds,
        total=seen.total.timings(),
        by_name={name: tally.timings() for name, tally in seen.by_name.items()},
        errors=tuple(seen.errors.most_common(_SHOWN_ERRORS)),
        notes=tuple(notes),
        busy=seen.busy,
    )


def exceptions(runner: Any) -> list[str]:
    """What the team's own code raised in Locust, and where."""
    found = sorted(runner.exceptions.values(), key=lambda row: -row["count"])
    return [_exception(row) for row in found[:_SHOWN_EXCEPTIONS]]


def _exception(row: Mapping[str, Any]) -> str:
    message = shorten(" ".join(row["msg"].split()), 120)
    place = _place_of(row["traceback"])
    return f"a user's code raised {message!r} {place} ({row['count']:,} times)"


def _place_of(trace: str) -> str:
    places = [line.strip() for line in trace.splitlines() if line.strip().startswith("File ")]
    return f"in {places[-1]}" if places else ""
