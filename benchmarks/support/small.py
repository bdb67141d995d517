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
    """Plain pytest with the package, without it, and with a plugin of as many files that is empty.

    At its start pytest lists the files of every distribution that has a plugin, to find out whose
    assertions it rewrites: that is the part of the cost which no plugin can avoid.
    """
    found = alternate(_STARTS, bare=sides.bare, hollow=sides.hollow, ours=sides.idle)
    title = f"plain pytest, plugin unused, {_STARTS} pairs"
    table.seconds_over(title, found["ours"], found["bare"], 0.005)
    title = "  over an empty plugin with as many files"
    table.seconds_over(title, found["ours"], found["hollow"], 0.005)


def history(table: Table, sides: Sides, work: Path) -> None:
    """A history of ten million rows."""
    script = sides.checkout / "benchmarks" / "history.py"
    answer = run([sides.python, script, "--json"], work, TMPDIR=str(work)).output
    times: dict[str, list[float]] = json.loads(answer)
    for label, target in (
        ("append 1,000 results", 50),
        ("reference: last 200 points of 1,000 series", 150),
        ("trend check of 1,000 series", 500),
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
