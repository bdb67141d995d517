"""Limits as they are written, and the line that warns before they are reached."""

from pathlib import Path

import pytest
from config_samples import function, function_problems
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.config.composer import Composer
from pytest_fitness.config.limits import decode_pair
from pytest_fitness.config.nodes import Mapping
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.model import Limit
from pytest_fitness.units import format_value

SPEED = "speed: {of: x}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max: 1s\nmin: 0s\nequals: 1s", "5:5: two limits: max and min and equals"),
        ("max: 1s\nbetween: [1s, 2s]", "5:5: two limits: max and between"),
        ("limits: {p95: {max: 1s, min: 0s}}", "4:29: two limits: max and min"),
        ("limits: {p95: {}}", "4:14: p95 has no limit"),
        ("limits: {p95: {warn: {max: 1s}}}", "4:26: `warn` stands without a limit"),
        ("limits: {p95: {max: 1%}}", "4:25: '1%' is not a time"),
        ("limits: {error_rate: {max: 1s}}", "4:32: '1s' is not a share such as 80%"),
        ("limits: {error_rate: {max: 101%}}", "4:32: '101%' is not a share"),
        ("limits: {p95: {max: 1s}, p42: {max: 1s}}", "4:30: nothing is called 'p42' here"),
        ("limits: {p95: [1s]}", "4:19: expected a limit such as {max: 10}, found a list of 1"),
        ("limits:", "4:12: expected a mapping, found nothing"),
        ("limits: {p95: {max: 1s}}\nwarn: {max: 1s}", "5:5: `warn` stands beside `limits`"),
        ("max: [1s]", "4:10: expected a time such as 500ms, 2s or 5m, found a list of 1"),
        ("max: {p95: 1s}", "4:10: expected a time such as 500ms, 2s or 5m, found a mapping"),
        ("between: []", "4:14: expected a list [low, high], found an empty list"),
        ("between: {low: 1s, high: 2s}", "4:14: expected a list [low, high], found a mapping"),
        ("between: [1s, ~]", "4:19: expected a time such as 500ms, 2s or 5m, found nothing"),
        ("max: 1s\nwarn:", "5:10: expected a mapping, found nothing"),
        ("max: 1s\nwarn: [1s]", "5:11: expected a mapping, found a list of 1"),
        ("max: 1s\nwarn: {max: soon}", "5:17: 'soon' is not a quantity"),
        ("max: 1s\nwarn: {max: 5%}", "5:17: '5%' is not a time"),
        ("max: 1s\nwarn: {max: 1ms, min: 0s}", "5:22: two limits: max and min"),
        ("max: 1s\nwarn: {warn: {max: 1s}}", "5:12: unknown key 'warn'"),
    ],
)
def test_a_limit_that_cannot_be_is_told_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    found = function_problems(tmp_path, SPEED + text)
    assert found.startswith(f"fitness.yaml:{message}")
    assert found.count("fitness.yaml:") == 1


def test_a_wrong_limit_and_a_wrong_warn_line_are_both_told(tmp_path: Path) -> None:
    found = function_problems(tmp_path, SPEED + "max: 5\nwarn: {max: 4}")
    assert [line.split(": ")[0] for line in found.splitlines() if "fitness" in line] == [
        "fitness.yaml:4:10",
        "fitness.yaml:5:17",
    ]


def test_a_single_value_is_a_range_too(tmp_path: Path) -> None:
    assert function(tmp_path, SPEED + "between: [1s, 1000ms]").limit == Limit(1, 1)


def test_the_unit_of_a_function_is_that_of_its_number(tmp_path: Path) -> None:
    assert function(tmp_path, SPEED + "max: 1s").unit == units.SECONDS
    assert function(tmp_path, SPEED + "limits: {p95: {max: 1s}}").unit == units.COUNT


@pytest.mark.parametrize(
    ("limit", "warn"),
    [
        ("max: 10s", "max: 8s"),
        ("max: 10s", "min: 1s"),
        ("min: 1s", "min: 2s"),
        ("min: 1s", "max: 9s"),
        ("between: [1s, 5s]", "between: [2s, 4s]"),
        ("between: [1s, 5s]", "between: [0s, 4s]"),
        ("between: [1s, 5s]", "equals: 3s"),
        ("equals: 3s", "equals: 4s"),
        ("equals: 3s", "max: 2s"),
    ],
)
def test_a_warn_line_that_shows_first_is_accepted(tmp_path: Path, limit: str, warn: str) -> None:
    assert function(tmp_path, f"{SPEED}{limit}\nwarn: {{{warn}}}").warn is not None


@pytest.mark.parametrize(
    ("limit", "warn", "shown"),
    [
        ("max: 10s", "max: 10s", "≤ 10s"),
        ("max: 10s", "max: 11s", "≤ 10s"),
        ("min: 2s", "min: 1s", "≥ 2s"),
        ("between: [1s, 5s]", "between: [1s, 5s]", "1s … 5s"),
        ("between: [1s, 5s]", "between: [0s, 9s]", "1s … 5s"),
        ("between: [2s, 2s]", "equals: 2s", "2s … 2s"),
        ("equals: 3s", "equals: 3s", "= 3s"),
        ("equals: 3s", "max: 3s", "= 3s"),
    ],
)
def test_a_warn_line_that_shows_too_late_is_refused(
    tmp_path: Path, limit: str, warn: str, shown: str
) -> None:
    found = function_problems(tmp_path, f"{SPEED}{limit}\nwarn: {{{warn}}}")
    assert found == (
        f"fitness.yaml:5:11: `warn` can never show before the limit {shown}\n"
        "    The warn line must be reached before the limit is."
    )


LINES = st.integers(0, 6)
RANGES = st.tuples(LINES, LINES).map(sorted).map(lambda pair: f"between: [{pair[0]}, {pair[1]}]")
LIMITS = RANGES | st.builds("{}: {}".format, st.sampled_from(("max", "min", "equals")), LINES)


@given(LIMITS, LIMITS)
def test_a_warn_line_is_accepted_exactly_where_some_allowed_value_is_past_it(
    limit_text: str, warn_text: str
) -> None:
    text = f"{limit_text}\nwarn: {{{warn_text}}}\n"
    reader = Reader("f.yaml", {})
    pair = decode_pair(Composer("f.yaml").compose(text).entries, units.COUNT, reader)
    limit, warn = (_limit(each) for each in (limit_text, warn_text))
    values = [half / 2 for half in range(-3, 16)]
    shows = any(limit.allows(value) and not warn.allows(value) for value in values)
    assert isinstance(pair, Invalid) != shows
    assert isinstance(pair, Invalid) or pair == (limit, warn)


def _limit(text: str) -> Limit:
    node = Composer("f.yaml").compose(text)
    pair = decode_pair(node.entries, units.COUNT, Reader("f.yaml", {}))
    assert not isinstance(pair, Invalid)
    assert pair[0] is not None
    return pair[0]


@given(
    st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.4g}")),
    st.sampled_from([units.COUNT, units.SECONDS, units.BYTES, units.RATE, units.FACTOR, "$"]),
    st.sampled_from(["max", "min", "equals"]),
)
def test_a_limit_written_as_it_is_shown_is_the_same_limit(
    value: float, unit: str, name: str
) -> None:
    text = f"{name}: '{format_value(value, unit)}'"
    node = Composer("f.yaml").compose(text)
    assert isinstance(node, Mapping)
    reader = Reader("f.yaml", {})
    pair = decode_pair(node.entries, unit, reader)
    assert not isinstance(pair, Invalid), reader.problems
    limit = pair[0]
    assert limit is not None
    (line,) = (each for each in limit if each is not None)
    assert line == pytest.approx(value, rel=1e-3)


def test_what_is_wrong_beside_a_wrong_limit_is_told_as_well(tmp_path: Path) -> None:
    told = function_problems(tmp_path, "speed: {of: x, rounds: 101}\nmax: 5B")
    assert "'5B' is not a time" in told
    assert "more than 100 rounds take too long" in told
