"""Several runs at once, and runs that die: nothing that was recorded is lost, nothing is broken."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pytest_fitness.history.store import open_store

RESULTS = 300

PRELUDE = f"""
import sys
from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import Environment, Result, Run
from pytest_fitness.history.store import open_store

def results(count={RESULTS}):
    return [Result(f"series-{{n}}", n, "s", "passed") for n in range(count)]

store = open_store(sys.argv[1])
"""

WRITER = """
for _ in range(15):
    store.append(Run(1, Environment("m")), results())
store.close()
"""

ENDLESS_WRITER = """
while True:
    print(store.append(Run(1, Environment("m")), results()), flush=True)
"""

# The small cache makes SQLite write what is not committed yet, as in an append of millions.
STUCK_WRITER = """
import time

def stop_before_commit(statement):
    if statement == "COMMIT":
        print("about to commit", flush=True)
        time.sleep(600)

store._database.execute("PRAGMA cache_size = 10")
store._database.set_trace_callback(stop_before_commit)
store.append(Run(2, Environment("m")), results(20_000))
"""

WRITER_ON_A_FULL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    store.append(Run(2, Environment("m")), results(50_000))
except HistoryError as error:
    print(error)
store.close()
"""


def start(script: str, path: Path) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", PRELUDE + script, str(path)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def points_of_runs(path: Path) -> list[int]:
    """How many points each run has, in a file that SQLite finds in order."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = database.execute(
            "SELECT (SELECT count(*) FROM measurement WHERE run_id = run.id) FROM run"
        )
        return [count for (count,) in rows]


def record_one_run(path: Path) -> None:
    from pytest_fitness.history.records import Environment, Result, Run

    with open_store(path) as store:
        results = [Result(f"series-{n}", n, "s", "passed") for n in range(RESULTS)]
        store.append(Run(1, Environment("m")), results)


def test_writers_at_once_all_get_their_runs_in(tmp_path: Path) -> None:
    path = tmp_path / ".fitness" / "history.db"
    writers = [start(WRITER, path) for _ in range(4)]
    for writer in writers:
        with writer:
            assert writer.wait() == 0
    assert points_of_runs(path) == [RESULTS] * 60
    with open_store(path) as store:
        assert len(store.points("series-7", 100)) == 60


@pytest.mark.parametrize("survived", [1, 2, 7])
def test_a_killed_writer_loses_no_run_that_was_recorded(tmp_path: Path, survived: int) -> None:
    path = tmp_path / "history.db"
    with start(ENDLESS_WRITER, path) as writer:
        assert writer.stdout
        first = [int(writer.stdout.readline()) for _ in range(survived)]
        writer.kill()
        recorded = first + [int(line) for line in writer.stdout.read().splitlines()]
    assert writer.returncode == -signal.SIGKILL
    with open_store(path) as store:
        remembered = [run.id for run in reversed(store.runs(1_000_000))]
    # One more may have been committed, and not been told any more.
    assert remembered[: len(recorded)] == recorded
    assert len(remembered) <= len(recorded) + 1
    assert set(points_of_runs(path)) == {RESULTS}


def test_half_a_run_is_never_seen(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    record_one_run(path)
    with start(STUCK_WRITER, path) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "about to commit\n"
        assert (tmp_path / "history.db-wal").stat().st_size > 100_000
        assert points_of_runs(path) == [RESULTS]
        writer.kill()
    assert points_of_runs(path) == [RESULTS]
    record_one_run(path)
    assert points_of_runs(path) == [RESULTS] * 2


def test_a_full_disk_is_said_to_be_full_and_loses_nothing(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    path = tmp_path / "history.db"
    record_one_run(path)
    with start(WRITER_ON_A_FULL_DISK, path) as writer:
        said, _ = writer.communicate()
    assert writer.returncode == 0
    assert str(path) in said
    assert "what was recorded before is safe" in said
    assert points_of_runs(path) == [RESULTS]
