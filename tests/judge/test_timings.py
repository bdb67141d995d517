"""Statistics of timings: laws, known figures, and how often the intervals hold the truth."""

import math
import random
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.judge.timings import (
    FEWEST_PROCESSES,
    FEWEST_VALUES,
    STATISTICS,
    Estimate,
    Processes,
    estimate,
    mean_interval,
    pooled,
    quantile_interval,
    too_few,
    variation,
)

law = settings(derandomize=True, deadline=None, max_examples=100)
seconds = st.floats(1e-9, 1e4)
INTERVALS = [name for name in STATISTICS if name != "max"]


def runs(fewest: int = 3, most: int = 8, values: int = 1) -> st.SearchStrategy[Processes]:
    """Processes of equally many values."""
    return st.integers(values, max(values, 6)).flatmap(
        lambda count: st.lists(
            st.lists(seconds, min_size=count, max_size=count), min_size=fewest, max_size=most
        )
    )


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("mean", 2.5), ("p50", 2.5), ("max", 4.0), ("throughput", 0.4)],
)
def test_the_statistics_of_known_values(statistic: str, value: float) -> None:
    assert estimate(statistic, [[1.0, 2.0], [3.0, 4.0], [2.0, 3.0]]).value == pytest.approx(value)


def test_the_interval_of_the_mean_is_students_on_the_logarithm() -> None:
    # 1, 2, 3: mean 2, standard error 1/sqrt(3), and t of two degrees of freedom is 4.302653.
    factor = math.exp(4.302653 / math.sqrt(3) / 2)
    found = mean_interval([[1.0], [2.0], [3.0]], 0.95)
    assert found == pytest.approx((2 / factor, 2 * factor))


def test_processes_that_agree_have_a_plain_interval() -> None:
    """Where the margin is small, the logarithm makes no difference."""
    processes = [[0.999], [1.0], [1.001]]
    margin = 4.302653 * 0.001 / math.sqrt(3)
    assert mean_interval(processes, 0.95) == pytest.approx((1 - margin, 1 + margin), abs=1e-5)


def test_values_of_one_process_count_once() -> None:
    """A hundred values that hardly differ, of three processes that do, are a sample of three."""
    processes = [[level] * 100 for level in (1.0, 2.0, 3.0)]
    assert mean_interval(processes, 0.95) == mean_interval([[1.0], [2.0], [3.0]], 0.95)


def test_throughput_is_the_mean_inverted_and_so_is_its_interval() -> None:
    processes = [[0.010, 0.011], [0.012, 0.010], [0.011, 0.013]]
    time, rate = (estimate(name, processes) for name in ("mean", "throughput"))
    assert time.interval is not None
    assert rate.interval is not None
    assert rate.value == pytest.approx(1 / time.value)
    assert rate.interval == pytest.approx((1 / time.interval[1], 1 / time.interval[0]))


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999999])
@pytest.mark.parametrize("statistic", ["mean", "throughput"])
def test_times_that_differ_wildly_have_an_interval_above_nothing(
    statistic: str, confidence: float
) -> None:
    found = estimate(statistic, [[1.0], [1.0], [1e9]], confidence)
    assert found.interval is not None
    low, high = found.interval
    assert 0 < low < found.value < high < math.inf


def test_processes_that_agree_on_a_share_do_not_make_it_certain() -> None:
    low, high = quantile_interval([[1.0, 2.0, 3.0, 4.0]] * 5, 0.5, 0.95)
    assert 1 < low < 2.5 < high < 4


def test_the_largest_value_is_a_fact() -> None:
    assert estimate("max", [[1.0, 7.0]]) == Estimate(7.0)


@pytest.mark.parametrize("statistic", INTERVALS)
@pytest.mark.parametrize("count", [1, 2])
def test_too_few_processes_tell_nothing(statistic: str, count: int) -> None:
    found = estimate(statistic, [[1.0] * 100] * count)
    assert found.interval is None
    assert f"needs {FEWEST_PROCESSES} `processes`" in found.undecided


@pytest.mark.parametrize(("values", "tells"), [(59, False), (60, True)])
def test_a_high_percentile_needs_many_values(values: int, tells: bool) -> None:
    assert bool(too_few("p95", 10, values)) != tells
    assert too_few("p50", 10, values) == too_few("mean", 10, values) == ""


def test_so_many_values_that_one_of_them_is_past_the_percentile() -> None:
    """The probability that no value lies past the percentile is less than one in twenty."""
    fewest = FEWEST_VALUES["p95"]
    assert 0.95**fewest < 0.05 < 0.95 ** (fewest - 2)


def test_what_is_no_statistic_of_time_needs_nothing() -> None:
    assert too_few("memory", 1, 1) == too_few("max", 1, 1) == ""


@given(runs(), st.sampled_from(INTERVALS), st.floats(0.5, 0.999))
@law
def test_the_value_lies_in_its_interval(
    processes: Processes, statistic: str, confidence: float
) -> None:
    found = estimate(statistic, processes, confidence)
    if found.interval is None:
        assert statistic == "p95"
        assert found.undecided
    else:
        low, high = found.interval
        assert 0 < low <= found.value * (1 + 1e-9)
        assert found.value <= high * (1 + 1e-9)


@given(runs(), st.floats(0.5, 0.9), st.floats(0.91, 0.999))
@law
def test_more_confidence_is_a_wider_interval(
    processes: Processes, less: float, more: float
) -> None:
    for narrow, wide in (
        (mean_interval(processes, less), mean_interval(processes, more)),
        (quantile_interval(processes, 0.5, less), quantile_interval(processes, 0.5, more)),
    ):
        assert wide[0] <= narrow[0]
        assert narrow[1] <= wide[1]


@given(runs(), st.sampled_from(STATISTICS), st.randoms(use_true_random=False))
@law
def test_the_order_of_processes_and_values_does_not_matter(
    processes: Processes, statistic: str, shuffle: random.Random
) -> None:
    mixed = [shuffle.sample(list(each), len(each)) for each in processes]
    shuffle.shuffle(mixed)
    before, after = estimate(statistic, processes), estimate(statistic, mixed)
    assert after.value == pytest.approx(before.value)
    assert (after.interval is None) == (before.interval is None)
    if before.interval is not None:
        assert after.interval == pytest.approx(before.interval, rel=1e-6)


@given(runs(), st.sampled_from(["mean", "p50", "max"]), st.sampled_from([1e-3, 2.0, 1e3]))
@law
def test_another_unit_of_time_changes_nothing_else(
    processes: Processes, statistic: str, scale: float
) -> None:
    scaled = [[value * scale for value in each] for each in processes]
    before, after = estimate(statistic, processes), estimate(statistic, scaled)
    assert after.value == pytest.approx(before.value * scale)
    if before.interval is not None:
        expected = [end * scale for end in before.interval]
        assert after.interval == pytest.approx(expected, rel=1e-6, abs=1e-9 * max(expected))


@given(runs(), st.sampled_from([0.5, 0.95]))
@law
def test_the_ends_of_a_quantile_are_within_the_values(processes: Processes, share: float) -> None:
    low, high = quantile_interval(processes, share, 0.95)
    values = pooled(processes)
    assert min(values) <= low <= percentile(values, 100 * share) <= high <= max(values)


@given(runs(fewest=1))
@law
def test_variation_is_the_standard_deviation_by_the_mean(processes: Processes) -> None:
    values = pooled(processes)
    spread = statistics.stdev(values) / mean(values) if len(values) > 1 else 0.0
    assert variation(processes) == pytest.approx(spread, abs=1e-7)


# How often the interval holds the truth, in benchmarks whose truth is known: the processes differ
# as log-normal variables do, and noise is skewed.
TRIALS = 400
Draw = Callable[[random.Random, int, int], list[list[float]]]


def drawing(between: float, spikes: float = 0.0) -> Draw:
    def draw(rng: random.Random, processes: int, values: int) -> list[list[float]]:
        def one(level: float) -> float:
            spike = 0.5 if rng.random() < spikes else 0.0
            return level * (1 + 0.1 * rng.expovariate(1) + spike)

        levels = [math.exp(rng.gauss(0, between)) for _ in range(processes)]
        return [[one(level) for _ in range(values)] for level in levels]

    return draw


def ends_past(draw: Draw, processes: int, values: int, statistic: str) -> tuple[float, float]:
    """The share of benchmarks whose interval lies above the truth, and below it."""
    rng = random.Random(f"{processes} {values} {statistic}")
    truth = estimate(statistic, draw(random.Random(1), 30_000, 2)).value
    above = below = 0
    for _ in range(TRIALS):
        found = estimate(statistic, draw(rng, processes, values))
        assert found.interval is not None
        above += found.interval[0] > truth
        below += found.interval[1] < truth
    return above / TRIALS, below / TRIALS


@pytest.mark.parametrize("between", [0.0, 0.03, 0.1])
@pytest.mark.parametrize("processes", [5, 20])
@pytest.mark.parametrize("statistic", ["mean", "p50"])
def test_the_interval_holds_the_truth_as_often_as_it_says(
    statistic: str, processes: int, between: float
) -> None:
    above, below = ends_past(drawing(between), processes, 3, statistic)
    assert 0.90 <= 1 - above - below <= 0.995
    assert above <= 0.05


@pytest.mark.parametrize(("processes", "values"), [(20, 3), (20, 5), (6, 10)])
def test_the_interval_of_a_high_percentile_holds_the_truth(processes: int, values: int) -> None:
    above, below = ends_past(drawing(0.03), processes, values, "p95")
    assert 0.90 <= 1 - above - below <= 0.995
    assert above <= 0.05


@pytest.mark.parametrize("statistic", ["mean", "p50", "p95"])
def test_a_false_alarm_is_rare_however_wild_the_machine(statistic: str) -> None:
    """What fails a limit is the lower end: it must not lie above the truth."""
    above, _ = ends_past(drawing(0.2, spikes=0.05), 20, 3, statistic)
    assert above <= 0.06


def test_a_plain_interval_of_all_values_would_not_hold() -> None:
    """Why processes are the sample: pretending that each value is one of them fails here."""
    rng, draw = random.Random(7), drawing(0.1)
    truth = estimate("mean", draw(random.Random(1), 30_000, 2)).value
    held = 0
    for _ in range(TRIALS):
        each_its_own = [[value] for value in pooled(draw(rng, 10, 10))]
        low, high = mean_interval(each_its_own, 0.95)
        held += low <= truth <= high
    assert held / TRIALS < 0.7
