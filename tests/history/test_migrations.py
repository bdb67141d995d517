"""Histories of every released format are brought to the present one, with all that is in them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pytest_fitness.errors import HistoryError
from pytest_fitness.history import schema
from pytest_fitness.history.records import Reference, Status
from pytest_fitness.history.store import open_store

RELEASED = sorted((Path(__file__).parent / "released").glob("format-*.sql"))
VALUES = (1.5, 2.5, 3.5, 4.5, 5.5, None, 7.5)


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A history as a released version left it."""
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(request.param.read_text("utf-8"))
    return path


def test_every_format_before_this_one_is_tried() -> None:
    assert [path.stem for path in RELEASED] == [
        f"format-{number}" for number in range(1, schema.VERSION)
    ]


def test_nothing_is_lost(path: Path) -> None:
    with open_store(path) as store:
        assert store.series() == {"checkout-p95": 7, "layers::it's": 7}
        assert store.trails(["checkout-p95"], 9)["checkout-p95"].values == VALUES
        points = store.points("checkout-p95", 9)
        runs = store.runs(9)[::-1]
    assert [point.outcome for point in points[4:]] == ["warned", "no data", "failed"]
    assert [(point.violations, point.frozen) for point in points[5:]] == [(0, 2), (1, 2)]
    assert [run.commit.branch for run in runs] == [
        "main", "topic", "main", "main", None, "main", "main"
    ]  # fmt: skip
    assert runs[3].status is Status.ABORTED
    assert (runs[0].gate, runs[1].gate) == (None, "ci")


@pytest.mark.parametrize(
    ("branch", "values"),
    [("main", (1.5, 5.5, 7.5)), ("topic", (2.5, 5.5)), (None, (1.5, 2.5, 5.5, 7.5))],
    ids=str,
)
def test_the_reference_is_found_in_it(
    path: Path, branch: str | None, values: tuple[float, ...]
) -> None:
    with open_store(path) as store:
        trail = store.trails(["checkout-p95"], 9, Reference(branch))["checkout-p95"]
    assert trail.values == values


def test_it_says_that_it_is_of_this_format(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        columns = [row[0] for row in database.execute("SELECT * FROM history").description]
    assert columns[:3] == ["series", "started", "value"]


def test_a_step_that_is_interrupted_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(path)
    newest = schema.MIGRATIONS[schema.VERSION]
    with monkeypatch.context() as broken:
        broken.setitem(schema.MIGRATIONS, schema.VERSION, f"{newest}; SELECT * FROM nowhere")
        with pytest.raises(HistoryError, match="nowhere"):
            open_store(path)
    assert dump(path) == before
    test_nothing_is_lost(path)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        version = database.execute("PRAGMA user_version").fetchone()
        return [str(version), *database.iterdump()]
