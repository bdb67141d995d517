"""Sections of the speed benchmark on large codebases: cold, warm, memory and layers."""

from itertools import pairwise
from pathlib import Path
from typing import Final

from support import codebases, synthetic
from support.codebases import Codebase
from support.fitness import report, write_config
from support.programs import alternate
from support.sides import Sides
from support.table import Table

_MODULES: Final = 20_000
_MEGABYTE: Final = 1024 * 1024


def cold_django(table: Table, sides: Sides, work: Path) -> None:
    """First runs of Django."""
    _cold(table, sides, codebases.django(work), target=15, times=3)


def cold_home_assistant(table: Table, sides: Sides, work: Path) -> None:
    """First runs of Home Assistant."""
    _cold(table, sides, codebases.home_assistant(work), target=40, times=1)


def cold_generated(table: Table, sides: Sides, work: Path) -> None:
    """First runs of 20,000 modules."""
    _cold(table, sides, codebases.generated(work, _MODULES), target=15, times=1)


def _cold(table: Table, sides: Sides, codebase: Codebase, *, target: float, times: int) -> None:
    found = alternate(
        times, ours=lambda: sides.cold(codebase), theirs=lambda: sides.others(codebase)
    )
    ours = found["ours"]
    while len(ours) < 3:
        ours.append(sides.cold(codebase))
    table.times_faster(f"{codebase.title}: cold", ours, found["theirs"], target)


def warm_django(table: Table, sides: Sides, work: Path) -> None:
    """Django once more, unchanged."""
    _warm(table, sides, codebases.django(work), target=0.2)


def warm_home_assistant(table: Table, sides: Sides, work: Path) -> None:
    """Home Assistant once more, unchanged."""
    _warm(table, sides, codebases.home_assistant(work), target=0.3)


def _warm(
    table: Table, sides: Sides, codebase: Codebase, *, target: float, times: int = 16
) -> None:
    sides.warm(codebase)
    found = alternate(times, bare=sides.bare, ours=lambda: sides.warm(codebase))
    table.seconds_over(f"{codebase.title}: warm", found["ours"], found["bare"], target)


def memory(table: Table, sides: Sides, work: Path) -> None:
    """Memory of the largest process in first runs, which has to grow as the code does."""
    sizes = (5_000, 10_000, _MODULES)
    peaks = {size: sides.cold(codebases.generated(work, size)).peak for size in sizes}
    for size, peak in peaks.items():
        table.row(f"{size:,} modules: memory", f"{peak / _MEGABYTE:,.0f} MB", "", "")
    # What is there before the first module would hide how steeply the rest grows.
    first, *_, last = (
        (peaks[more] - peaks[fewer]) / (more - fewer) for fewer, more in pairwise(sizes)
    )
    table.row(
        "a further module, of the last 10,000 and of the first",
        f"{last / 1024:.1f} KB",
        f"{first / 1024:.1f} KB",
        f"{last / first:.2f} times",
        "at most 1.2",
        met=last / first <= 1.2,
    )


def layers(table: Table, sides: Sides, work: Path) -> None:
    """The verdict of a contract with a hundred layers, kept and broken."""
    codebase = codebases.generated(work, _MODULES)
    config = codebase.root / "layers.yaml"
    write_config(config, codebase.package, ".", ["layers: {contracts: {from: pyproject.toml}}"])
    options = ("--fitness-config", config.name)
    sides.warm(codebase, *options)
    found = alternate(8, bare=sides.bare, ours=lambda: sides.warm(codebase, *options))
    title = f"{_MODULES:,} modules: verdict of 100 layers"
    table.seconds_over(title, found["ours"], found["bare"], 0.6)
    _compare_verdicts(table, sides, codebase, config, "kept")
    _change_one_file(table, sides, codebase, config)


def _change_one_file(table: Table, sides: Sides, codebase: Codebase, config: Path) -> None:
    path = codebase.root / synthetic.file_of(0, _MODULES)
    before = path.read_text()
    highest = synthetic.name_of(_MODULES - synthetic.LAYERS - 1, _MODULES)
    try:
        path.write_text(f"{before}\n\nVERSION = 2\n")
        changed = sides.warm(codebase, "--fitness-config", config.name)
        table.seconds_over("  one file changed, contract kept", [changed], [sides.bare()], None)
        path.write_text(f"{before}\n\nimport {highest}\n")
        _compare_verdicts(table, sides, codebase, config, "one import upwards")
    finally:
        path.write_text(before)


def _compare_verdicts(
    table: Table, sides: Sides, codebase: Codebase, config: Path, what: str
) -> None:
    theirs = sides.import_linter(codebase)
    ours, verdicts = report(codebase.root, config, sides.pytest)
    equal = [each["outcome"] for each in verdicts] == [("passed", "failed")[theirs.status]]
    reached = "equal" if equal else "DIFFERENT"
    table.row(
        f"  import-linter, {what}",
        f"{ours.seconds:.2f} s",
        f"{theirs.seconds:.2f} s",
        reached,
        "equal",
        met=equal,
    )
