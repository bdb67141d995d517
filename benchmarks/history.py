"""What a large history costs: ``python benchmarks/history.py [--rows 10000000] [--series 1000]``.

Builds the file in a temporary directory, then opens it and measures medians.
"""

import argparse
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from pytest_fitness.history.records import Environment, Result, Run
from pytest_fitness.history.sqlite import SqliteStore
from pytest_fitness.history.store import open_store

MINUTE = 60_000
START = 1_700_000_000_000


def build(path: Path, runs: int, series: int) -> None:
    """Fill a history in the order of its key, inside SQLite, without a journal."""
    machine = Environment("benchmark")
    with open_store(path) as store:
        store.append(Run(START, machine), [result(number) for number in range(series)])
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -64000"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        database.execute("DELETE FROM measurement")
        database.execute(
            "WITH RECURSIVE later(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM later WHERE n < ?)"
            " INSERT INTO run SELECT (? + n * ?) * 1000, NULL, 'main', 0, 'ci', 1, '{}', 'complete'"
            " FROM later",
            (runs - 1, START, MINUTE),
        )
        database.execute(
            "INSERT INTO measurement SELECT series.id, run.id, (random() % 1000000) / 1000.0, 1"
            " FROM series CROSS JOIN run"
        )
        database.execute("COMMIT")


def result(number: int, value: float = 1.5) -> Result:
    return Result(f"function-{number:05}", value, "s", "passed")


def repeated(action: Callable[[], object], times: int = 11) -> list[float]:
    return [milliseconds(action) for _ in range(times)]


def milliseconds(action: Callable[[], object]) -> float:
    before = time.perf_counter()
    found = action()
    after = time.perf_counter()
    del found  # to free many thousand points is not part of what is measured
    return (after - before) * 1000


def measure_append(path: Path, series: int, *, wait_for_disk: bool) -> dict[str, list[float]]:
    """Each append as a run makes it: open, append, close."""
    opening, appending, closing_down = [], [], []
    results = [result(number) for number in range(series)]
    for _ in range(11):
        before = time.perf_counter()
        store = SqliteStore(path)
        opening.append((time.perf_counter() - before) * 1000)
        if not wait_for_disk:
            store._database.execute("PRAGMA synchronous = OFF")  # noqa: SLF001 - to tell them apart
        run = Run(store.runs(1)[0].started_ms + MINUTE, Environment("benchmark"))
        appending.append(milliseconds(partial(store.append, run, results)))
        closing_down.append(milliseconds(store.close))
    label = f"append {series:,} results"
    if not wait_for_disk:
        return {f"  {label}, disk not waited for": appending}
    return {"open": opening, label: appending, "close (checkpoint)": closing_down}


def measure_reading(path: Path, series: int) -> dict[str, list[float]]:
    names = [f"function-{number:05}" for number in range(series)]
    with open_store(path) as store:
        return {
            f"last 200 points of {series:,} series": repeated(lambda: store.trails(names, 200)),
            "last 200 points of one series": repeated(lambda: store.points(names[0], 200)),
            f"last 2 points of {series:,} series": repeated(lambda: store.trails(names, 2)),
            "names and number of points": repeated(store.series, times=3),
            "newest 100 runs": repeated(lambda: store.runs(100)),
        }


def raw_fsync(directory: Path, size: int) -> list[float]:
    """What the disk alone takes for as many bytes as an append writes."""
    content = os.urandom(size)
    with (directory / "raw").open("wb") as file:

        def write() -> None:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

        return repeated(write)


def measure(rows: int, series: int) -> tuple[dict[str, list[float]], int, float]:
    """All times in milliseconds, the size of the file in bytes, the seconds to build it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "history.db")
        seconds = milliseconds(lambda: build(path, max(1, rows // series), series)) / 1000
        size = path.stat().st_size
        figures = measure_append(path, series, wait_for_disk=True)
        figures |= measure_append(path, series, wait_for_disk=False)
        figures |= measure_reading(path, series)
        figures["write and fsync of 4 MB"] = raw_fsync(path.parent, 4_000_000)
    return figures, size, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--json", action="store_true", help="print nothing but the times")
    options = parser.parse_args()
    figures, size, seconds = measure(options.rows, options.series)
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{options.rows:,} rows, {size / 1e6:,.0f} MB, built in {seconds:.1f} s\n")
    print(f"{'':40} {'median':>10} {'fastest':>10} {'slowest':>10}   ms")
    for label, times in figures.items():
        print(f"{label:40} {median(times):10.2f} {min(times):10.2f} {max(times):10.2f}")


if __name__ == "__main__":
    main()
