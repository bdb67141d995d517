"""Growth by experiment, without any load: what may be written, and what is made of readings."""

import marshal
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_fitness.config.loader import load_config
from pytest_fitness.config.schema import json_schema
from pytest_fitness.errors import ConfigError
from pytest_fitness.judge.leaks import Hold
from pytest_fitness.judge.limits import judge
from pytest_fitness.measures.growth.experiment import Experiment, experiment_from_builtins
from pytest_fitness.measures.growth.finding import Found, experimented, measured, observed
from pytest_fitness.measures.growth.kind import Growth
from pytest_fitness.measures.growth.options import ExperimentOptions, climb
from pytest_fitness.model import Check, FitnessFunction, Limit, Outcome, Verdict
from pytest_fitness.session.registry import load_registry

IDLE = 20e6
SOURCES = "sources:\n  shop: {process: {port: 8000}}\n  past: {openmetrics: {file: m.txt}}\n"
OF = "of: {source: shop, metric: rss, unit: B}"
LOAD = 'url: "http://localhost:8000/"'


def loaded(tmp_path: Path, options: str, limit: str = "max: 1", *, top: str = "") -> Any:
    path = tmp_path / "fitness.yaml"
    text = f"{SOURCES}{top}functions:\n  memory:\n    growth: {{{options}}}\n    {limit}\n"
    path.write_text(text, "utf-8")
    (function,) = load_config(path, load_registry).functions
    return function


def refused(tmp_path: Path, options: str, limit: str = "max: 1") -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, options, limit)
    return str(caught.value)


def experiment(rest: str) -> str:
    return f"{OF}, experiment: {{{LOAD}, {rest}}}"


class TestWhatMayBeWritten:
    def test_an_experiment_needs_no_users_at_the_top(self, tmp_path: Path) -> None:
        function = loaded(tmp_path, f"{experiment('steps: [5, 10, 20]')}, per: users")
        options = function.options
        assert isinstance(options, ExperimentOptions)
        load = options.experiment
        assert load.steps == (5, 10, 20)
        assert (load.settle, load.hold, load.beyond_idle) == (3.0, 8.0, False)

    def test_what_is_observed_still_does(self, tmp_path: Path) -> None:
        assert "there are no `users:`" in refused(tmp_path, f"{OF}, per: users")

    def test_a_leak_has_a_limit_of_its_own(self, tmp_path: Path) -> None:
        limits = "limits: {elasticity: {max: 1.2}, leak: {max: 100kB}}"
        function = loaded(tmp_path, experiment("steps: [5, 10, 20]"), limits)
        assert function.limits["leak"] == (Limit(high=100_000), None)
        assert function.limits["elasticity"] == (Limit(high=1.2), None)
        assert Growth().unit(function.options, "leak") == "B"

    def test_in_the_past_a_leak_is_a_share_a_day(self, tmp_path: Path) -> None:
        past = "of: {source: past, metric: a}, per: {source: past, metric: b}"
        function = loaded(tmp_path, past, "limits: {leak: {max: 1%}}")
        assert function.limits["leak"] == (Limit(high=0.01), None)

    @pytest.mark.parametrize(
        ("options", "limit", "said"),
        [
            (f"{OF}, experiment: {{{LOAD}}}", "max: 1", "the key 'steps' is missing"),
            (f"{OF}, experiment: {{steps: [5, 10, 20]}}", "max: 1", "the key 'url' is missing"),
            (f"experiment: {{{LOAD}, steps: [5, 10, 20]}}", "max: 1", "the key 'of' is missing"),
            (experiment("steps: [5, 10]"), "max: 1", "three rising numbers of users"),
            (experiment("steps: [5, 5, 5]"), "max: 1", "three rising numbers of users"),
            (experiment("steps: [20, 10, 5]"), "max: 1", "three rising numbers of users"),
            (experiment("steps: [100, 101, 102]"), "max: 1", "1.5 times the first"),
            (experiment("steps: [5, 10, 20], hold: 5s"), "max: 1", "6s would do for 3 steps"),
            (experiment("steps: [5, 10, 20], hold: 0s"), "max: 1", "`hold` is more than 0s"),
            (experiment("steps: [5, 10, 20], settle: 25h"), "max: 1", "`settle` lies between"),
            (experiment("steps: [0, 10, 20]"), "max: 1", "'0' is less than 1"),
            (experiment("steps: [5, 10, 20], target: past"), "max: 1", "openmetrics source"),
            (experiment("steps: [5, 10, 20], target: sop"), "max: 1", "Did you mean 'shop'?"),
            (experiment("steps: [5, 10, 20], timeout: 0s"), "max: 1", "`timeout` is more than"),
            (f"{experiment('steps: [5, 10, 20]')}, over: 7d", "max: 1", "unknown key 'over'"),
            (
                f"{experiment('steps: [5, 10, 20]')}, per: {{source: past, metric: a}}",
                "max: 1",
                "expected one of users",
            ),
            (
                experiment("steps: [5, 10, 20]").replace("unit: B", "over: 5s, reduce: max"),
                "max: 1",
                "`over` has no meaning in an experiment",
            ),
            (experiment("steps: [5, 10, 20]"), "limits: {leak: {min: 5B}}", "`leak` takes `max`"),
            (experiment("steps: [5, 10, 20]"), "limits: {leaks: {max: 0B}}", "'leak'?"),
            (experiment("steps: [5, 10, 20]"), "limits: {leak: {max: 5s}}", "is not a size"),
            (f"{OF}, per: {{source: past, metric: a}}", "max: 1", "watched for 1min at most"),
        ],
    )
    def test_what_cannot_be_is_told_at_once(
        self, tmp_path: Path, options: str, limit: str, said: str
    ) -> None:
        assert said in refused(tmp_path, options, limit)

    def test_a_time_behind_each_value_is_refused_once(self, tmp_path: Path) -> None:
        for extra in ("over: 5m", "over: 5s, reduce: max", "reduce: mean"):
            options = experiment("steps: [5, 10, 20]").replace("unit: B", extra)
            told = refused(tmp_path, options)
            assert "has no meaning in an experiment" in told
            assert "needs" not in told
            assert told.count("fitness.yaml:") == 1

    def test_it_says_beforehand_how_long_it_takes(self, tmp_path: Path) -> None:
        load = "steps: [5, 10, 20], settle: 2s, hold: 10s"
        assert Growth().duration(loaded(tmp_path, experiment(load))) >= 36
        past = "of: {source: past, metric: a}, per: {source: past, metric: b}"
        assert Growth().duration(loaded(tmp_path, past)) == 0

    def test_it_names_what_it_needs_and_asks_nothing_ahead(self, tmp_path: Path) -> None:
        function = loaded(tmp_path, experiment("steps: [5, 10, 20], target: shop"))
        assert list(Growth().needs(function)) == ["shop", "shop"]
        assert list(Growth().questions(function, 5.0)) == []

    @pytest.mark.parametrize(
        ("users", "places"),
        [
            ([5, 10, 20], [0, 1, 2]),
            ([5, 10, 20, 10, 5], [0, 1, 2]),
            ([5, 20, 10, 40], [0, 1, 3]),
            ([5, 20, 20, 5], [0, 1]),
            ([5, 5, 20], [0, 1, 2]),
            ([7], [0]),
        ],
    )
    def test_growth_is_told_on_the_way_up(self, users: list[int], places: list[int]) -> None:
        assert climb(users) == places


SCHEMA = Draft202012Validator(json_schema(load_registry()))


@pytest.mark.parametrize(
    ("options", "valid"),
    [
        ({"experiment": {"steps": [5, 10, 20]}}, True),
        ({"experiment": {"steps": [5, 10, 20], "settle": "1s"}, "per": "users"}, True),
        ({"experiment": {"steps": [5, 10, 20], "beyond_idle": True}}, True),
        ({"per": "users"}, True),
        ({"per": {"source": "past", "metric": "users"}, "over": "7d"}, True),
        ({"experiment": {"steps": 5}}, False),
        ({"experiment": {}}, False),
        ({"experiment": {"steps": [5, 10, 20]}, "over": "7d"}, False),
        ({"experiment": {"steps": [5, 10, 20]}, "per": {"source": "past"}}, False),
        ({"experiment": {"steps": [5, 10, 20], "users": 4}}, False),
        ({"over": "7d"}, False),
    ],
)
def test_editors_know_what_may_be_written(options: dict[str, Any], valid: bool) -> None:
    if "experiment" in options:
        url = "http://localhost:8000/"
        options = {**options, "experiment": {"url": url, **options["experiment"]}}
    growth = {"of": {"source": "shop", "metric": "rss"}, **options}
    for limit in ({"max": 1}, {"limits": {"elasticity": {"max": 1}, "leak": {"max": "0B"}}}):
        file = {"functions": {"memory": {"growth": growth, **limit}}}
        assert SCHEMA.is_valid(file) is valid


def readings(
    power: float,
    users: Sequence[int] = (5, 10, 20, 40),
    *,
    leaking: Callable[[float], float] = lambda time: 0.0,
    idle: float = IDLE,
    seed: int = 1,
    rate: float = 0.0,
) -> Experiment:
    """Holds of eight seconds, three apart: idle memory, a megabyte a user to a power, noise."""
    generator = random.Random(seed)
    holds, time = [], 1_000.0
    for count in users:
        time += 3.0
        points = []
        for _ in range(16):
            value = idle + 1e6 * count**power + leaking(time - 1_000.0)
            points.append((time, value + 20_000 * generator.gauss(0, 1)))
            time += 0.5
        holds.append(Hold(tuple(points), count * rate))
    return Experiment(tuple(users), tuple(holds), idle, 1_000, 0, 1_000.0)


def found(given: Experiment, *, beyond_idle: bool = True) -> Found:
    return experimented(given, "rss", "B", 0.95, beyond_idle=beyond_idle)


def verdict(given: Found, limit: Limit, part: str | None = None, *others: str) -> Verdict:
    limits: Any = dict.fromkeys((*others, *([part] if part else [])), (limit, None))
    function = FitnessFunction("memory", "growth", None, location=None, limits=limits)  # type: ignore[arg-type]
    check = Check(part, limit)
    return judge(function, check, measured(given, function, check))


class TestElasticity:
    @pytest.mark.parametrize("power", [0.5, 1.0, 1.3, 2.0])
    def test_is_the_power_by_which_memory_grows(self, power: float) -> None:
        value = found(readings(power)).elasticity.value
        assert value == pytest.approx(power, abs=0.05)

    def test_of_all_memory_is_less_than_of_what_came_on_top(self) -> None:
        whole = found(readings(1.0), beyond_idle=False).elasticity.value
        beyond = found(readings(1.0)).elasticity.value
        assert whole is not None
        assert beyond is not None
        assert whole < beyond - 0.2

    def test_is_judged_by_its_limit(self) -> None:
        given = found(readings(1.3))
        assert verdict(given, Limit(high=1.0)).outcome is Outcome.FAILED
        assert verdict(given, Limit(high=1.5)).outcome is Outcome.PASSED

    def test_is_told_by_the_way_up_alone(self) -> None:
        given = readings(1.0, users=(5, 10, 20, 40, 5))
        kept = Hold(tuple((time, value + 35e6) for time, value in given.holds[4].points))
        stays = given._replace(holds=(*given.holds[:4], kept))
        assert found(stays).elasticity.value == pytest.approx(1.0, abs=0.05)
        assert not found(stays).rise.certain

    def test_says_what_grew(self) -> None:
        said = found(readings(1.0)).said
        assert said.startswith("rss beyond the 20MB of idling grew to 8")
        assert "while users grew to 8" in said
        assert found(readings(1.0), beyond_idle=False).said.startswith("rss grew")

    def test_without_enough_readings_cannot_be_told(self) -> None:
        thin = readings(1.0)
        thin = thin._replace(holds=tuple(Hold(hold.points[:3]) for hold in thin.holds))
        outcome = verdict(found(thin), Limit(high=9))
        assert outcome.outcome is Outcome.INCONCLUSIVE
        assert "12 common points where 30 are needed" in outcome.reason

    def test_of_nothing_is_inconclusive(self) -> None:
        empty = Experiment((5, 10, 20), (Hold(()),) * 3, IDLE, 0, 0)
        for part in (None, "leak"):
            assert verdict(found(empty), Limit(high=9), part).outcome is Outcome.INCONCLUSIVE


SLOW = 320_000.0  # bytes a second


class TestALeak:
    def test_is_named_with_its_speed(self) -> None:
        given = found(
            readings(1.0, leaking=lambda time: SLOW * time, rate=0.25, users=[20, 20, 20])
        )
        assert given.rise.certain
        assert given.rise.value == pytest.approx(60 * SLOW, rel=0.1)
        assert "at constant users it grew 19" in given.said
        assert "MB a minute" in given.said
        assert "a request: a suspected leak" in given.said

    def test_is_no_growth_with_users(self) -> None:
        for leaking in (lambda time: SLOW * time, lambda time: 0.0):
            value = found(readings(1.0, leaking=leaking)).elasticity.value
            assert value == pytest.approx(1.0, abs=0.05)

    def test_never_passes_in_silence(self) -> None:
        given = found(readings(1.0, leaking=lambda time: SLOW * time))
        for part in (None, "elasticity"):
            outcome = verdict(given, Limit(high=2.0), part)
            assert outcome.outcome is Outcome.INCONCLUSIVE
            assert "a suspected leak" in outcome.reason

    def test_does_not_hide_growth_past_its_limit(self) -> None:
        given = found(readings(1.3, leaking=lambda time: SLOW * time))
        assert verdict(given, Limit(high=1.0)).outcome is Outcome.FAILED

    def test_is_the_matter_of_its_own_limit_where_it_has_one(self) -> None:
        given = found(readings(1.0, leaking=lambda time: SLOW * time))
        assert verdict(given, Limit(high=2.0), "elasticity", "leak").outcome is Outcome.PASSED
        assert verdict(given, Limit(high=0.0), "leak").outcome is Outcome.FAILED
        assert verdict(given, Limit(high=1e6), "leak").outcome is Outcome.FAILED
        assert verdict(given, Limit(high=90e6), "leak").outcome is Outcome.PASSED

    def test_that_is_not_there_passes(self) -> None:
        outcomes = [
            verdict(found(readings(1.0, seed=seed)), Limit(high=0.0), "leak") for seed in range(20)
        ]
        assert {outcome.outcome for outcome in outcomes} == {Outcome.PASSED}
        assert all(outcome.value == 0 for outcome in outcomes)
        assert "; no leak: " in outcomes[0].subject
        assert "a minute at most" in outcomes[0].subject

    def test_that_is_possible_beyond_its_limit_is_inconclusive(self) -> None:
        noisy = readings(1.0)
        generator = random.Random(5)
        noisy = noisy._replace(
            holds=tuple(
                Hold(tuple((time, value + 4e6 * generator.gauss(0, 1)) for time, value in h.points))
                for h in noisy.holds
            )
        )
        outcome = verdict(found(noisy), Limit(high=1_000.0), "leak")
        assert outcome.outcome is Outcome.INCONCLUSIVE
        assert "no leak is certain, and" in outcome.reason
        assert "a longer `hold`" in outcome.reason


class TestThePast:
    """The observed kind treats a leak alike."""

    def series(self, leak: float, power: float = 0.0) -> Found:
        generator = random.Random(3)
        hours = [3600.0 * hour for hour in range(168)]
        users = [100 * math.exp(0.5 * math.sin(hour / 86400 * 2 * math.pi)) for hour in hours]
        memory = [
            1e8 * u**power * math.exp(leak * hour / 86400 + 0.005 * generator.gauss(0, 1))
            for u, hour in zip(users, hours, strict=True)
        ]
        of, per = (tuple(zip(hours, values, strict=True)) for values in (memory, users))
        return observed(of, per, ("memory", "users"), 0.95)

    def test_a_leak_never_passes_in_silence(self) -> None:
        leaking = self.series(0.05)
        assert verdict(leaking, Limit(high=1.0)).outcome is Outcome.INCONCLUSIVE
        assert "a suspected leak" in verdict(leaking, Limit(high=1.0)).reason
        assert verdict(self.series(0.0), Limit(high=1.0)).outcome is Outcome.PASSED

    def test_it_has_a_limit_of_its_own(self) -> None:
        leaking = self.series(0.05)
        assert verdict(leaking, Limit(high=0.01), "leak").outcome is Outcome.FAILED
        assert verdict(leaking, Limit(high=0.1), "leak").outcome is Outcome.PASSED
        assert verdict(leaking, Limit(high=1.0), "elasticity", "leak").outcome is Outcome.PASSED
        assert verdict(self.series(0.0), Limit(high=0.01), "leak").outcome is Outcome.PASSED

    def test_growth_past_its_limit_fails_with_or_without_a_leak(self) -> None:
        for leak in (0.0, 0.05):
            given = self.series(leak, power=1.5)
            assert verdict(given, Limit(high=1.0)).outcome is Outcome.FAILED

    def test_where_users_only_rise_a_leak_cannot_be_told(self) -> None:
        times = [3600.0 * hour for hour in range(168)]
        of = tuple((time, 1e8 * math.exp(time / 1e6)) for time in times)
        per = tuple((time, 100 * math.exp(time / 1e6)) for time in times)
        given = observed(of, per, ("memory", "users"), 0.95)
        outcome = verdict(given, Limit(high=0.01), "leak")
        assert outcome.outcome is Outcome.INCONCLUSIVE
        assert "moved too steadily" in outcome.reason


points = st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e12)), max_size=5).map(tuple)


@given(
    st.lists(st.tuples(st.integers(1, 10**6), points, st.floats(0, 1e6)), max_size=5),
    st.floats(0, 1e12),
    st.integers(0, 10**9),
)
def test_what_was_found_reaches_other_processes_unchanged(
    held: list[tuple[int, Any, float]], idle: float, count: int
) -> None:
    given = Experiment(
        tuple(users for users, _, _ in held),
        tuple(Hold(points, rate) for _, points, rate in held),
        idle,
        count,
        count // 2,
        idle / 2,
    )
    data = marshal.loads(marshal.dumps(given.to_builtins()))
    assert experiment_from_builtins(data) == given
