"""From what a load saw to a measurement: intervals, doubts and silence."""

import random
from typing import Any

import pytest

from pytest_fitness import units
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.load.recording import SLICES, Seen
from pytest_fitness.load.result import StageResult
from pytest_fitness.measures.load.measuring import measurement
from pytest_fitness.measures.load.options import metric_of
from pytest_fitness.model import Check, Limit, Measurement

SECONDS = 30.0


def seen(count: int, *, fails: int = 0, name: str = "GET /", late: float = 0.0) -> StageResult:
    """Answers spread evenly over the time: ``fails`` of them failed."""
    chance = random.Random(count)
    found = Seen()
    for number in range(count):
        failed = (number + 1) * fails // count > number * fails // count
        time = late or chance.uniform(0.01, 0.1)
        found.add(name, time, number * SLICES // count, "status 500" if failed else None)
    return result(found)


def result(found: Seen, **rest: Any) -> StageResult:
    names = {name: tally.timings() for name, tally in found.by_name.items()}
    errors = tuple(found.errors.most_common())
    return StageResult(50, SECONDS, found.total.timings(), names, errors)._replace(**rest)


def measured(stage: StageResult, part: str, limit: Limit | None = None) -> Measurement:
    metric = metric_of(part)
    check = Check(part, limit or Limit(high=0.5), None, metric.unit)
    return measurement(stage, metric, check, 0.95)


@pytest.mark.parametrize(
    ("part", "unit", "low", "high"),
    [
        ("p50", units.SECONDS, 0.05, 0.06),
        ("p95", units.SECONDS, 0.093, 0.098),
        ("p99", units.SECONDS, 0.097, 0.1),
        ("p99.9", units.SECONDS, 0.099, 0.1),
        ("mean", units.SECONDS, 0.05, 0.06),
        ("max", units.SECONDS, 0.0998, 0.1),
        ("throughput", units.RATE, 396 / 2, 404 / 2),
        ("error_rate", units.RATIO, 0.009, 0.011),
    ],
)
def test_each_number_and_its_interval(part: str, unit: str, low: float, high: float) -> None:
    found = measured(seen(6000, fails=60), part)
    assert found.unit == unit
    assert found.value is not None
    assert low <= found.value <= high
    assert found.samples == 6000
    assert found.subject == "6,000 requests by 50 users in 30s"
    if part == "max":
        assert found.interval is None
    else:
        assert found.interval is not None
        assert found.interval[0] <= found.value <= found.interval[1]
        assert found.interval[1] - found.interval[0] < 0.2 * found.value + 0.01


def test_throughput_counts_what_was_no_failure() -> None:
    assert measured(seen(6000, fails=3000), "throughput").value == pytest.approx(100)
    assert measured(seen(6000), "throughput").value == pytest.approx(200)


def test_dependent_answers_make_a_wider_interval() -> None:
    steady, moody = Seen(), Seen()
    chance = random.Random(4)
    for part in range(SLICES):
        pace = 1.8 if part % 5 == 0 else 0.8
        for _ in range(100):
            time = chance.uniform(0.01, 0.1)
            steady.add("x", time, part, None)
            moody.add("x", time * pace, part, None)
    for name in ("p50", "mean"):
        widths = []
        for found in (steady, moody):
            interval = measured(result(found), name).interval
            assert interval is not None
            widths.append(interval[1] - interval[0])
        assert widths[1] > 2 * widths[0]
    past = measured(result(moody), "p95", Limit(high=0.12))
    assert past.value is not None
    assert past.value > 0.12
    said = "2,000 requests are too few for p95, as those of one time resemble each other"
    assert said in past.undecided


def test_a_slow_moment_within_the_limit_leaves_no_doubt() -> None:
    seen = Seen()
    for part in range(SLICES):
        for number in range(15):
            seen.add("x", 0.002 + number / 4000 + (0.03 if part == 7 else 0.0), part, None)
    found = measured(result(seen), "p95", Limit(high=0.15))
    assert not found.undecided
    assert found.interval is not None
    assert found.interval[1] < 0.04


@pytest.mark.parametrize(("part", "count", "wanted"), [("p99", 50, 368), ("p95", 50, 72)])
def test_too_few_for_a_percentile_cannot_be_told(part: str, count: int, wanted: int) -> None:
    found = measured(seen(count, late=0.05), part)
    assert found.undecided == f"{count} requests are too few for {part}: it takes about {wanted}"


def test_few_that_are_all_far_past_the_limit_do_tell() -> None:
    found = measured(seen(300, late=2.0), "p99")
    assert not found.undecided
    assert found.interval is not None
    assert found.interval[0] > 0.5


def test_no_request_at_all_is_no_data() -> None:
    for part in ("p95", "error_rate", "throughput", "p95[/]"):
        with pytest.raises(NoDataError, match="50 users made no request"):
            measured(result(Seen(), notes=("a task failed",)), part)


def test_a_name_that_never_occurred_is_no_data_and_lists_those_that_did() -> None:
    found = Seen()
    for name in ("GET /checkout", "POST /pay", "GET /pay"):
        found.add(name, 0.1, 0, None)
    with pytest.raises(NoDataError, match="'/chekout'") as raised:
        measured(result(found), "p50[/chekout]")
    assert "GET /checkout, GET /pay, POST /pay" in str(raised.value)
    with pytest.raises(NoDataError, match="GET /pay or POST /pay"):
        measured(result(found), "p50[/pay]")


def test_a_limit_may_be_about_the_requests_of_one_name() -> None:
    found = Seen()
    for number in range(4000):
        found.add("GET /slow", 0.8, number // 200, None)
        found.add("GET /fast", 0.01, number // 200, None)
    slow = measured(result(found), "p95[/slow]")
    assert slow.value == pytest.approx(0.8)
    assert slow.samples == 4000
    assert slow.subject == "4,000 requests GET /slow by 50 users in 30s"
    assert measured(result(found), "p95[GET /fast]").value == pytest.approx(0.01)
    assert measured(result(found), "throughput[/fast]").value == pytest.approx(4000 / 30)


@pytest.mark.parametrize("part", ["p95", "mean", "max", "throughput"])
def test_where_all_failed_speed_says_nothing(part: str) -> None:
    with pytest.raises(MeasureError, match="all 500 requests failed: GET /: status 500"):
        measured(seen(500, fails=500), part)


def test_where_all_failed_that_is_the_error_rate() -> None:
    found = measured(seen(500, fails=500), "error_rate")
    assert found.value == 1.0
    assert found.notes == ("GET /: status 500 (500 times)",)


def test_a_load_at_its_own_limit_breaks_nothing() -> None:
    stage = seen(6000, late=0.9)._replace(busy=0.98)
    past = measured(stage, "p95")
    assert "98% of a core" in past.undecided
    within = measured(stage, "p95", Limit(high=1.0))
    assert not within.undecided
    assert any("`workers: 2`" in note for note in within.notes)
    assert not measured(stage._replace(busy=0.5), "p95").undecided
