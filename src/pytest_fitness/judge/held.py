"""A limit that has to be broken for a time before it fails, as in alerting rules."""

from pytest_fitness.judge.holding import Holding, hold
from pytest_fitness.judge.verdicts import no_data, verdict
from pytest_fitness.model import Check, FitnessFunction, Held, Limit, Measurement, Outcome, Verdict
from pytest_fitness.units import SECONDS, format_value


def _silence(measurement: Measurement, found: Holding, held: Held) -> str:
    """What is missing of the time, in words."""
    subject, gap = measurement.subject, format_value(held.gap, SECONDS)
    if found.state == "stale":
        age = format_value(held.now - held.points[-1][0], SECONDS) if held.points else "nothing"
        return f"{subject}: the newest value is {age} old; {gap} is allowed"
    hole = format_value(found.longest_gap, SECONDS)
    return f"{subject}: no value for {hole} within the time; gaps up to {gap} are bridged"


def judge_held(
    function: FitnessFunction, check: Check, measurement: Measurement, held: Held
) -> Verdict:
    """The verdict on the values of a time."""
    assert function.hold is not None
    limit = check.limit or Limit()
    found = hold(held.points, limit, now=held.now, hold=function.hold, gap=held.gap)
    if found.state in ("stale", "gap"):
        return no_data(
            function, check, measurement._replace(subject=_silence(measurement, found, held))
        )
    line, wanted = limit.describe(check.unit), format_value(function.hold, SECONDS)
    value = format_value(found.value, check.unit)
    lasted = format_value(held.now - found.since, SECONDS) if found.since is not None else ""
    if found.state == "broken":
        outcome, reason = Outcome.FAILED, f"{value} where {line} is allowed, for {lasted}"
    elif found.state == "pending":
        outcome = Outcome.WARNED
        reason = f"{value} is past {line}, pending for {lasted}: it fails after {wanted}"
    elif check.warn is not None and not check.warn.allows(found.value or 0.0):
        outcome = Outcome.WARNED
        reason = f"{value} is past the warn line {check.warn.describe(check.unit)}"
    else:
        outcome, reason = Outcome.PASSED, f"{value} is within {line}"
    return verdict(
        function,
        check,
        outcome,
        reason,
        value=found.value,
        unit=measurement.unit,
        samples=measurement.samples,
        subject=measurement.subject,
        notes=measurement.notes,
    )
