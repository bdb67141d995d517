"""The kind ``capacity`` without a load: what may be written, what is made of what was found."""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_fitness.config.loader import load_config
from pytest_fitness.config.schema import json_schema
from pytest_fitness.errors import ConfigError, NoDataError
from pytest_fitness.judge.capacity import Standing
from pytest_fitness.judge.limits import judge
from pytest_fitness.load.recording import Tally
from pytest_fitness.load.result import StageResult
from pytest_fitness.measures.capacity import finding
from pytest_fitness.measures.capacity.budget import figures, standing
from pytest_fitness.measures.capacity.kind import CapacityKind
from pytest_fitness.measures.capacity.options import rungs
from pytest_fitness.measures.capacity.result import Climb, Recovery, Step, climb_from_builtins
from pytest_fitness.model import Check, FitnessFunction, Limit, Measurement, Outcome
from pytest_fitness.session.registry import load_registry

W, U, P = Standing.WITHIN, Standing.UNCLEAR, Standing.PAST
USERS = "sources: {app: {openmetrics: {file: m.txt}}}\nusers: {source: app, metric: users}\n"
BUDGET = (("p95", Limit(high=0.5)), ("error_rate", Limit(high=0.01)))


def loaded(tmp_path: Path, options: str, limit: str, *, top: str = "") -> FitnessFunction:
    """The function of a file in which it is the only one."""
    url = '"http://localhost:8000/"'
    text = f"{top}functions:\n  room:\n    capacity: {{url: {url}, {options}}}\n    {limit}\n"
    path = tmp_path / "fitness.yaml"
    path.write_text(text, "utf-8")
    (function,) = load_config(path, load_registry).functions
    return function


def refused(tmp_path: Path, options: str, limit: str, *, top: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, options, limit, top=top)
    return str(caught.value)


GOOD = "steps: [10, 20, 50], budget: {p95: {max: 500ms}}"


class TestWhatMayBeWritten:
    def test_a_list_of_steps_and_a_budget(self, tmp_path: Path) -> None:
        function = loaded(tmp_path, GOOD, "min: 20")
        options = function.options.options
        assert options.steps == (10, 20, 50)
        assert options.budget == BUDGET  # one failure in a hundred, where nothing else is said
        assert (options.hold, options.warm_up, options.recovery) == (10.0, 2.0, 10.0)
        assert function.limit == Limit(low=20)

    def test_steps_that_rise_by_a_factor(self, tmp_path: Path) -> None:
        steps = "steps: {from: 10, to: 50, factor: 1.5}, budget: {p95: {max: 1s}}"
        assert loaded(tmp_path, steps, "min: 20").options.options.steps == (10, 15, 23, 35, 50)
        doubled = steps.replace(", factor: 1.5", "")
        assert loaded(tmp_path, doubled, "min: 20").options.options.steps == (10, 20, 40, 50)

    @given(st.integers(1, 5000), st.integers(0, 5000), st.floats(1.05, 20))
    def test_rungs_rise_from_the_first_to_the_last(
        self, first: int, more: int, factor: float
    ) -> None:
        steps = rungs(first, first + more, factor)
        assert (steps[0], steps[-1]) == (first, first + more)
        assert list(steps) == sorted(set(steps))

    @pytest.mark.parametrize(
        ("limit", "part"),
        [("min: 20", "users"), ("min: 10x", "headroom"), ("max: 5s", "recovery"),
         ("min: 1_000", "users"), ("max: 500ms", "recovery")],
    )  # fmt: skip
    def test_a_lone_limit_says_by_its_unit_what_it_means(
        self, tmp_path: Path, limit: str, part: str
    ) -> None:
        function = loaded(tmp_path, GOOD, limit, top=USERS)
        assert function.unit == CapacityKind().unit(None, part)  # type: ignore[arg-type]

    def test_each_number_has_its_unit(self, tmp_path: Path) -> None:
        limits = "users: {min: 5}, headroom: {min: 2x}, recovery: {max: 5s}, peak: {min: 9}"
        function = loaded(tmp_path, GOOD, f"limits: {{{limits}}}", top=USERS)
        assert {part: pair[0] for part, pair in function.limits.items()} == {
            "users": Limit(low=5),
            "headroom": Limit(low=2),
            "recovery": Limit(high=5),
            "peak": Limit(low=9),
        }

    @pytest.mark.parametrize(
        ("options", "limit", "said"),
        [
            ("steps: [10, 20]", "min: 1", "the key 'budget' is missing"),
            ("budget: {p95: {max: 1s}}", "min: 1", "the key 'steps' is missing"),
            ("steps: [], budget: {p95: {max: 1s}}", "min: 1", "the list is empty"),
            ("steps: 10, budget: {p95: {max: 1s}}", "min: 1", "expected a list"),
            ("steps: [0, 10], budget: {p95: {max: 1s}}", "min: 1", "'0' is less than 1"),
            ("steps: [20, 10], budget: {p95: {max: 1s}}", "min: 1", "`steps` rise"),
            ("steps: [10, 10], budget: {p95: {max: 1s}}", "min: 1", "`steps` rise"),
            ("steps: {from: 9, to: 3}, budget: {p95: {max: 1s}}", "min: 1", "`to` is less"),
            (
                "steps: {from: 1, to: 9, factor: 1}, budget: {p95: {max: 1s}}",
                "min: 1",
                "`factor` lies",
            ),
            (
                "steps: {from: 1, to: 900, factor: 1.02}, budget: {p95: {max: 1s}}",
                "min: 1",
                "steps are more than 100",
            ),
            ("steps: [10], budget: {}", "min: 1", "expected a mapping"),
            ("steps: [10], budget: {p95: 1s}", "min: 1", "expected a limit"),
            ("steps: [10], budget: {p95: {}}", "min: 1", "the budget of p95 is empty"),
            ("steps: [10], budget: {p955: {max: 1s}}", "min: 1", "Did you mean 'p95'?"),
            ("steps: [10], budget: {p95: {mx: 1s}}", "min: 1", "Did you mean 'max'?"),
            ("steps: [10], budget: {p95: {max: 1%}}", "min: 1", "is not a time"),
            ("steps: [10], budget: {p95: {max: 1s, min: 0s}}", "min: 1", "two limits"),
            ("steps: [10], budget: {p95: {min: 5s}}", "min: 1", "of `p95` takes `max`: less is"),
            ("steps: [10], budget: {p95: {between: [1s, 2s]}}", "min: 1", "`p95` takes `max`"),
            ("steps: [10], budget: {error_rate: {min: 1%}}", "min: 1", "`error_rate` takes `max`"),
            (
                "steps: [10], budget: {throughput: {max: 4/s}}",
                "min: 1",
                "of `throughput` takes `min`: more is",
            ),
            (f"{GOOD}, hold: 0s", "min: 1", "`hold` is more than 0s"),
            (f"{GOOD}, warm_up: 25h", "min: 1", "`warm_up` lies between"),
            (f"{GOOD}, recovery: 2h", "min: 1", "`recovery` lies between"),
            (f"{GOOD}, recovery: 0s", "max: 5s", "`recovery: 0s` leaves out"),
            (f"{GOOD}, holds: 1s", "min: 1", "Did you mean 'hold'?"),
            (GOOD, "max: 500", "`users` takes `min`"),
            (GOOD, "limits: {recovery: {min: 5s}}", "`recovery` takes `max`"),
            (GOOD, "min: 10x", "headroom needs `users: {source: …, metric: …}`"),
            (GOOD, "min: 5MB", "is not a plain number"),
            (GOOD, "limits: {user: {min: 5}}", "Did you mean 'users'?"),
            (GOOD, "baseline: frozen\n    min: 5", "`baseline` has no meaning"),
        ],
    )
    def test_what_cannot_be_is_told_at_once(
        self, tmp_path: Path, options: str, limit: str, said: str
    ) -> None:
        assert said in refused(tmp_path, options, limit)

    def test_broken_users_are_told_once(self, tmp_path: Path) -> None:
        told = refused(tmp_path, GOOD, "min: 10x", top="users: {source: nobody}\n")
        assert "unknown source 'nobody'" in told
        assert "headroom" not in told

    def test_a_host_that_is_not_this_machine_has_to_be_allowed(self, tmp_path: Path) -> None:
        path = tmp_path / "fitness.yaml"
        text = (
            f"functions: {{room: {{capacity: {{url: 'http://shop.example/', {GOOD}}}, min: 1}}}}\n"
        )
        path.write_text(text, "utf-8")
        with pytest.raises(ConfigError, match="may not be put under load"):
            load_config(path, load_registry)

    def test_it_says_beforehand_how_long_it_takes(self, tmp_path: Path) -> None:
        kind = CapacityKind()
        short = loaded(tmp_path, f"{GOOD}, hold: 5s, recovery: 0s", "min: 1")
        longer = loaded(tmp_path, f"{GOOD}, hold: 5s, recovery: 20s", "min: 1")
        assert kind.duration(short) >= 3 * 7
        assert kind.duration(longer) >= kind.duration(short) + 20
        limited = loaded(tmp_path, f"{GOOD}, hold: 5s", "max: 60s")
        assert kind.duration(limited) >= kind.duration(longer) + 30

    def test_it_asks_for_the_users_of_now_where_headroom_is_limited(self, tmp_path: Path) -> None:
        kind = CapacityKind()
        with_headroom = loaded(tmp_path, GOOD, "min: 10x", top=USERS)
        assert [asked.source for asked in kind.questions(with_headroom, 5.0)] == ["app"]
        without = loaded(tmp_path, GOOD, "min: 10", top=USERS)
        assert list(kind.questions(without, 5.0)) == []


SCHEMA = Draft202012Validator(json_schema(load_registry()))


@pytest.mark.parametrize(
    ("options", "valid"),
    [
        ({"steps": [10, 20], "budget": {"p95": {"max": "500ms"}}}, True),
        ({"steps": {"from": 1, "to": 9}, "budget": {"p95": {"max": 1}}}, True),
        ({"steps": {"from": 1, "to": 9, "factor": "2x"}, "budget": {"p95": {"max": 1}}}, True),
        ({"steps": {"from": 1}, "budget": {"p95": {"max": 1}}}, False),
        ({"steps": 10, "budget": {"p95": {"max": 1}}}, False),
        ({"steps": [10], "budget": {}}, False),
        ({"steps": [10], "budget": {"p96": {"max": 1}}}, False),
        ({"steps": [10], "budget": {"p95": {"max": 1, "min": 0}}}, False),
        ({"steps": [10], "budget": {"p95": {"min": 1}}}, False),
        ({"steps": [10], "budget": {"throughput": {"min": 1}}}, True),
        ({"steps": [10], "budget": {"throughput": {"max": 1}}}, False),
        ({"steps": [10]}, False),
        ({"steps": [10], "budget": {"p95": {"max": 1}}, "users": 5}, False),
    ],
)
def test_editors_know_what_may_be_written(options: dict[str, object], valid: bool) -> None:
    load = {"url": "http://localhost:8000/", **options}
    for limit in ({"min": "10x"}, {"limits": {"users": {"min": 5}, "recovery": {"max": "5s"}}}):
        file = {"functions": {"room": {"capacity": load, **limit}}}
        assert SCHEMA.is_valid(file) is valid


def test_a_search_that_takes_too_long_is_not_started(pytester: pytest.Pytester) -> None:
    text = (
        "functions:\n  room:\n    capacity: {url: 'http://localhost:9/', steps: [10, 20],"
        " budget: {p95: {max: 1s}}}\n    min: 10\n"
    )
    (pytester.path / "fitness.yaml").write_text(text, "utf-8")
    result = pytester.runpytest_subprocess("--fitness", "--fitness-time-budget=20s", "-rs")
    assert result.ret == pytest.ExitCode.TESTS_FAILED  # nothing was judged
    result.stdout.fnmatch_lines(["*not started: it takes*"])


def stage(
    times: Sequence[float], failures: int = 0, *, users: int = 10, seconds: float = 10.0
) -> StageResult:
    """A stage in which so many answers came, evenly spread; the first of them were failures."""
    tally = Tally()
    for place, time in enumerate(times):
        tally.add(time, place % 20, failed=place < failures)
    return StageResult(users, seconds, tally.timings(), {})


def lognormal(count: int, median: float, seed: int = 1) -> list[float]:
    generator = random.Random(seed)
    return [median * math.exp(0.2 * generator.gauss(0, 1)) for _ in range(count)]


class TestTheBudget:
    @pytest.mark.parametrize(
        ("name", "limit", "times", "failures", "expected"),
        [
            ("p95", Limit(high=0.5), lognormal(400, 0.2), 0, W),
            ("p95", Limit(high=0.5), lognormal(400, 0.6), 0, P),
            ("p95", Limit(high=0.22), lognormal(12, 0.16, seed=3), 0, U),
            ("p50", Limit(high=0.5), lognormal(400, 0.6), 0, P),
            ("p99", Limit(high=2.0), lognormal(400, 0.6), 0, W),
            ("mean", Limit(high=0.5), lognormal(400, 0.2), 0, W),
            ("mean", Limit(high=0.5), lognormal(400, 0.8), 0, P),
            ("max", Limit(high=0.5), [0.1] * 50, 0, W),
            ("max", Limit(high=0.5), [0.1] * 50 + [0.6], 0, P),
            ("error_rate", Limit(high=0.01), [0.1] * 400, 0, W),
            ("error_rate", Limit(high=0.01), [0.1] * 400, 40, P),
            ("error_rate", Limit(high=0.01), [0.1] * 50, 1, U),
            ("throughput", Limit(low=30), [0.1] * 400, 0, W),
            ("throughput", Limit(low=50), [0.1] * 400, 0, P),
            ("p95", Limit(high=9.0), [], 0, P),
        ],
    )
    def test_it_is_broken_only_where_that_is_certain(
        self, name: str, limit: Limit, times: list[float], failures: int, expected: Standing
    ) -> None:
        budget = ((name, limit),)
        found = figures(stage(times, failures), budget, 0.95)
        assert standing(found, budget) is expected

    def test_what_fails_is_no_throughput(self) -> None:
        (found,) = figures(stage([0.1] * 400, 300), (("throughput", Limit(low=5)),), 0.95)
        assert found.value == 10
        assert found.interval[1] < 40

    def test_a_load_that_was_busy_itself_proves_nothing_against_the_system(self) -> None:
        found = figures(stage([0.6] * 400), BUDGET, 0.95)
        assert standing(found, BUDGET) is P
        assert standing(found, BUDGET, busy=True) is U
        assert standing(figures(stage([0.1] * 400), BUDGET, 0.95), BUDGET, busy=True) is W

    def test_one_part_that_breaks_breaks_all(self) -> None:
        found = figures(stage([0.1] * 400, 40), BUDGET, 0.95)
        assert [str(figure) for figure in found] == ["p95 100ms", "error_rate 10%"]
        assert standing(found, BUDGET) is P

    @given(
        st.lists(st.floats(0.001, 10), min_size=1, max_size=200),
        st.sampled_from(["p50", "p95", "p99", "mean", "max", "throughput", "error_rate"]),
    )
    def test_a_number_lies_in_its_interval(self, times: list[float], name: str) -> None:
        (found,) = figures(stage(times), ((name, Limit(high=1)),), 0.95)
        low, high = found.interval
        assert low <= found.value * 1.01
        assert found.value <= high * 1.01


def step(users: int, standing: Standing, rate: float | None = None) -> Step:
    return Step(users, standing, f"p95 {users}ms", rate or users * 5.0, users * 10)


def judged(found: Measurement, limit: Limit) -> Outcome:
    function = FitnessFunction("room", "capacity", None, location=None)  # type: ignore[arg-type]
    return judge(function, Check(None, limit, None, found.unit), found).outcome


BROKEN = Climb((step(10, W), step(20, W), step(50, P), step(35, P), step(27, W), step(28, P)), None)
WHOLE = Climb((step(10, W), step(20, W), step(50, W)), None)


class TestUsers:
    @pytest.mark.parametrize(
        ("climb", "least", "outcome"),
        [
            (BROKEN, 20, Outcome.PASSED),
            (BROKEN, 27, Outcome.PASSED),
            (BROKEN, 28, Outcome.FAILED),
            (WHOLE, 50, Outcome.PASSED),
            (WHOLE, 51, Outcome.INCONCLUSIVE),
            (Climb((step(10, W), step(20, U), step(50, P)), None), 15, Outcome.INCONCLUSIVE),
            (Climb((step(10, P), step(5, P), step(1, P)), None), 1, Outcome.FAILED),
        ],
    )
    def test_no_more_is_claimed_than_was_measured(
        self, climb: Climb, least: int, outcome: Outcome
    ) -> None:
        assert judged(finding.of_users(climb, BUDGET), Limit(low=least)) is outcome

    def test_what_was_found_is_said(self) -> None:
        found = finding.of_users(BROKEN, BUDGET)
        assert found.subject == (
            "27 users are within the budget (p95 ≤ 500ms, error_rate ≤ 1%);"
            " 28 are past it: p95 28ms"
        )
        notes = finding.notes(BROKEN, BUDGET, 0.95, "users")
        assert notes[0] == "10 users: 50/s, p95 10ms: within"
        assert notes[5] == "50 users: 250/s, p95 50ms: past"
        assert notes[6].startswith("scalability law: ")
        assert found.samples == sum(one.requests for one in BROKEN.steps)

    def test_where_nothing_broke_it_is_at_least_so_many(self) -> None:
        found = finding.of_users(WHOLE, BUDGET)
        assert found.subject.startswith("at least 50 users: no step broke the budget")
        assert found.interval == (50, math.inf)

    def test_where_all_broke_it_is_none(self) -> None:
        found = finding.of_users(Climb((step(2, P), step(1, P)), None), BUDGET)
        assert (found.value, found.interval) == (0, (0, 0))
        assert found.subject.startswith("not even one user is within the budget")

    def test_where_the_last_cannot_be_told_that_is_said(self) -> None:
        found = finding.of_users(Climb((step(10, W), step(11, U)), None), BUDGET)
        assert found.subject.endswith("whether 11 are cannot be told")

    def test_remarks_on_a_step_stand_beside_it(self) -> None:
        noted = Climb((step(10, W)._replace(remarks="the load itself was busy"),), None)
        assert "(the load itself was busy)" in finding.notes(noted, BUDGET, 0.95, "users")[0]


class TestHeadroom:
    @pytest.mark.parametrize(
        ("users", "times", "outcome"),
        [(2.7, 10, Outcome.PASSED), (3, 10, Outcome.FAILED), (27, 1, Outcome.PASSED)],
    )
    def test_is_a_multiple_of_the_users_of_now(
        self, users: float, times: float, outcome: Outcome
    ) -> None:
        found = finding.of_headroom(BROKEN, BUDGET, users)
        assert found.value == pytest.approx(27 / users)
        assert found.subject.endswith("users now")
        assert judged(found, Limit(low=times)) is outcome

    def test_is_open_upwards_where_nothing_broke(self) -> None:
        found = finding.of_headroom(WHOLE, BUDGET, 10.0)
        assert found.interval == (5.0, math.inf)
        assert judged(found, Limit(low=10)) is Outcome.INCONCLUSIVE

    @pytest.mark.parametrize("users", [0.0, -1.0, math.inf, math.nan])
    def test_of_nobody_is_none(self, users: float) -> None:
        with pytest.raises(NoDataError, match="users now"):
            finding.of_headroom(BROKEN, BUDGET, users)


class TestRecovery:
    @pytest.mark.parametrize(
        ("recovery", "outcome", "said"),
        [
            (Recovery(1.5, True, 10, 50), Outcome.PASSED, "held again within 1.5s"),
            (Recovery(7.0, True, 10, 50), Outcome.FAILED, "held again within 7s"),
            (Recovery(9.0, False, 10, 50), Outcome.FAILED, "did not recover within 9s"),
        ],
    )
    def test_is_judged_by_how_long_it_took(
        self, recovery: Recovery, outcome: Outcome, said: str
    ) -> None:
        found = finding.of_recovery(BROKEN._replace(recovery=recovery), BUDGET)
        assert judged(found, Limit(high=5)) is outcome
        assert found.subject == f"after 50 users, with 10 left, the budget {said}"

    def test_is_told_as_finely_as_it_is_shown(self) -> None:
        climb = BROKEN._replace(recovery=Recovery(0.05231, True, 10, 50))
        assert finding.of_recovery(climb, BUDGET).subject.endswith("held again within 52.31ms")

    def test_to_what_never_was_cannot_be(self) -> None:
        climb = Climb((step(10, P), step(5, P)), Recovery(9.0, False, 10, 10))
        found = finding.of_recovery(climb, BUDGET)
        assert judged(found, Limit(high=5)) is Outcome.INCONCLUSIVE
        assert "were past the budget before the peak, too" in found.undecided


def law(users: int) -> float:
    return 100 * users / (1 + 0.02 * (users - 1) + 0.0005 * users * (users - 1))


class TestNotes:
    @pytest.mark.parametrize(
        ("least", "noted"), [(50, True), (20, True), (51, False)], ids=["all", "some", "too many"]
    )
    def test_what_passes_says_what_was_found(self, least: int, noted: bool) -> None:
        limit = Limit(low=least)
        found = finding.noted(finding.of_users(WHOLE, BUDGET), limit)
        said = "at least 50 users: no step broke the budget (p95 ≤ 500ms, error_rate ≤ 1%)"
        assert found.subject == said
        assert (said in found.notes) is noted
        assert (judged(found, limit) is Outcome.PASSED) is noted

    @pytest.mark.parametrize(
        ("part", "told"),
        [
            ("users", ["10 us", "scala", "after"]),
            ("headroom", ["10 us", "scala", "after"]),
            ("peak", ["27 us", "10 us", "after"]),
            ("recovery", ["27 us", "10 us", "scala"]),
        ],
    )
    def test_each_limit_tells_all_of_the_search_but_what_it_is_about(
        self, part: str, told: list[str]
    ) -> None:
        climb = BROKEN._replace(recovery=Recovery(1.5, True, 10, 50))
        notes = finding.notes(climb, BUDGET, 0.95, part)
        steps = [note for note in notes if " users: " in note or " user: " in note]
        assert len(steps) == len(BROKEN.steps)
        assert [note[:5] for note in notes if note not in steps[1:]] == told

    def test_why_a_search_ended_is_told_with_its_recovery(self) -> None:
        climb = BROKEN._replace(recovery=Recovery(1.5, True, 10, 50))
        notes = finding.notes(climb, BUDGET, 0.95, "recovery")
        assert notes[0] == finding.of_users(climb, BUDGET).subject

    def test_a_peak_that_cannot_be_told_says_so_once(self) -> None:
        found = finding.noted(finding.of_peak(WHOLE, 0.95), Limit(low=1))
        assert "3 steps with throughput" in found.undecided
        assert not found.subject
        assert found.notes == ()


class TestPeak:
    def test_is_predicted_from_the_throughput_of_the_steps(self) -> None:
        steps = tuple(step(users, W, law(users)) for users in (1, 5, 10, 20, 40, 80))
        found = finding.of_peak(Climb(steps, None), 0.95)
        assert found.value == pytest.approx(44.3, abs=0.5)
        assert judged(found, Limit(low=40)) is Outcome.PASSED
        assert judged(found, Limit(low=60)) is Outcome.FAILED

    def test_that_is_not_in_sight_lies_beyond_what_is(self) -> None:
        steps = tuple(step(users, W, 100.0 * users) for users in (1, 5, 10, 20, 40))
        found = finding.of_peak(Climb(steps, None), 0.95)
        assert found.value is not None
        assert found.value > 40
        assert judged(found, Limit(low=40)) is Outcome.PASSED
        assert judged(found, Limit(low=1e5)) is Outcome.INCONCLUSIVE

    @pytest.mark.parametrize(
        "rates",
        [(5, 9, 12), (200, 200, 200, 200), (100, 900, 50, 700, 20)],
        ids=["few steps", "constant", "no such law"],
    )
    def test_that_cannot_be_told_is_not(self, rates: tuple[float, ...]) -> None:
        users = (10, 20, 40, 80, 160)
        steps = tuple(step(*each) for each in zip(users, [W] * 5, rates, strict=False))
        found = finding.of_peak(Climb(steps, None), 0.95)
        assert found.value is None
        assert judged(found, Limit(low=1)) is Outcome.INCONCLUSIVE


@given(
    st.lists(
        st.builds(
            Step, st.integers(1, 10**6), st.sampled_from(Standing), st.text(), st.floats(0, 1e6),
            st.integers(0, 10**9), st.text(),
        )
    ),
    st.none() | st.builds(
        Recovery, st.floats(0, 1e4), st.booleans(), st.integers(1, 10**6), st.integers(1, 10**6)
    ),
)  # fmt: skip
def test_what_was_found_reaches_other_processes_unchanged(
    steps: list[Step], recovery: Recovery | None
) -> None:
    import marshal

    climb = Climb(tuple(steps), recovery)
    data: Any = marshal.loads(marshal.dumps(climb.to_builtins()))
    assert climb_from_builtins(data) == climb
