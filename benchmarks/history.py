"""What a large history costs: ``python benchmarks/history.py [--rows 10000000] [--series 1000]``.

Of ten runs one is on the default branch. Builds the file in a temporary directory, then opens it
and measures medians; with ``--postgresql`` in a server of its own instead.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pytest_fitness.history.records import Environment, Reference, Result, Run
from pytest_fitness.history.sqlite import SqliteStore
from pytest_fitness.history.store import Store, open_store
from pytest_fitness.judge.worsening import Series, worsening
from pytest_fitness.session.memory import Memory
from pytest_fitness.trends import Better, Moment

if TYPE_CHECKING:
    from server_kinds import Postgres

SUPPORT = Path(__file__).resolve().parent.parent / "tests" / "support"
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
            " INSERT INTO run SELECT (? + n * ?) * 1000, NULL,"
            " CASE WHEN n % 10 = 0 THEN 'main' ELSE 'topic-' || n / 10 END,"
            " 0, 'ci', 1, '{}', 'complete' FROM later",
            (runs - 1, START, MINUTE),
        )
        database.execute("UPDATE reference SET branch = 'main'")
        database.execute(
            "INSERT INTO measurement"
            " SELECT series.id, coalesce(run.branch, 'main') != 'main', run.id,"
            " (random() % 1000000) / 1000.0, 1"
            " FROM series CROSS JOIN run ORDER BY 1, 2, 3"
        )
        database.execute("COMMIT")


def fill(server: "Postgres", runs: int, series: int) -> None:
    """Fill a history in the order of time, as runs do, inside PostgreSQL."""
    with open_store(server.dsn) as store:
        store.append(Run(START, Environment("benchmark")), list(map(result, range(series))))
    server.sql(
        f"INSERT INTO fitness_run SELECT ({START} + n * {MINUTE}::bigint) * 1000, NULL,"
        " CASE WHEN n % 10 = 0 THEN 'main' ELSE 'topic-' || n / 10 END,"
        f" false, 'ci', 1, '{{}}', 'complete' FROM generate_series(1, {runs - 1}) AS n"
    )
    for first in range(1, runs, 500):
        server.sql(
            "INSERT INTO fitness_measurement SELECT series.id, run.id, random() * 1000, 1"
            f" FROM (SELECT id FROM fitness_run ORDER BY id OFFSET {first} LIMIT 500) AS run,"
            " fitness_series AS series ORDER BY run.id, series.id"
        )
    server.sql("VACUUM ANALYZE")


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


def measure_reading(store: Store, series: int) -> dict[str, list[float]]:
    names = [f"function-{number:05}" for number in range(series)]
    main = Reference("main")
    for count in (1, 200):  # the first questions find what the system has in memory
        store.trails(names, count, main)
    return {
        f"reference: last 200 points of {series:,} series": repeated(
            lambda: store.trails(names, 200, main)
        ),
        f"trend check of {series:,} series": repeated(lambda: check_trends(store, names)),
        f"all runs: last 200 points of {series:,} series": repeated(
            lambda: store.trails(names, 200)
        ),
        "last 200 points of one series": repeated(lambda: store.points(names[0], 200)),
        f"last 12 points of {series:,} series": repeated(lambda: store.trails(names, 12)),
        "names and number of points": repeated(store.series, times=3),
        "newest 100 runs": repeated(lambda: store.runs(100)),
    }


def check_trends(store: Store, names: Sequence[str]) -> int:
    """Read the past of each series and judge it, as a run does; how many got worse."""
    memory = Memory(lambda: store, lambda: Reference("main"), lambda: names)
    worse = 0
    for name in names:
        past = memory.past(name, of_machine=False)
        now = Moment(past.moments[-1].seconds + 60.0)
        worse += worsening(Series(past, past.values[-1] or 0.0, now, Better.LOWER)) is not None
    return worse


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
        with open_store(path) as store:
            figures |= measure_reading(store, series)
        figures["write and fsync of 4 MB"] = raw_fsync(path.parent, 4_000_000)
    return figures, size, seconds


def measure_postgresql(rows: int, series: int) -> tuple[dict[str, list[float]], int, float]:
    """The same in a server of its own, which does not wait for the disk."""
    sys.path.append(str(SUPPORT))
    from server_kinds import Postgres

    server = Postgres(("-c", "shared_buffers=512MB"))
    try:
        seconds = milliseconds(lambda: fill(server, max(1, rows // series), series)) / 1000
        size = int(server.sql("SELECT pg_database_size(current_database())"))
        results = [result(number) for number in range(series)]
        opening = repeated(lambda: open_store(server.dsn).close())
        with open_store(server.dsn) as store:
            figures = {"open and close": opening}
            figures |= measure_reading(store, series)
            run = Run(START + 10**12, Environment("benchmark"))
            appending = repeated(lambda: store.append(run, results))
            figures[f"append {series:,} results"] = appending
    finally:
        server.stop()
    return figures, size, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--postgresql", action="store_true", help="measure PostgreSQL instead")
    parser.add_argument("--json", action="store_true", help="print nothing but the times")
    options = parser.parse_args()
    how = measure_postgresql if options.postgresql else measure
    figures, size, seconds = how(options.rows, options.series)
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{options.rows:,} rows, {size / 1e6:,.0f} MB, built in {seconds:.1f} s\n")
    print(f"{'':48} {'median':>10} {'fastest':>10} {'slowest':>10}   ms")
    for label, times in figures.items():
        print(f"{label:48} {median(times):10.2f} {min(times):10.2f} {max(times):10.2f}")


if __name__ == "__main__":
    main()
