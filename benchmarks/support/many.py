"""Ten thousand functions in one file, against as many items that do nothing."""

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from support.fitness import write_config
from support.programs import Run, alternate, own_root, run
from support.sides import Sides
from support.table import Table, spread

FUNCTIONS: Final = 10_000
_MODULES: Final = 20
_TIMES: Final = 5
_MEASURES = ("cyclomatic", "loc", "sloc", "volume", "difficulty")
_CONFTEST = f"""
import pytest

def pytest_collect_file(file_path, parent):
    if file_path.name == "items.txt":
        return Items.from_parent(parent, path=file_path)

class Items(pytest.File):
    def collect(self):
        for number in range({FUNCTIONS}):
            yield Empty.from_parent(self, name=f"item{{number}}")

class Empty(pytest.Item):
    def runtest(self):
        pass
"""


def many(table: Table, sides: Sides, work: Path) -> None:
    """Collect and run them, at first and when all is known."""
    root = _project(work / "many")
    functions, items = _empty_projects(work)

    def ours(*options: str) -> Run:
        return run([sides.pytest, "--fitness", "-q", *options], root)

    def cold() -> Run:
        shutil.rmtree(root / ".fitness", ignore_errors=True)
        return ours()

    collected = alternate(
        _TIMES,
        ours=lambda: ours("--co"),
        tests=lambda: run([sides.bare_pytest, "-q", "--co"], functions),
        items=lambda: run([sides.bare_pytest, "-q", "--co", "items.txt"], items),
    )
    _row_collected(table, collected)
    empty: Mapping[str, Callable[[], Run]] = {
        "tests": partial(run, [sides.bare_pytest, "-q"], functions),
        "items": partial(run, [sides.bare_pytest, "-q", "items.txt"], items),
    }
    before = {side: median(each.seconds for each in runs) for side, runs in collected.items()}
    for label, action in (("cold", cold), ("warm", ours)):
        found = {
            side: [each.seconds for each in runs]
            for side, runs in alternate(_TIMES, ours=action, **empty).items()
        }
        what = f"{FUNCTIONS:,} functions: {label}"
        _row_run(table, f"{what}, to tests", found["ours"], found["tests"])
        # Items that come from nowhere cost nothing to collect: only the running is compared.
        running = {side: [each - before[side] for each in runs] for side, runs in found.items()}
        # At first, ten thousand different things are measured as well, which no empty item does.
        aimed = label == "warm"
        _row_run(
            table, f"{what}, running, to items", running["ours"], running["items"], aimed=aimed
        )


def _row_collected(table: Table, found: Mapping[str, list[Run]]) -> None:
    ours, empty = ([each.seconds for each in found[side]] for side in ("ours", "tests"))
    cpu = median(each.cpu for each in found["ours"])
    table.row(
        f"{FUNCTIONS:,} functions: collected",
        spread(ours),
        spread(empty),
        f"{median(ours):.2f} s (cpu {cpu:.2f})",
        "at most 2 s",
        met=median(ours) <= 2,
    )


def _row_run(
    table: Table, what: str, ours: list[float], empty: list[float], *, aimed: bool = True
) -> None:
    ratio = median(ours) / median(empty)
    table.row(
        what,
        spread(ours),
        spread(empty),
        f"{ratio:.2f} times",
        "at most 1.4 times" if aimed else "",
        met=ratio <= 1.4 if aimed else None,
    )


def _project(root: Path) -> Path:
    """A small package, and functions no two of which measure the same."""
    package = root / "shop"
    package.mkdir(parents=True, exist_ok=True)
    own_root(root)
    (package / "__init__.py").write_text("")
    for number in range(_MODULES):
        (package / f"part{number}.py").write_text(
            f"def part{number}(a):\n    return a or {number}\n"
        )
    functions = (
        f"f{number:05}: {{complexity: {{measure: {_MEASURES[number % len(_MEASURES)]},"
        f" modules: [shop.part{number % _MODULES}]}}, max: {1000 + number}}}"
        for number in range(FUNCTIONS)
    )
    write_config(root / "fitness.yaml", "shop", ".", functions)
    return root


def _empty_projects(work: Path) -> tuple[Path, Path]:
    functions, items = work / "empty-tests", work / "empty-items"
    for root in (functions, items):
        root.mkdir(exist_ok=True)
        own_root(root)
    tests = "".join(f"def test_{number}(): pass\n" for number in range(FUNCTIONS))
    (functions / "test_empty.py").write_text(tests)
    (items / "conftest.py").write_text(_CONFTEST)
    (items / "items.txt").write_text("")
    return functions, items
