"""Functions in Python over time: `compare`, `trend` and `better` in the marker."""

from collections.abc import Sequence

import pytest

from marked_tests import run, verdicts, write_tests
from pytest_fitness.history.baseline import Baseline
from pytest_fitness.history.pins import Pin
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import Environment, Result, Run
from pytest_fitness.history.store import open_store

START, DAY = 1_780_000_000_000, 86_400_000
STEADY = [10.0, 11.0, 9.0, 10.0, 10.5, 9.5, 10.0, 11.0, 9.0, 10.0, 10.0, 9.5] * 2
STEPPED = [*STEADY, 40.0, 41.0, 39.0, 40.0]
HERE = environment()
ONE = """
@pytest.mark.fitness({marker})
def test_size(fitness):
    fitness.record("size", {value})
"""
COMPARE = 'compare={"to": "rolling", "max_increase": "10%"}'


def remember(
    pytester: pytest.Pytester,
    values: Sequence[float],
    series: str = "size",
    *,
    where: Environment = HERE,
) -> None:
    (pytester.path / ".fitness").mkdir(exist_ok=True)
    with open_store(pytester.path / ".fitness" / "history.db") as store:
        for day, value in enumerate(values):
            store.append(Run(START + day * DAY, where), [Result(series, value, "", "passed")])


def one(pytester: pytest.Pytester, marker: str, value: float) -> None:
    write_tests(pytester, ONE.format(marker=marker, value=value))


class TestTrend:
    @pytest.mark.parametrize(
        ("marker", "outcome", "status"),
        [
            ("max=100", "warned", 0),
            ('max=100, trend="fail"', "failed", 1),
            ('max=100, trend={"effect": "fail", "least": "5%"}', "failed", 1),
            ('max=100, trend="off"', "passed", 0),
            ('between=[0, 100], better="lower", trend="fail"', "failed", 1),
            ('between=[0, 100], better="higher", trend="fail"', "passed", 0),
            ("between=[0, 100]", "passed", 0),
        ],
    )
    def test_what_a_step_does(
        self, pytester: pytest.Pytester, marker: str, outcome: str, status: int
    ) -> None:
        one(pytester, marker, 40)
        remember(pytester, STEPPED)
        assert verdicts(pytester, status=status)["size"]["outcome"] == outcome

    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    def test_the_failure_tells_what_got_worse(
        self, pytester: pytest.Pytester, workers: list[str]
    ) -> None:
        one(pytester, 'max=100, trend="fail"', 40)
        remember(pytester, STEPPED)
        result = run(pytester, *workers, status=1)
        result.stdout.fnmatch_lines(["rose by 300% (*%), from 10 to 40, since 2026-*"])
        result.stdout.no_fnmatch_line("*it passed with*")

    def test_numbers_of_another_machine_are_no_past(self, pytester: pytest.Pytester) -> None:
        one(pytester, 'max=100, trend="fail"', 40)
        remember(pytester, STEPPED, where=Environment("elsewhere"))
        found = verdicts(pytester, status=0)["size"]
        assert found["notes"] == ["a new segment: the last run was on another machine"]

    def test_a_test_is_not_run_again_to_be_sure(self, pytester: pytest.Pytester) -> None:
        one(pytester, 'max=100, trend="fail"', 40)
        remember(pytester, STEADY)
        found = verdicts(pytester, "--fitness-confirm=5", status=0)["size"]
        assert found["trend"]["finding"] == "suspected"
        assert found["notes"] == []

    def test_what_a_test_can_not_remember_is_not_asked_for(self, pytester: pytest.Pytester) -> None:
        one(pytester, 'max=100, trend={"over": "30d"}', 40)
        result = run(pytester, status=4)
        result.stderr.fnmatch_lines(["*test_it.py:*: `trend.over` has no meaning beside `test`*"])


class TestCompare:
    @pytest.mark.parametrize(("value", "outcome"), [(11, "passed"), (12, "failed")])
    def test_with_the_rolling_level(
        self, pytester: pytest.Pytester, value: float, outcome: str
    ) -> None:
        one(pytester, COMPARE, value)
        remember(pytester, STEADY)
        found = verdicts(pytester)["size"]
        assert found["outcome"] == outcome
        assert found["notes"][0] == "compared with 10, the level of the last 20 good runs"

    @pytest.mark.parametrize(("value", "outcome"), [(5, "passed"), (6, "failed")])
    def test_with_what_was_pinned(
        self, pytester: pytest.Pytester, value: float, outcome: str
    ) -> None:
        one(pytester, 'better="lower", compare={"to": "baseline:v1", "factor": "2x"}', value)
        baseline = Baseline(pytester.path / "fitness-baseline.json")
        baseline.pin("v1", {"size": Pin(10.0)}).save()
        assert verdicts(pytester)["size"]["outcome"] == outcome

    def test_each_of_several_limits_has_its_own(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            """
            @pytest.mark.fitness(
                limits={
                    "a": {"compare": {"to": "rolling", "max_increase": 0.1}},
                    "b": {"max": 100},
                }
            )
            def test_both(fitness):
                fitness.record("a", 12)
                fitness.record("b", 12)
            """,
        )
        remember(pytester, STEADY, "both::a")
        found = verdicts(pytester, status=1)
        assert {name: each["outcome"] for name, each in found.items()} == {
            "both::a": "failed",
            "both::b": "passed",
        }

    def test_each_set_of_parameters_is_compared_with_its_own_past(
        self, pytester: pytest.Pytester
    ) -> None:
        write_tests(
            pytester,
            f"""
            @pytest.mark.parametrize("n", [12, 5])
            @pytest.mark.fitness({COMPARE})
            def test_a(fitness, n):
                fitness.record("a", n)
            """,
        )
        remember(pytester, STEADY, "a::12")
        remember(pytester, [5.0] * 5, "a::5")
        found = verdicts(pytester, status=1)
        assert {name: each["outcome"] for name, each in found.items()} == {
            "a::12": "failed",
            "a::5": "passed",
        }

    def test_and_so_is_each_limit_of_it(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            """
            ROLLING = {"compare": {"to": "rolling", "max_increase": "10%"}}

            @pytest.mark.parametrize("n", [12])
            @pytest.mark.fitness(limits={"hits": ROLLING})
            def test_a(fitness, n):
                fitness.record("hits", n)
            """,
        )
        remember(pytester, STEADY, "a::12 hits")
        assert verdicts(pytester, status=1)["a::12 hits"]["outcome"] == "failed"

    @pytest.mark.parametrize(
        ("marker", "said"),
        [
            ('compare={"to": "rolling"}', "draws no line"),
            ('compare={"to": "rolling", "improve": "5%"}', "say which way it gets better"),
            ('max=1, trend="always"', "unknown effect 'always'"),
            ('max=1, better="up"', "unknown direction 'up'"),
        ],
    )
    def test_mistakes_are_told_before_anything_runs(
        self, pytester: pytest.Pytester, marker: str, said: str
    ) -> None:
        one(pytester, marker, 40)
        run(pytester, status=4).stderr.fnmatch_lines([f"*test_it.py:*{said}*"])
