"""Sections of the speed benchmark that need no codebase: starts, long files, history."""

import json
from pathlib import Path
from statistics import median
from typing import Final

from support.programs import alternate, run
from support.sides import Sides
from support.table import Table, spread

_STARTS: Final = 50


def idle(table: Table, sides: Sides, _: Path) -> None:
    """Plain pytest, with and without the package installed."""
    found = alternate(_STARTS, bare=sides.bare, ours=sides.idle)
    title = f"plain pytest, plugin unused, {_STARTS} pairs"
    table.seconds_over(title, found["ours"], found["bare"], 0.005)


def history(table: Table, sides: Sides, work: Path) -> None:
    """A history of ten million rows."""
    script = sides.checkout / "benchmarks" / "history.py"
    answer = run([sides.python, script, "--json"], work, TMPDIR=str(work)).output
    times: dict[str, list[float]] = json.loads(answer)
    for label, target in (
        ("append 1,000 results", 50),
        ("last 200 points of 1,000 series", 150),
    ):
        ours = median(times[label])
        table.row(
            f"10,000,000 rows: {label}",
            spread([each / 1000 for each in times[label]]),
            "",
            f"{ours:.1f} ms",
            f"at most {target} ms",
            met=ours <= target,
        )
