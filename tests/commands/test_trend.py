"""``trend``: where the numbers go, what got worse since when, and how well that is noticed."""

import random
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from command_samples import pytest_fitness, shop, write

from pytest_fitness.cli import main
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import USERS, Commit, Environment, Result, Run
from pytest_fitness.history.store import open_store

CONFIG = """\
codebase: {packages: [shop]}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 30}
  cycles: {coupling: {measure: cycles}, max: 0}
  start:
    benchmark: {command: "true"}
    limits: {p50: {max: 1s}, mean: {max: 1s}}
"""
START, DAY = 1_780_272_000_000, 86_400_000  # 2026-06-01
DEFAULT = ".fitness/history.db"
HERE = environment()
MAIN = Commit("c0ffee" * 6 + "beef", "main", dirty=False)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(shop(tmp_path), {"fitness.yaml": CONFIG})


def remember(
    path: Path,
    series: str,
    values: Iterable[float | None],
    *,
    unit: str = "",
    commit: Commit = MAIN,
    where: Environment = HERE,
    first: int = 0,
) -> None:
    with open_store(path) as store:
        for day, value in enumerate(values, first):
            run = Run(START + day * DAY, where, commit)
            store.append(run, [Result(series, value, unit, "passed")])


def noisy(level: float, count: int, seed: int = 1) -> list[float]:
    generator = random.Random(seed)
    return [level * generator.gauss(1, 0.02) for _ in range(count)]


STEPPED = [10.0] * 20 + [15.0] * 5


class TestTheList:
    def test_each_function_with_what_got_worse_of_it(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "complexity", STEPPED)
        remember(here / DEFAULT, "cycles", [0.0] * 5)
        assert main(["trend"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            f"{'complexity':<40}        15  {'▁' * 20}{'█' * 5}",
            "    rose by 50%, from 10 to 15, since 2026-06-21 (c0ffeec0ff)",
            f"{'cycles':<40}         0  ▅▅▅▅▅",
        ]

    def test_a_function_of_several_limits_is_listed_by_limit(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for part in ("p50", "mean"):
            remember(here / DEFAULT, f"start::{part}", [0.2, 0.3], unit="s")
        assert main(["trend", "start"]) == 0
        assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
            ["start::p50", "300ms"],
            ["start::mean", "300ms"],
        ]

    def test_a_test_is_a_function_too(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        test = (
            "import pytest\n\n@pytest.mark.fitness(max=5)\n"
            "def test_size(fitness):\n    fitness.record('size', 3)\n"
        )
        write(here, {"tests/test_it.py": test, "fitness.yaml": f"tests: tests\n{CONFIG}"})
        remember(here / DEFAULT, "size", [3.0, 3.0])
        assert main(["trend"]) == 0
        assert capsys.readouterr().out.startswith("size ")

    @pytest.mark.parametrize("name", [None, "complexity"])
    def test_where_nothing_is_remembered(
        self, here: Path, name: str | None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = sorted(here.glob("*"))
        assert main(["trend", *([name] if name else [])]) == 0
        assert capsys.readouterr().out == (
            "nothing is remembered yet: run `pytest --fitness`, or `pytest-fitness backfill`\n"
        )
        assert not (here / DEFAULT).exists()
        assert {path.name for path in here.glob("*")} <= {*(p.name for p in before), ".fitness"}

    def test_numbers_of_another_machine_are_not_compared_and_that_is_told(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "start::p50", [0.2] * 5, unit="s", where=Environment("elsewhere"))
        assert main(["trend"]) == 0
        assert "a new segment: the last run was on another machine" in capsys.readouterr().out

    def test_runs_aside_do_not_count(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        config = f"history: {{url: {DEFAULT}, branch: main}}\n{CONFIG}"
        write(here, {"fitness.yaml": config})
        remember(here / DEFAULT, "complexity", [10.0] * 5)
        feature = MAIN._replace(branch="feature")
        remember(here / DEFAULT, "complexity", [90.0] * 5, commit=feature, first=5)
        assert main(["trend"]) == 0
        assert "90" not in capsys.readouterr().out


class TestTheChart:
    def test_points_limit_and_changes(
        self, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        remember(here / DEFAULT, "complexity", STEPPED)
        assert main(["trend", "complexity"]) == 0
        title, *chart, told, ahead = capsys.readouterr().out.splitlines()
        assert title == "complexity: 25 values, 2026-06-01 to 2026-06-25"
        assert chart[0] == f"30 │{'─' * 25}"
        assert chart[-1] == f"10 │{'•' * 20}┊"
        assert sum("•" * 5 in line for line in chart) == 2
        assert told == "  rose by 50%, from 10 to 15, since 2026-06-21 (c0ffeec0ff)"
        assert ahead == "  the limit is not in sight: 5 values are too few: it takes 8"

    def test_changes_of_old_stand_below(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "complexity", [10.0] * 5 + [15.0] * 20 + [12.0] * 5)
        assert main(["trend", "complexity"]) == 0
        assert capsys.readouterr().out.splitlines()[-3:-1] == [
            "  2026-06-06 (c0ffeec0ff): 10 to 15",
            "  2026-06-26 (c0ffeec0ff): 15 to 12",
        ]

    def test_a_drift_with_the_day_on_which_the_limit_breaks(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        values = [0.4 + 0.01 * day + noise for day, noise in enumerate(_jitter(40))]
        remember(here / DEFAULT, "start::p50", values, unit="s")
        assert main(["trend", "start::p50"]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "drifting: rose by" in told
        assert "at this pace the limit breaks about 2026-07-3" in told

    def test_a_limit_that_is_broken_is_not_forecast(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "complexity", [40.0] * 20)
        assert main(["trend", "complexity"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "  the limit is broken"

    def test_a_drift_for_the_better_breaks_nothing(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        values = [0.9 - 0.01 * day + noise for day, noise in enumerate(_jitter(40))]
        remember(here / DEFAULT, "start::p50", values, unit="s")
        assert main(["trend", "start::p50"]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == "  the limit is not in sight: it moves away from the limit"

    def test_against_users(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        users = "sources: {app: {command: {}}}\nusers: {source: app, run: [echo, '1']}\n"
        write(here, {"fitness.yaml": users + CONFIG})
        grown = [1000.0 + 50 * day for day in range(40)]
        with open_store(here / DEFAULT) as store:
            for day, count in enumerate(grown):
                value = 0.3 + count / 5000 + _jitter(40)[day]
                results = [Result("start::p50", value, "s", "passed")]
                results.append(Result(USERS, count, "", "passed"))
                store.append(Run(START + day * DAY, HERE, MAIN), results)
        assert main(["trend", "start::p50"]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "the limit breaks about 2026-07-2" in told

    def test_one_limit_of_several(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        remember(here / DEFAULT, "start::p50", [0.2, 0.3], unit="s")
        assert main(["trend", "start::p50"]) == 0
        assert capsys.readouterr().out.startswith("start::p50: 2 values, 2026-06-01 to 2026-06-02")

    def test_in_ascii(self, here: Path) -> None:
        remember(here / DEFAULT, "complexity", STEPPED)
        done = pytest_fitness(here, "trend", "complexity", PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()
        assert "?" not in done.stdout
        assert f"30 |{'-' * 25}" in done.stdout

    def test_missing_values_are_gaps(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        remember(here / DEFAULT, "complexity", [3.0, None, float("nan"), float("inf"), 4.0, None])
        assert main(["trend", "complexity"]) == 0
        assert main(["trend"]) == 0
        assert "complexity: " in capsys.readouterr().out

    @pytest.mark.parametrize("odd", [None, float("nan")])
    def test_nothing_but_gaps_is_nothing(
        self, here: Path, odd: float | None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "complexity", [odd] * 5)
        for arguments in (["trend"], ["trend", "complexity"], ["trend", "--self-test"]):
            assert main(arguments) == 0
            assert "nothing is remembered yet" in capsys.readouterr().out


def _jitter(count: int) -> list[float]:
    generator = random.Random(1)
    return [generator.gauss(0, 0.005) for _ in range(count)]


class TestTheSelfTest:
    def test_a_row_of_figures_for_each_function(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "start::p50", noisy(0.2, 60), unit="s")
        remember(here / DEFAULT, "complexity", [10.0] * 5)
        assert main(["trend", "--self-test"]) == 0
        shown = capsys.readouterr().out.splitlines()
        head = next(line for line in shown if line.startswith(" "))
        assert head.split() == ["false", "spikes", "+5%", "+10%", "+20%", "runs", "drift", "gaps"]
        rows = {line.split()[0]: line.split()[1:] for line in shown if line.split()}
        assert rows["complexity"] == ["too", "few", "values"]
        false, spikes, _, ten, twenty, runs, *_ = rows["start::p50"]
        assert (spikes, ten, twenty) == ("0%", "100%", "100%")
        assert float(false.rstrip("%")) <= 10
        assert float(runs) <= 4
        assert max(map(len, shown)) <= 80

    def test_it_says_the_same_each_time(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "start::p50", noisy(0.2, 40), unit="s")
        assert main(["trend", "start::p50", "--self-test"]) == 0
        first = capsys.readouterr().out
        assert main(["trend", "start::p50", "--self-test"]) == 0
        assert capsys.readouterr().out == first


class TestTrouble:
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("complexit", "Did you mean 'complexity'?"),
            ("start::p5", "Did you mean 'start::p50'?"),
            ("\x1b[2J", "there is no function"),
        ],
    )
    @pytest.mark.parametrize("options", [[], ["--self-test"]])
    def test_an_unknown_name(
        self, name: str, said: str, options: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["trend", name, *options]) == 4
        shown = capsys.readouterr().err
        assert said in shown
        assert "\x1b" not in shown

    @pytest.mark.parametrize(
        "content", [b"not a database at all", b"SQLite format 3\0" + b"x" * 99]
    )
    def test_a_broken_history(
        self, here: Path, content: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (here / "h.db").write_bytes(content)
        assert main(["trend", "--url", "h.db"]) == 4
        assert "h.db" in capsys.readouterr().err

    def test_another_history_by_its_url(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / "other.db", "complexity", [7.0, 7.0])
        assert main(["trend", "--url", "other.db"]) == 0
        assert " 7 " in capsys.readouterr().out

    def test_a_damaged_time_is_no_traceback(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(here / DEFAULT, "complexity", [7.0])
        database = sqlite3.connect(here / DEFAULT)
        with database:
            database.execute("PRAGMA foreign_keys = OFF")
            database.execute("UPDATE run SET id = ?", (2**62,))
            database.execute("UPDATE measurement SET run_id = ?", (2**62,))
        database.close()
        assert main(["trend", "complexity"]) == 0
        assert " s to " in capsys.readouterr().out

    def test_a_source_that_does_not_answer_hides_no_other_function(
        self, here: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        live = (
            'sources: {app: {openmetrics: {file: "gone.prom"}}}\n'
            f"{CONFIG}  queue:\n    metric: {{source: app, metric: queue}}\n    max: 1\n"
            "    trend: {over: 30d}\n"
        )
        write(here, {"fitness.yaml": live})
        remember(here / DEFAULT, "complexity", [7.0, 7.0])
        assert main(["trend"]) == 0
        shown = capsys.readouterr().out
        assert "complexity " in shown
        assert "gone.prom" in shown
