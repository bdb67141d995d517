"""The lines that a comparison draws around what was measured before, or pinned."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pytest

from pytest_fitness.errors import BaselineError, Location, MeasureError
from pytest_fitness.history.baseline import Baseline
from pytest_fitness.history.pins import Pin
from pytest_fitness.model import Check, FitnessFunction, Limit
from pytest_fitness.session.anchors import Anchored, anchored
from pytest_fitness.trends import Better, Comparison, Moment, Past

if TYPE_CHECKING:
    from pytest_fitness.session.workspace import Workspace

ROLLING = Comparison("rolling", max_increase=0.1)
PINNED = Comparison("v1", improve=0.5)
PIN = Pin(10.0, "s", "c0ffee" * 6)


def near(number: float) -> Any:
    return pytest.approx(number)


class Pinned(NamedTuple):
    """A workspace with nothing but its baseline."""

    baseline: Baseline


def lines(
    comparison: Comparison | None,
    *values: float | None,
    limit: Limit | None = None,
    part: str | None = None,
    kept: tuple[bool, ...] = (),
    unit: str = "s",
    pin: Pin | None = PIN,
    better: Better | None = Better.LOWER,
) -> Anchored:
    options: dict[str, Any] = {"compare": comparison}
    if part is not None:
        options = {"compares": {part: comparison}}
    function = FitnessFunction("a", "metric", None, Location("x", 1), better=better, **options)
    past = Past(values, tuple(map(Moment, range(len(values)))), kept or (True,) * len(values), unit)
    baseline = Baseline(Path("x.json"))
    series = "a" if part is None else f"a::{part}"
    if pin is not None:
        baseline = baseline.pin("v1", {series: pin, "other": PIN})
    workspace = cast("Workspace", Pinned(baseline))
    return anchored(function, Check(part, limit, None, "s"), past, workspace)


class TestRolling:
    def test_the_line_is_drawn_around_the_middle_of_the_good_runs(self) -> None:
        found = lines(ROLLING, 1.0, 2.0, 3.0, 99.0, kept=(True, True, True, False))
        assert found.check.limit == Limit(high=near(2.2))
        assert found.notes == ("compared with 2s, the level of the last 3 good runs",)

    @pytest.mark.parametrize("values", [(), (1.0, 1.0), (1.0, None, 1.0)])
    def test_a_few_runs_draw_none(self, values: tuple[float | None, ...]) -> None:
        found = lines(ROLLING, *values)
        assert found.check.limit is None
        assert "of the 3 good runs are remembered" in found.undecided

    def test_with_a_limit_of_its_own_that_is_judged_until_then(self) -> None:
        found = lines(ROLLING, limit=Limit(high=5.0))
        assert found.check.limit == Limit(high=5.0)
        assert found.undecided == ""
        assert "0 of the 3 good runs" in found.notes[0]

    def test_the_stricter_line_counts(self) -> None:
        assert lines(ROLLING, 1.0, 1.0, 1.0, limit=Limit(high=1.05)).check.limit == Limit(high=1.05)
        found = lines(ROLLING, 1.0, 1.0, 1.0, limit=Limit(0.5, 9.0)).check.limit
        assert found == Limit(0.5, near(1.1))

    def test_numbers_in_another_unit_are_no_reference(self) -> None:
        assert lines(ROLLING, 1.0, 1.0, 1.0, unit="B").undecided


class TestPinned:
    def test_the_line_is_drawn_around_the_pinned_value(self) -> None:
        found = lines(PINNED)
        assert found.check.limit == Limit(high=5.0)
        assert found.notes == ("compared with 10s, pinned as v1 at c0ffeec0ff",)

    def test_of_one_of_several_limits(self) -> None:
        assert lines(PINNED, part="p95").check.limit == Limit(high=5.0)

    def test_of_a_number_that_should_be_high(self) -> None:
        assert lines(PINNED, better=Better.HIGHER).check.limit == Limit(low=15.0)

    def test_without_a_commit_none_is_told(self) -> None:
        assert lines(PINNED, pin=Pin(10.0, "s")).notes == ("compared with 10s, pinned as v1",)

    def test_under_no_such_name(self) -> None:
        with pytest.raises(BaselineError, match="v1"):
            lines(PINNED, pin=None)

    def test_without_this_function(self) -> None:
        function = FitnessFunction("new", "metric", None, Location("x", 1), compare=PINNED)
        workspace = cast("Workspace", Pinned(Baseline(Path("x.json")).pin("v1", {"other": PIN})))
        with pytest.raises(MeasureError, match="the baseline v1 does not hold new") as caught:
            anchored(function, Check(), Past(), workspace)
        assert "pytest-fitness baseline set v1" in str(caught.value.hint)

    @pytest.mark.parametrize(("unit", "told"), [("B", "in B"), ("", "in plain numbers")])
    def test_in_another_unit(self, unit: str, told: str) -> None:
        with pytest.raises(MeasureError, match=told):
            lines(PINNED, pin=Pin(10.0, unit))

    @pytest.mark.parametrize("value", [0.0, -1.0])
    def test_nothing_can_be_times_better_than_nothing(self, value: float) -> None:
        found = lines(Comparison("v1", factor=5.0), pin=Pin(value, "s"))
        assert "nothing can be 5 times better" in found.undecided


def test_without_a_comparison_all_stays_as_it_is() -> None:
    assert lines(None, 1.0, limit=Limit(high=5.0)) == Anchored(
        Check(None, Limit(high=5.0), None, "s")
    )
