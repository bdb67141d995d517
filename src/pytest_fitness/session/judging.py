"""A measurement against its limit, its anchors and its past: one verdict."""

import math
import time
from collections.abc import Callable

from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.judge.comparing import direction
from pytest_fitness.judge.limits import judge
from pytest_fitness.judge.worsened import FAIL, OFF, WARN, with_trend
from pytest_fitness.model import Check, FitnessFunction, Gate, Limit, Measurement, Verdict
from pytest_fitness.session.anchors import anchored
from pytest_fitness.session.memory import look_back
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.trends import Better, Finding, Moment, Past, Worsening
from pytest_fitness.units import format_value

Measure = Callable[[Context, Check], Measurement]


class Judging:
    """One check of a function, with what is known of its past.

    Args:
        kind: the kind of the function.
        function: the rule.
        check: which of its limits is judged.
        workspace: what the run shares.
    """

    def __init__(
        self, kind: Kind, function: FitnessFunction, check: Check, workspace: Workspace
    ) -> None:
        self._kind = kind
        self._function = function
        self._workspace = workspace
        self._effect = _effect(function, workspace.gate)
        self._better = direction(check.limit, function.better, function.comparison(check.part))
        self._accepted = workspace.accepted(function, check)
        self._past = self._look_back(check)
        self._anchored = anchored(function, check, self._past, workspace)

    def judge(self, measure: Measure) -> Verdict:
        """Measure and judge; what only looks like a step is measured again where that was asked."""
        measurement = measure(self._workspace, self._measured)
        found = self._by_limit(measurement)
        worse = self._worsening(found)
        if self._kind.measures_anew and _is_suspected(worse):
            found, worse = self._again(found, worse, measure)
        return with_trend(found, worse, self._effect)

    @property
    def _measured(self) -> Check:
        """The check as the kind sees it, which may have to know on which side the worst lies."""
        check = self._anchored.check
        if check.limit is not None or not self._kind.takes_limit:
            return check
        is_higher = self._better is Better.HIGHER
        return check._replace(limit=Limit(low=0.0) if is_higher else Limit(high=math.inf))

    def _look_back(self, check: Check) -> Past:
        compares = self._function.comparison(check.part) is not None
        if not compares and (self._effect == OFF or self._better is None):
            return Past()
        return look_back(self._kind, self._function, check, self._workspace)

    def _by_limit(self, measurement: Measurement) -> Verdict:
        if self._anchored.undecided and not measurement.undecided:
            measurement = measurement._replace(undecided=self._anchored.undecided)
        notes = (*measurement.notes, *self._anchored.notes, *self._past.notes)
        told = measurement._replace(notes=notes)
        return judge(self._function, self._anchored.check, told, self._accepted)

    def _worsening(self, found: Verdict, repeats: tuple[float, ...] = ()) -> Worsening | None:
        value, better = found.value, self._better
        if self._effect == OFF or better is None or not self._past.values:
            return None
        if value is None or not math.isfinite(value) or found.unit != self._past.unit:
            return None
        if not repeats and all(before == value for before in self._past.values):
            return None  # of most functions of code, and the detector is not even loaded
        from pytest_fitness.judge.worsening import Series, worsening

        return worsening(
            Series(
                self._past,
                value,
                Moment(self._workspace.now),
                better,
                found.limit,
                self._kind.static,
                self._function.trend,
                repeats,
                self._workspace.users_over_time(),
            )
        )

    def _again(
        self, first: Verdict, worse: Worsening | None, measure: Measure
    ) -> tuple[Verdict, Worsening | None]:
        """Measure until it is sure, as often as was asked; the middle one counts."""
        verdicts = [first]
        for number in range(self._workspace.confirm):
            if not _is_suspected(worse) or self._is_late():
                break
            verdicts.append(self._by_limit(measure(self._workspace.again(number), self._measured)))
            repeats = [each.value for each in verdicts[1:] if each.value is not None]
            worse = self._worsening(first, tuple(repeats))
        return _middle(verdicts), worse

    def _is_late(self) -> bool:
        deadline = self._workspace.deadline
        return deadline is not None and (
            time.time() + self._kind.duration(self._function) > deadline
        )


def _middle(verdicts: list[Verdict]) -> Verdict:
    """The verdict on the middle one of several measurements, with a note on all of them."""
    known = sorted(
        (each.value, place) for place, each in enumerate(verdicts) if each.value is not None
    )
    if len(known) < 2:
        return verdicts[0]
    chosen = verdicts[known[(len(known) - 1) // 2][1]]
    told = ", ".join(format_value(each.value, each.unit) for each in verdicts)
    return chosen._replace(notes=(*chosen.notes, f"measured {len(known)} times: {told}"))


def _is_suspected(worse: Worsening | None) -> bool:
    return worse is not None and worse.finding is Finding.SUSPECTED


def _effect(function: FitnessFunction, gate: str | None) -> str:
    """What a worsening does: as the function says, else it fails where trends are looked for."""
    return function.trend.effect or (FAIL if gate == Gate.SCHEDULED else WARN)
