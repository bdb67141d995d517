"""Names, numbers, moments and intervals that all readers share."""

import math
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.judge.samples import percentile
from pytest_fitness.results import opened
from pytest_fitness.results.intervals import deviation_of, of_mean, of_percentile, share
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    count_of,
    moment_of,
    named,
    number_of,
    percent_of,
    percentile_name,
    scaled,
    seconds_of,
    shown_moment,
    split,
)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("checkout.p95", ("checkout", "p95")),
        ("checkout.p99.9", ("checkout", "p99.9")),
        ("a.b.c.mean", ("a.b.c", "mean")),
        ("mean", ("", "mean")),
        ("p99.99", ("", "p99.99")),
        ("shop/cart.py.line-rate", ("shop/cart.py", "line-rate")),
        ("GET /a?b=1.q3", ("GET /a?b=1", "q3")),
        ("two\nlines.max", ("two\nlines", "max")),
        (".max", (".max", None)),
        ("", None),
        ("checkout.", None),
        ("checkout.P95", None),
    ],
)
def test_a_name_is_a_subject_and_a_statistic(name: str, parts: Any) -> None:
    if parts is None or parts[1] is None:
        with pytest.raises(ValueError, match=r"does not end with a statistic such as \.mean"):
            split(name)
    else:
        assert split(name) == parts


@given(st.text(min_size=1), st.floats(0, 100).map(lambda each: f"p{each:.3g}"))
def test_a_percentile_of_any_subject_is_found_again(subject: str, statistic: str) -> None:
    if "e" in statistic:
        return
    assert split(f"{subject}.{statistic}") == (subject, statistic)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("p(95)", "p95"),
        ("p(99.9)", "p99.9"),
        ("95%", "p95"),
        ("99.99%", "p99.99"),
        ("100%", "p100"),
        ("101%", None),
        ("avg", None),
        ("p()", None),
        ("", None),
        ("p(95", "p95"),
    ],
)
def test_percentiles_have_one_spelling(text: str, name: str | None) -> None:
    assert percentile_name(text) == name


@pytest.mark.parametrize(
    ("statistic", "percent"),
    [("p95", 95), ("p99.9", 99.9), ("p0", 0), ("p101", None), ("q3", None)],
)
def test_the_percentage_of_a_statistic(statistic: str, percent: float | None) -> None:
    assert percent_of(statistic) == percent


def reading(value: float) -> Reading:
    return Reading(value, units.SECONDS)


def test_a_lone_subject_is_named_twice_and_twins_not_at_all() -> None:
    one, two = {"mean": reading(1)}, {"mean": reading(2)}
    assert named([("a", one)]) == {"a.mean": reading(1), "mean": reading(1)}
    assert named([("a", one), ("b", two)]) == {"a.mean": reading(1), "b.mean": reading(2)}
    assert named([("a", one), ("a", two)]) == {}
    assert named([("a", one), ("a", two), ("b", two)]) == {"b.mean": reading(2)}
    assert named([]) == {}


THEN = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-31T12:00:00Z", THEN),
        ("2026-01-31T13:00:00+01:00", THEN),
        ("2026-01-31T12:00:00.123456789Z", THEN + 0.123456),
        (THEN, THEN),
        (int(THEN * 1000), THEN),
        (str(int(THEN * 1000)), THEN),
        (f"{THEN:.1f}", THEN),
        (0, None),
        (-5, None),
        (math.nan, None),
        (math.inf, None),
        (1e300, None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
    ],
    ids=repr,
)
def test_moments_in_every_spelling(value: Any, moment: float | None) -> None:
    found = moment_of(value)
    assert found == (None if moment is None else pytest.approx(moment, abs=1e-5))


def test_a_time_without_an_offset_is_local() -> None:
    local = datetime(2026, 1, 31, 12, 0, 0)
    assert moment_of("2026-01-31 12:00:00") == local.timestamp()


@given(st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1)), st.integers(-14, 14))
def test_moments_are_the_same_in_every_zone(time: datetime, hours: int) -> None:
    there = time.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert moment_of(there.isoformat()) == there.timestamp()


def test_a_moment_is_shown_in_utc() -> None:
    assert shown_moment(THEN) == "2026-01-31 12:00 UTC"


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (" 2.5 ", 2.5), ("1e3", 1000.0), (-3.0, -3.0), ("inf", math.inf)],
)
def test_numbers_in_every_spelling(value: Any, number: float) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize("value", [None, True, "", "N/A", "1_000", [], {}, 10**400, "1,5"])
def test_what_is_no_number_is_nan(value: Any) -> None:
    assert math.isnan(number_of(value))
    assert count_of(value) == 0


@pytest.mark.parametrize(("value", "count"), [(3, 3), ("7", 7), (-1, 0), (1e300, 0), (2.9, 2)])
def test_counts(value: Any, count: int) -> None:
    assert count_of(value) == count


@given(st.integers(0, 10**7))
def test_milliseconds_are_exactly_the_seconds_of_a_limit(milliseconds: int) -> None:
    limit = units.convert(units.parse(f"{milliseconds}ms"), units.SECONDS)
    assert seconds_of(float(milliseconds)) == limit
    assert scaled(float(milliseconds), units.named("ms")[1]) == limit


@given(st.integers(0, 10**6), st.sampled_from(["us", "%", "s", "kB", "h", "/min", "x", "GiB"]))
def test_a_scaled_value_is_exactly_the_quantity_of_a_limit(value: int, unit: str) -> None:
    assert scaled(float(value), units.named(unit)[1]) == units.parse(f"{value}{unit}").value


# Intervals.


def test_a_share_of_nothing_is_no_share() -> None:
    for part, total in [(0, 0), (1, 0), (3, 2), (-1, 2), (math.nan, 2), (1, math.nan)]:
        found = share(part, total, 0.95)
        assert math.isnan(found.value)
        assert (found.samples, found.interval) == (0, None)


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_of_a_share_holds_it(part: int, more: int, confidence: float) -> None:
    found = share(part, part + more, confidence)
    assert found.interval is not None
    low, high = found.interval
    assert 0 <= low <= found.value <= high <= 1


def test_the_interval_of_a_mean_narrows_with_the_rounds() -> None:
    # Student's t at 97.5 %: 12.706 with 1 degree of freedom, 2.262 with 9, 1.984 with 99.
    for count, quantile in ((2, 12.706), (10, 2.262), (100, 1.984)):
        low, high = of_mean(10.0, 1.0, count, 0.95) or (0.0, 0.0)
        assert (high - low) / 2 == pytest.approx(quantile / math.sqrt(count), rel=1e-3)
        assert (high + low) / 2 == pytest.approx(10)


@pytest.mark.parametrize(
    ("mean", "deviation", "count"),
    [(1.0, 1.0, 1), (1.0, 1.0, 0), (math.nan, 1.0, 9), (1.0, math.nan, 9), (1.0, -1.0, 9)],
)
def test_where_it_cannot_be_told_there_is_no_interval(
    mean: float, deviation: float, count: int
) -> None:
    assert of_mean(mean, deviation, count, 0.95) is None


def test_the_deviation_of_a_population() -> None:
    assert deviation_of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]) == pytest.approx(2.13809)
    assert math.isnan(deviation_of([1.0]))


# Lines.


def test_lines_are_numbered_and_may_lack_the_last_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbfone\r\n\ntwo")
    assert list(ResultFile(path, "a").lines()) == [(1, "one\r\n"), (2, "\n"), (3, "two")]


def test_a_file_that_goes_away_meanwhile_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"{}")
    file = ResultFile(path, "a")
    path.unlink()
    for read in (file.body, lambda: list(file.lines()), lambda: file.document):
        with pytest.raises(Exception, match="there is no file a"):
            read()


def test_a_document_is_parsed_once(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"{}")
    file = ResultFile(path, "a")
    assert file.document is file.document


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"{}", "json"),
        (b" \n [", "json"),
        (b"\xef\xbb\xbf{", "json"),
        (b"<a/>", "xml"),
        (b"\xff\xfe<\0", "xml"),
        (b"a,b", "text"),
        (b"\0\1", "text"),
    ],
)
def test_what_a_file_looks_like(tmp_path: Path, content: bytes, looks: str) -> None:
    (tmp_path / "a").write_bytes(content)
    assert ResultFile(tmp_path / "a", "a").looks == looks


def test_the_bounds_are_what_the_docs_say() -> None:
    assert opened.MOST_BYTES == 64 * 2**20
    assert opened.MOST_STREAMED == 4 * 2**30


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60),
    st.sampled_from([1, 50, 95, 99]),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_a_percentile_lies_in_its_interval_which_lies_in_the_values(
    values: list[float], percent: int, confidence: float
) -> None:
    low, high = of_percentile(values, percent, confidence) or (math.nan, math.nan)
    assert min(values) <= low <= percentile(values, percent) <= high <= max(values)


def test_the_interval_of_a_median_is_that_of_the_sign_test() -> None:
    # Of 10 values the 2nd and the 9th: binomial tables, n = 10, p = 1/2, 97.9 %.
    assert of_percentile(range(1, 11), 50, 0.95) == (2, 9)
    assert of_percentile(range(1, 6), 50, 0.95) == (1, 5)


def test_a_percentile_of_one_value_has_no_interval() -> None:
    assert of_percentile([1.0], 50, 0.95) is None
    assert of_percentile([], 50, 0.95) is None
