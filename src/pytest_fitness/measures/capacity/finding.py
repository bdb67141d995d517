"""From what a search found to what each limit is held against."""

import math

from pytest_fitness import units
from pytest_fitness.errors import NoDataError
from pytest_fitness.judge.capacity import Capacity, Standing, capacity
from pytest_fitness.judge.scalability import Scalability, scalability, sentence
from pytest_fitness.measures.capacity.options import UNITS, Budget
from pytest_fitness.measures.capacity.result import Climb, Recovery, Step, in_users
from pytest_fitness.model import Limit, Measurement


def of_users(climb: Climb, budget: Budget) -> Measurement:
    """The largest number of users within the budget."""
    found = capacity(climb.tried)
    return Measurement(
        value=found.users,
        samples=climb.requests,
        subject=in_words(climb, found, budget),
        interval=(found.users, max(found.most, found.users)),
        settles=_settles(found),
    )


def of_headroom(climb: Climb, budget: Budget, users: float) -> Measurement:
    """How many times the users of now have room.

    Raises:
        NoDataError: there are none.
    """
    if not 0 < users < math.inf:
        raise NoDataError(
            f"there are {units.format_value(users)} users now: headroom is a multiple of them",
            "Check what `users:` at the top of the file asks.",
        )
    found = of_users(climb, budget)
    low, high = found.interval or (0.0, math.inf)
    return found._replace(
        value=low / users,
        unit=units.FACTOR,
        subject=f"{found.subject}; {units.format_value(users)} users now",
        interval=(low / users, high / users),
    )


def of_recovery(climb: Climb, budget: Budget) -> Measurement:
    """How long after the peak the budget held again."""
    found = climb.recovery
    assert found is not None, "a limit of `recovery` has it watched"
    held = any(s.users == found.users and s.standing is Standing.WITHIN for s in climb.steps)
    never = f"{found.users:,} users were past the budget before the peak, too: {_limits(budget)}"
    return Measurement(
        value=found.seconds,
        unit=units.SECONDS,
        samples=climb.requests,
        subject=_recovery_in_words(found),
        interval=None if found.recovered else (found.seconds, math.inf),
        undecided="" if held else never,
    )


def of_peak(climb: Climb, confidence: float) -> Measurement:
    """The number of users at which throughput is predicted to be greatest."""
    found = _scalability(climb, confidence)
    said = sentence(found)
    if found.curve is None or not found.fits or found.low <= 1 < found.high == math.inf:
        return Measurement(None, samples=climb.requests, undecided=said)
    if math.isinf(found.high):  # it may never fall, but does not before so many
        value, said = found.low, f"{said}, nor before {found.low:,.0f}"
    else:
        value = found.curve.peak
    return Measurement(
        value=value,
        samples=climb.requests,
        subject=said,
        interval=(found.low, found.high),
        settles="more steps, or a longer `hold`, would tell",
    )


def in_words(climb: Climb, found: Capacity, budget: Budget) -> str:
    """What was found."""
    if math.isinf(found.most):
        largest = max(step.users for step in climb.steps)
        if found.users == largest:
            return f"at least {in_users(found.users)}: no step broke the budget ({_limits(budget)})"
        return (
            f"{found.users:,} users are within the budget ({_limits(budget)}); whether {largest:,}"
            " are cannot be told"
        )
    over = min((s for s in climb.steps if s.standing is Standing.PAST), key=lambda s: s.users)
    within = f"{found.users:,} users are" if found.users else "not even one user is"
    past = f"{over.users:,} are past it: {over.shown}" if found.users else over.shown
    return f"{within} within the budget ({_limits(budget)}); {past}"


def noted(found: Measurement, limit: Limit | None) -> Measurement:
    """With its sentence as a note where it passes: where it does not, the report says it."""
    if found.value is None or found.undecided or not (limit is None or limit.allows(found.value)):
        return found
    return found._replace(notes=(found.subject, *found.notes))


def notes(climb: Climb, budget: Budget, confidence: float, part: str) -> tuple[str, ...]:
    """Why the search ended, each step, the scalability law and the recovery.

    Args:
        climb: what was found.
        budget: what it was held against.
        confidence: how sure the law's peak has to be.
        part: what the limit is about; that is not told again.
    """
    recovery = climb.recovery
    shared = {
        "users": [in_words(climb, capacity(climb.tried), budget)],
        "steps": list(map(_step_in_words, sorted(climb.steps))),
        "peak": [sentence(_scalability(climb, confidence))],
        "recovery": [] if recovery is None else [_recovery_in_words(recovery)],
    }
    del shared["users" if part == "headroom" else part]
    return tuple(note for notes in shared.values() for note in notes)


def _step_in_words(step: Step) -> str:
    remarks = f" ({step.remarks})" if step.remarks else ""
    return f"{in_users(step.users)}: {step.rate:,.0f}/s, {step.shown}: {step.standing}{remarks}"


def _scalability(climb: Climb, confidence: float) -> Scalability:
    return scalability([(step.users, step.rate) for step in climb.steps], confidence)


def _recovery_in_words(found: Recovery) -> str:
    seconds = units.format_value(found.seconds, units.SECONDS)
    told = f"after {in_users(found.peak)}, with {found.users:,} left, the budget"
    if found.recovered:
        return f"{told} held again within {seconds}"
    return f"{told} did not recover within {seconds}"


def _limits(budget: Budget) -> str:
    return ", ".join(f"{name} {limit.describe(UNITS[name])}" for name, limit in budget)


def _settles(found: Capacity) -> str:
    if math.isinf(found.most):
        return "a larger last step would tell"
    return "a longer `hold` would tell"
