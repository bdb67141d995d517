"""`trend: {over: 30d}`: what sources remember of themselves, judged without any history."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from http_asking import without_proxies
from server_kinds import Prometheus

Run = Callable[..., dict[str, Any]]
Project = Callable[..., None]
Curve = Callable[[float], float]
DAY = 86_400
# Prometheus looks back for five minutes from each moment.
APART, DAYS, ON = 240, 31, 3_600

CURVES: dict[str, Curve] = {
    "stepped": lambda days: 100 if days > 10 else 150,
    "steady": lambda days: 100,
    "drifting": lambda days: 100 + (30 - days),
    "mended": lambda days: 150 if 10 < days < 20 else 100,
    "better": lambda days: 150 if days > 10 else 100,
}
LIMITED = {"drifting": "max: 145"}


def noisy(name: str, now: float, apart: float, until: float = 0.0) -> Iterator[tuple[float, float]]:
    """The moments and values of a curve, up to some seconds after now."""
    generator = random.Random(name)
    for number in range(int((DAYS * DAY + until) / apart) + 1):
        moment = now - DAYS * DAY + number * apart
        yield moment, CURVES[name]((now - moment) / DAY) + generator.gauss(0, 2)


def exposition(now: float, apart: float, until: float = 0.0) -> str:
    lines = []
    for name in CURVES:
        lines.append(f"# TYPE {name} gauge")
        lines += [
            f"{name} {value!r} {moment:.0f}" for moment, value in noisy(name, now, apart, until)
        ]
    return "\n".join([*lines, "# EOF\n"])


def functions(question: Callable[[str], str], trend: str = "{over: 30d, effect: fail}") -> str:
    return "".join(
        f"  {name}:\n    metric: {question(name)}\n    {LIMITED.get(name, 'max: 1000')}\n"
        f"    trend: {trend}\n"
        for name in CURVES
    )


def require_the_past_is_read(found: dict[str, Any], now: float) -> None:
    """What each of the curves comes to."""
    assert {name: verdict["outcome"] for name, verdict in found.items()} == {
        "stepped": "failed",
        "steady": "passed",
        "drifting": "failed",
        "mended": "passed",
        "better": "passed",
    }
    step, drift = found["stepped"]["trend"], found["drifting"]["trend"]
    assert step["finding"] == "step"
    assert step["before"] == pytest.approx(100, abs=2)
    assert step["after"] == pytest.approx(150, abs=2)
    assert step["first_bad"]["seconds"] == pytest.approx(now - 10 * DAY, abs=DAY)
    assert drift["finding"] == "drift"
    assert drift["by_date"]["at"] == pytest.approx(now + 15 * DAY, abs=3 * DAY)
    assert found["steady"]["trend"] is None


@pytest.fixture(scope="module")
def prometheus() -> Iterator[tuple[Prometheus, float]]:
    now = float(int(time.time()) // 60 * 60)
    server = Prometheus(exposition(now, APART, ON))
    yield server, now
    server.stop()


def test_prometheus(
    project: Project,
    run: Run,
    prometheus: tuple[Prometheus, float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_proxies(monkeypatch)
    server, now = prometheus
    head = f'sources: {{prom: {{prometheus: {{url: "{server.url}"}}}}}}\n'
    project(functions(lambda name: f"{{source: prom, metric: {name}}}"), {}, head=head)
    require_the_past_is_read(run("--fitness-no-history"), now)


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_files_of_metrics(
    pytester: pytest.Pytester, project: Project, run: Run, workers: str
) -> None:
    now = time.time()
    (pytester.path / "metrics.prom").write_text(exposition(now, 3_600), "utf-8")
    head = "sources: {app: {openmetrics: {file: metrics.prom, now: newest}}}\n"
    project(functions(lambda name: f"{{source: app, metric: {name}}}"), {}, head=head)
    require_the_past_is_read(run("--fitness-no-history", workers), now)


def test_a_database(pytester: pytest.Pytester, project: Project, run: Run) -> None:
    now = time.time()
    with closing(sqlite3.connect(pytester.path / "shop.db")) as database:
        for name in CURVES:
            database.execute(f"CREATE TABLE {name} (at REAL, value REAL)")
            database.executemany(f"INSERT INTO {name} VALUES (?, ?)", noisy(name, now, 3_600))
        database.commit()
    head = 'sources: {shop: {sql: {url: "sqlite:///shop.db"}}}\n'
    rows = "SELECT at, value FROM {} WHERE at > :start - 3600 AND at <= :end"
    project(
        functions(lambda name: f"{{source: shop, sql: {rows.format(name)!r}, time: at}}"),
        {},
        head=head,
    )
    require_the_past_is_read(run("--fitness-no-history"), now)


METRIC = "  queue:\n    metric: {{source: app, metric: queue{question}}}\n    {keys}\n"
RATIO = (
    "  hits:\n    ratio: {{hits: {{source: app, metric: h}}, misses: {{source: app, metric: m}}"
    "{options}}}\n    min: 10%\n    {keys}\n"
)


def points(curve: Curve, apart: float = 3_600) -> dict[str, Any]:
    generator = random.Random(1)
    return {
        "points": [
            [age, curve(age / DAY) * generator.gauss(1, 0.02)]
            for age in range(0, DAYS * DAY, int(apart))
        ]
    }


class TestAMetric:
    def test_by_default_it_warns(self, project: Project, run: Run) -> None:
        keys = "max: 1000\n    trend: {over: 30d}"
        project(METRIC.format(question="", keys=keys), {"queue": points(CURVES["stepped"])})
        found = run(exit_status=0)["queue"]
        assert found["outcome"] == "warned"
        assert found["reason"].startswith("rose by 50% (")

    def test_of_a_short_time_is_asked_for_longer_ones(self, project: Project, run: Run) -> None:
        keys = "max: 1000\n    trend: {over: 30d}"
        project(
            METRIC.format(question=", over: 2h, reduce: mean", keys=keys),
            {"queue": points(CURVES["stepped"])},
        )
        assert run(exit_status=0)["queue"]["trend"]["finding"] == "step"

    def test_that_is_new_has_no_past_and_is_judged_all_the_same(
        self, project: Project, run: Run
    ) -> None:
        keys = "max: 1000\n    trend: {over: 30d, effect: fail}"
        project(METRIC.format(question="", keys=keys), {"queue": {"points": [[5, 3.0]]}})
        found = run(exit_status=0)["queue"]
        assert (found["outcome"], found["trend"]) == ("passed", None)

    def test_the_rolling_level_is_that_of_the_source(self, project: Project, run: Run) -> None:
        keys = "compare: {to: rolling, max_increase: 20%}\n    trend: {over: 30d}"
        answer = points(lambda days: 100 if days > 0.01 else 150)
        project(METRIC.format(question="", keys=keys), {"queue": answer})
        found = run(exit_status=1)["queue"]
        assert found["outcome"] == "failed"
        assert found["notes"][0].startswith("compared with 100")

    def test_a_gap_is_no_step(self, project: Project, run: Run) -> None:
        keys = "max: 1000\n    trend: {over: 30d, effect: fail}"
        answer = points(CURVES["steady"])
        answer["points"] = [each for each in answer["points"] if not 5 < each[0] / DAY < 12]
        project(METRIC.format(question="", keys=keys), {"queue": answer})
        assert run(exit_status=0)["queue"]["trend"] is None

    def test_switched_off_it_is_off(self, project: Project, run: Run) -> None:
        keys = "max: 1000\n    trend: {over: 30d, effect: off}"
        project(METRIC.format(question="", keys=keys), {"queue": points(CURVES["stepped"])})
        assert run(exit_status=0)["queue"]["trend"] is None


class TestARatio:
    NUMBERS = (lambda days: 900 if days > 10 else 500, lambda days: 100 if days > 10 else 500)

    @pytest.mark.parametrize("options", ["", ", counts: false"])
    def test_its_past_is_that_of_both(self, project: Project, run: Run, options: str) -> None:
        hits, misses = map(points, self.NUMBERS)
        self.require_a_step(project, run, options, {"h": hits, "m": misses})

    def test_of_counters_it_is_what_happened_at_each_time(self, project: Project, run: Run) -> None:
        generator = random.Random(1)
        counted = {
            name: {
                "points": [
                    [age, 1e9 - later(age) + generator.gauss(0, 300)]
                    for age in range(0, DAYS * DAY, 3_600)
                ]
            }
            for name, later in (("h", _hits), ("m", _misses))
        }
        self.require_a_step(project, run, ", over: 4h", counted)

    @staticmethod
    def require_a_step(project: Project, run: Run, options: str, answers: dict[str, Any]) -> None:
        keys = "trend: {over: 30d, effect: fail}"
        project(RATIO.format(options=options, keys=keys), answers)
        found = run(exit_status=1)["hits"]
        assert found["trend"]["finding"] == "step"
        assert found["trend"]["before"] == pytest.approx(0.9, abs=0.02)
        assert found["trend"]["after"] == pytest.approx(0.5, abs=0.02)


def _hits(age: float) -> float:
    """How many were counted in the last so many seconds: nine a second, of late five."""
    late = min(age, 10 * DAY)
    return 5 * late + 9 * (age - late)


def _misses(age: float) -> float:
    return 10 * age - _hits(age)


class TestRefusals:
    PRESENT = "plugins: [given_source]\nsources: {app: {given: {present: true}}}\n"

    @pytest.mark.parametrize(
        "text",
        [
            METRIC.format(question="", keys="max: 1\n    trend: {over: 30d}"),
            RATIO.format(options="", keys="trend: {over: 30d}"),
        ],
        ids=["metric", "ratio"],
    )
    def test_a_source_that_knows_only_the_present(
        self, pytester: pytest.Pytester, project: Project, text: str
    ) -> None:
        project(text, {}, head=self.PRESENT)
        result = pytester.runpytest_inprocess("--fitness")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(
            ["*fitness.yaml:*`over` needs a source that keeps time; app knows only the present*"]
        )

    def test_a_kind_whose_past_is_in_the_history_alone(
        self, pytester: pytest.Pytester, project: Project
    ) -> None:
        growth = (
            "  it:\n    growth: {of: {source: app, metric: a}, per: {source: app, metric: b}}\n"
            "    max: 1\n    trend: {over: 30d}\n"
        )
        project(growth, {})
        result = pytester.runpytest_inprocess("--fitness")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*`trend.over` has no meaning beside `growth`*"])

    def test_a_past_that_cannot_be_had_is_an_error(self, project: Project, run: Run) -> None:
        keys = "max: 1000\n    trend: {over: 30d}"
        project(METRIC.format(question="", keys=keys), {"queue": {"refuses": "too much "}})
        found = run(exit_status=1)["queue"]
        assert found["outcome"] == "error"
        assert "too much" in found["reason"]
