"""The nouns cross process boundaries unharmed, and limits say what they mean."""

import json
import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.errors import Location
from pytest_fitness.model import (
    Effect,
    Limit,
    Link,
    Measurement,
    Outcome,
    Place,
    Verdict,
    Violation,
)
from pytest_fitness.transfer import measurement_from_builtins, to_builtins, verdict_from_builtins

LINK = Link("shop.a", "shop.b", "src/shop/a.py", 3)


def test_a_verdict_survives_json() -> None:
    verdict = Verdict(
        "layers",
        Outcome.FAILED,
        "1 violation",
        part="core",
        kind="contract",
        value=1.0,
        unit=units.COUNT,
        limit=Limit(high=0),
        warn=Limit(high=-1),
        violations=(Violation("a -> b", "a imports b", None, "a.py", 3, (LINK,), None),),
        known=(Violation("c -> d", "c imports d", 2.0, accepted=3.0),),
        fixed=("e -> f",),
        notes=("1 import ignored",),
        effect=Effect.FAIL,
        tags=("code",),
        location=Location("fitness.yaml", 3, 5),
    )
    assert verdict_from_builtins(json.loads(json.dumps(to_builtins(verdict)))) == verdict


def test_a_measurement_survives_marshal() -> None:
    places = (Place("a -> b", "a imports b", 1.5, "a.py", 3, (LINK, LINK)),)
    measurement = Measurement(1.5, units.RATIO, places, True, 9, "nine things", ("a note",))
    packed = marshal.dumps(to_builtins(measurement))
    assert measurement_from_builtins(marshal.loads(packed)) == measurement


@pytest.mark.parametrize(
    ("limit", "unit", "text"),
    [
        (Limit(high=10), units.COUNT, "≤ 10"),
        (Limit(low=0.8), units.RATIO, "≥ 80%"),
        (Limit(equals=0), units.COUNT, "= 0"),
        (Limit(low=1, high=5), units.SECONDS, "1s … 5s"),
    ],
)
def test_a_limit_reads_as_symbols(limit: Limit, unit: str, text: str) -> None:
    assert limit.describe(unit) == text


@pytest.mark.parametrize(
    ("limit", "value", "share"),
    [
        (Limit(high=10), 8, 0.2),
        (Limit(high=10), 12, -0.2),
        (Limit(low=0.8), 0.9, 0.125),
        (Limit(high=0), 0, None),
        (Limit(equals=3), 3, None),
        (Limit(low=2, high=10), 3, 0.5),
    ],
)
def test_headroom_is_the_share_left(limit: Limit, value: float, share: float | None) -> None:
    assert limit.headroom(value) == (None if share is None else pytest.approx(share))


LINES = st.floats(-1e6, 1e6)


@given(LINES, LINES, LINES)
def test_excess_is_positive_exactly_past_the_limit(one: float, two: float, value: float) -> None:
    low, high = sorted((one, two))
    for limit in (Limit(high=high), Limit(low=low), Limit(low=low, high=high)):
        assert limit.allows(value) == (limit.excess(value) <= 0)
