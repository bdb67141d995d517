"""Verdicts: what every one of them carries, and those where nothing could be told."""

from pytest_fitness.model import Check, Effect, FitnessFunction, Measurement, Outcome, Verdict


def no_data(function: FitnessFunction, check: Check, measurement: Measurement) -> Verdict:
    """The verdict where there was nothing to judge; never a pass."""
    what = measurement.subject or "nothing was found"
    return verdict(
        function,
        check,
        Outcome.NO_DATA,
        what,
        unit=measurement.unit,
        notes=measurement.notes,
        effect=function.on_no_data,
    )


def verdict(
    function: FitnessFunction,
    check: Check,
    outcome: Outcome,
    reason: str,
    *,
    subject: str = "",
    notes: tuple[str, ...] = (),
    hint: str = "",
    **found: object,
) -> Verdict:
    """A verdict that carries what every verdict does: whose it is, and what the reader may need."""
    return Verdict(
        function=function.id,
        part=check.part,
        kind=function.kind,
        outcome=outcome,
        reason=clean(reason),
        warn=check.warn,
        about=function.about,
        owner=function.owner,
        link=function.link,
        tags=function.tags,
        location=function.location,
        frozen=function.frozen,
        freezable=function.freezable,
        subject=clean(subject),
        notes=tuple(map(clean, notes)),
        hint=clean(hint),
        **{"limit": check.limit, "unit": check.unit, **found},  # type: ignore[arg-type]
    )


def inconclusive(
    function: FitnessFunction, check: Check, measurement: Measurement, reason: str
) -> Verdict:
    """The verdict where something was measured, and it cannot be told what it means."""
    return verdict(
        function,
        check,
        Outcome.INCONCLUSIVE,
        reason,
        value=measurement.value,
        unit=measurement.unit,
        samples=measurement.samples,
        interval=measurement.interval,
        subject=measurement.subject,
        notes=measurement.notes,
        effect=function.on_inconclusive,
    )


def fails(verdict: Verdict, *, strict: bool = False) -> bool:
    """Whether a verdict fails the run; ``strict`` lets warnings fail it too."""
    if verdict.outcome in (Outcome.FAILED, Outcome.ERROR):
        return True
    if verdict.outcome is Outcome.WARNED or verdict.effect is Effect.WARN:
        return strict
    return verdict.effect is Effect.FAIL


def clean(text: str) -> str:
    """The text as any file and any other process can hold it: names of files may not be text."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
