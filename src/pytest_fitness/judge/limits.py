"""A measurement against its limit, and against what was accepted before: a verdict."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_fitness.judge.held import judge_held
from pytest_fitness.judge.verdicts import clean, inconclusive, no_data, verdict
from pytest_fitness.model import (
    INDIRECT,
    Check,
    FitnessFunction,
    Limit,
    Link,
    Measurement,
    Outcome,
    Place,
    Verdict,
    Violation,
)
from pytest_fitness.units import format_value

Accepted = Mapping[str, float | None]
WHOLE = "(whole)"
_NONE_ALLOWED = Limit(high=0)


@dataclass(frozen=True, slots=True)
class _Offences:
    """The places past the limit, told apart by what the baseline says of them."""

    new: tuple[Violation, ...]
    known: tuple[Violation, ...]
    fixed: tuple[str, ...]


_NONE = _Offences((), (), ())


def judge(
    function: FitnessFunction,
    check: Check,
    measurement: Measurement,
    accepted: Accepted | None = None,
) -> Verdict:
    """The verdict on one measurement.

    Args:
        function: the rule.
        check: which of its limits is judged.
        measurement: what was measured.
        accepted: the frozen violations of this check with the value each was accepted at; None
            where nothing is frozen.
    """
    value = measurement.value
    if measurement.undecided:
        return inconclusive(function, check, measurement, measurement.undecided)
    if function.hold is not None and measurement.held is not None:
        return judge_held(function, check, measurement, measurement.held)
    if value is None or math.isnan(value) or measurement.samples == 0:
        return no_data(function, check, measurement)
    limit = check.limit or _NONE_ALLOWED
    if _may_be_within(measurement, value, limit):
        return inconclusive(function, check, measurement, _untold(function, measurement, limit))
    return _judged(function, check, measurement, accepted or {})


def _may_be_within(measurement: Measurement, value: float, limit: Limit) -> bool:
    """Whether a value past the limit does not show that the true one is."""
    interval = measurement.interval
    return interval is not None and not limit.allows(value) and not limit.excludes(interval)


def _judged(
    function: FitnessFunction, check: Check, measurement: Measurement, accepted: Accepted
) -> Verdict:
    value = measurement.value
    assert value is not None
    limit = check.limit or _NONE_ALLOWED
    offences = _sort_out(_past(measurement, value, limit), limit, accepted)
    warned = _past(measurement, value, check.warn, offences.known) if check.warn else []
    if offences.new:
        outcome = Outcome.FAILED
        reason = _broken(measurement, check.limit, offences)
    elif warned:
        outcome = Outcome.WARNED
        reason = _early(measurement, check.warn, warned[0])
    else:
        outcome = Outcome.PASSED
        reason = _within(measurement, check.limit, offences)
    return verdict(
        function,
        check,
        outcome,
        reason,
        value=value,
        unit=measurement.unit,
        violations=offences.new,
        known=offences.known,
        fixed=offences.fixed,
        subject=measurement.subject,
        notes=measurement.notes,
        samples=measurement.samples,
        interval=measurement.interval,
    )


def _past(
    measurement: Measurement, value: float, line: Limit, known: tuple[Violation, ...] = ()
) -> list[Place]:
    """The places that a line does not allow."""
    if measurement.judged_by_place:
        keys = {violation.key for violation in known}
        return [
            place
            for place in measurement.places
            if place.value is not None
            and not line.allows(place.value)
            and clean(place.key) not in keys
        ]
    if line.allows(value) or known:
        return []
    whole = Place(WHOLE, f"{measurement.subject or 'the whole'} as a whole", value)
    return list(measurement.places) or [whole]


def _sort_out(places: list[Place], limit: Limit, accepted: Accepted) -> _Offences:
    if not places and not accepted:
        return _NONE
    new: list[Violation] = []
    known: list[Violation] = []
    for place in places:
        key = clean(place.key)
        listed = _listed(key, place.value, accepted)
        before = None if listed is None else accepted[listed]
        is_known = listed is not None and not _is_worse(place.value, before, limit)
        violation = Violation(
            key=key,
            message=clean(place.message),
            value=place.value,
            path=place.path and clean(place.path),
            line=place.line,
            chain=tuple(map(_clean_link, place.chain)),
            accepted=before,
        )
        (known if is_known else new).append(violation)
    fixed = _fixed([clean(place.key) for place in places], accepted)
    return _Offences(tuple(new), tuple(known), fixed)


def _fixed(keys: list[str], accepted: Accepted) -> tuple[str, ...]:
    """The accepted keys that nothing needs any more."""
    needed = {key if key in accepted else _covering(key) for key in keys}
    # Where there is a direct import, whether there are chains too was not looked at.
    return tuple(
        sorted(key for key in accepted if key not in needed and _covering(key) not in needed)
    )


def _listed(key: str, value: float | None, accepted: Accepted) -> str | None:
    """The key by which the baseline knows a place; one that has a value only with such a one."""
    for known in (key, _covering(key)):
        if known in accepted and (accepted[known] is None) == (value is None):
            return known
    return None


def _covering(key: str) -> str:
    """The key that covers this one too where it was accepted: itself but for a chain of imports.

    Whoever accepted that one module imports another (``a -> z``) has accepted that it does so
    through others (``a -> ... -> z``), and not the other way round.
    """
    return key.replace(INDIRECT, " -> ")


def _is_worse(value: float | None, before: float | None, limit: Limit) -> bool:
    """Whether a value lies further past the limit than the one that was accepted."""
    if value is None or before is None or math.isclose(value, before, rel_tol=1e-4):
        return False
    other_side = limit.low is not None and (value < limit.low) != (before < limit.low)
    return other_side or limit.excess(value) > limit.excess(before)


def _broken(measurement: Measurement, limit: Limit | None, offences: _Offences) -> str:
    worse = sum(violation.accepted is not None for violation in offences.new)
    new = len(offences.new) - worse
    counts = [f"{new:,} new"] if new and (offences.known or worse) else []
    counts += [f"{worse:,} worse than accepted"] if worse else []
    counts += [f"{len(offences.known):,} known"] if offences.known else []
    tail = f" ({', '.join(counts)})" if counts else ""
    value = format_value(measurement.value, measurement.unit)
    if limit is None:
        return f"{value} violation{'' if measurement.value == 1 else 's'}{tail}"
    return f"{value} where {limit.describe(measurement.unit)} is allowed{tail}"


def _untold(function: FitnessFunction, measurement: Measurement, limit: Limit) -> str:
    value, low, high = (
        format_value(each, measurement.unit)
        for each in (measurement.value, *(measurement.interval or ()))
    )
    settles = f"; {measurement.settles}" if measurement.settles else ""
    return (
        f"{value} is past {limit.describe(measurement.unit)}, but {function.confidence:.0%} sure"
        f" is only {low} to {high}{settles}"
    )


def _early(measurement: Measurement, warn: Limit | None, place: Place) -> str:
    assert warn is not None
    line = warn.describe(measurement.unit)
    if place.path is None:
        return f"{format_value(measurement.value, measurement.unit)} is past the warn line {line}"
    where = "" if place.line is None else f":{place.line}"
    return f"past warn {line}: {place.path}{where}: {place.message}"


def _within(measurement: Measurement, limit: Limit | None, offences: _Offences) -> str:
    count = len(offences.known)
    if count:
        return f"{count:,} known violation{'s' if count > 1 else ''}, none new"
    if limit is None:
        return "no violation"
    value = format_value(measurement.value, measurement.unit)
    return f"{value} is within {limit.describe(measurement.unit)}"


def _clean_link(link: Link) -> Link:
    return link._replace(
        importer=clean(link.importer),
        imported=clean(link.imported),
        path=link.path and clean(link.path),
    )
