"""What an experiment, or a past, tells: an elasticity, and whether there is a leak."""

from typing import NamedTuple

from pytest_fitness import units
from pytest_fitness.answers import Points
from pytest_fitness.judge.elasticity import Elasticity, elasticity, sentence
from pytest_fitness.judge.leaks import Leak, leak, without_leak
from pytest_fitness.measures.growth.experiment import Experiment
from pytest_fitness.measures.growth.options import climb
from pytest_fitness.model import Check, FitnessFunction, Measurement

_MINUTE = 60.0


class Rise(NamedTuple):
    """Growth while the users stayed the same: a minute, or a day.

    Attributes:
        certain: whether it is beyond doubt, and worth the word.
        undecided: why it cannot be told; empty where it can.
    """

    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    certain: bool = False
    undecided: str = ""


class Found(NamedTuple):
    """How a number grows.

    Attributes:
        said: the same in words.
        leaked: in what unit the rise is.
        a_while: what the rise is counted by: ``a minute``, ``a day``.
    """

    elasticity: Elasticity
    rise: Rise
    said: str
    leaked: str
    a_while: str
    settles: str
    notes: tuple[str, ...] = ()


def observed(of: Points, per: Points, names: tuple[str, str], confidence: float) -> Found:
    """What two series of the past tell."""
    found = elasticity(of, per, confidence)
    rise = Rise(undecided=found.undecided or f"{names[1]} moved too steadily to tell")
    if found.drift is not None:
        rise = Rise(*found.drift, certain=found.leak)
    settles = "a longer `over`, or a time in which more changed, would tell"
    said = sentence(*names, found)
    return Found(found, rise, said, units.RATIO, "a day", settles)


def experimented(
    experiment: Experiment, name: str, unit: str, confidence: float, *, beyond_idle: bool
) -> Found:
    """What an experiment tells; what has leaked is no growth with users."""
    leaking = leak(experiment.holds, confidence)
    cleaned = list(experiment.holds)
    if leaking.certain:
        cleaned = without_leak(cleaned, leaking, experiment.began)
    idle = experiment.idle if beyond_idle else 0.0
    places = climb(experiment.users)
    of = [(time, value - idle) for place in places for time, value in cleaned[place].points]
    per = [
        (time, float(experiment.users[place]))
        for place in places
        for time, _ in cleaned[place].points
    ]
    # Leaks are told by what happened at constant users, not by the trend over all steps.
    found = elasticity(tuple(of), tuple(per), confidence)._replace(leak=False)
    beyond = f" beyond the {units.format_value(idle, unit)} of idling" if beyond_idle else ""
    said = sentence(f"{name}{beyond}", "users", found)
    if leaking.certain:
        said += f"; {_leak_in_words(leaking, unit, confidence)}"
    value, low, high = (each * _MINUTE for each in leaking[:3])
    rise = Rise(value, low, high, leaking.certain, leaking.undecided)
    settles = "a longer `hold`, or steps further apart, would tell"
    return Found(found, rise, said, unit, "a minute", settles, _notes(experiment, leaking))


def measured(found: Found, function: FitnessFunction, check: Check) -> Measurement:
    """What one limit is held against."""
    if check.part == "leak":
        return _leak(found, check)
    value, low, high = found.elasticity.value, found.elasticity.low, found.elasticity.high
    undecided = found.said if found.elasticity.undecided else ""
    within = value is not None and (check.limit is None or check.limit.allows(value))
    if found.rise.certain and within and "leak" not in function.limits:
        undecided = found.said  # growth within its limit is not all there is to be said
    return Measurement(
        value=value,
        samples=found.elasticity.samples,
        subject=found.said,
        interval=None if low is None or high is None else (low, high),
        settles=found.settles,
        undecided=undecided,
        notes=found.notes,
    )


def _leak(found: Found, check: Check) -> Measurement:
    rise = found.rise
    most = units.format_value(rise.high, found.leaked)
    most_allowed = check.limit.high if check.limit is not None else None
    undecided = f"whether it leaks cannot be told: {rise.undecided}" if rise.undecided else ""
    if not undecided and not rise.certain and most_allowed and rise.high > most_allowed:
        undecided = f"no leak is certain, and {most} {found.a_while} are possible; {found.settles}"
    none = f"{found.said}; no leak: {most} {found.a_while} at most"
    return Measurement(
        value=rise.value if rise.certain else 0.0,
        unit=found.leaked,
        samples=max(1, found.elasticity.samples),
        subject=found.said if rise.certain else none,
        interval=(rise.low, rise.high) if rise.certain else (min(rise.low, 0.0), max(rise.high, 0)),
        settles=found.settles,
        undecided=undecided,
        notes=found.notes,
    )


def _leak_in_words(leaking: Leak, unit: str, confidence: float) -> str:
    value, low, high = (units.format_value(each * _MINUTE, unit) for each in leaking[:3])
    each = ""
    if leaking.per_request is not None:
        each = f", {units.format_value(leaking.per_request, unit)} a request"
    return (
        f"at constant users it grew {value} a minute ({confidence:.0%} {low} to {high}){each}:"
        " a suspected leak"
    )


def _notes(experiment: Experiment, leaking: Leak) -> tuple[str, ...]:
    steps = ", ".join(f"{users:,}" for users in experiment.users)
    found = [f"{experiment.requests:,} requests at {steps} users"]
    if experiment.failures:
        found.append(f"{experiment.failures:,} requests failed")
    if leaking.certain:
        found.append("what had leaked by then is taken off before growth is told")
    return tuple(found)
