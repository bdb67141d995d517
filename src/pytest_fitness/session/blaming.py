"""Who and what may be to blame for what got worse."""

from collections.abc import Iterable
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pytest_fitness.config.kinds import Kind
from pytest_fitness.errors import FitnessError
from pytest_fitness.judge.comparing import direction
from pytest_fitness.judge.moved import Elements, lines, moved
from pytest_fitness.model import FitnessFunction, Place, Verdict
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.trends import Better, Finding, Worsening

if TYPE_CHECKING:
    from pytest_fitness.session.past.code import PastCode

# The code of so many commits is looked at: a run has other things to do.
_MOST_COMMITS: Final = 3


class Blame:
    """Looks for what is behind a step: in the code of the last good commit, and in git's log.

    Args:
        workspace: the project as it is.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open = ExitStack()
        self._pasts: dict[str, PastCode] = {}
        self._commits: dict[tuple[str, str], tuple[str, ...]] = {}

    def told(self, verdict: Verdict) -> Verdict:
        """The verdict with the elements that moved it, and the commits that may have done so."""
        worse = verdict.trend
        if worse is None or worse.finding is Finding.DRIFT or worse.last_good is None:
            return verdict
        good = worse.last_good.commit
        if good is None:
            return verdict
        elements = () if verdict.violations else self._moved(verdict, good, worse.before)
        culprits = (*elements, *self._committed(good, _bad_commit(worse)))
        return verdict._replace(trend=worse._replace(culprits=culprits))

    def close(self) -> None:
        """Let go of the code of the past."""
        self._open.close()

    def _committed(self, good: str, bad: str) -> tuple[str, ...]:
        from pytest_fitness.history.culprits import suspects

        if (good, bad) not in self._commits:
            self._commits[good, bad] = suspects(self._workspace.root, good, bad).lines()
        return self._commits[good, bad]

    def _moved(self, verdict: Verdict, good: str, level: float) -> tuple[str, ...]:
        """The elements that got worse since a commit; none where that cannot be told."""
        if verdict.function not in self._functions:
            return ()
        kind, function = self._functions[verdict.function]
        is_new = good not in self._pasts
        if not kind.static or (is_new and len(self._pasts) == _MOST_COMMITS):
            return ()
        comparison = function.comparison(verdict.part)
        better = direction(verdict.limit, function.better, comparison) or Better.LOWER
        try:
            before, now = self._before(kind, function, good), self._now(kind, function)
        except FitnessError:
            return ()  # the commit is not in this clone, or its code cannot be read
        return lines(moved(before, now, level, better), verdict.unit)

    def _before(self, kind: Kind, function: FitnessFunction, commit: str) -> Elements:
        from pytest_fitness.session.past.code import code_at

        if commit not in self._pasts:
            self._pasts[commit] = self._open.enter_context(code_at(self._workspace, commit))
        return _by_key(kind.elements(function, self._pasts[commit]))

    def _now(self, kind: Kind, function: FitnessFunction) -> Elements:
        return _by_key(kind.elements(function, self._workspace))

    @cached_property
    def _functions(self) -> dict[str, tuple[Kind, FitnessFunction]]:
        return {function.id: (kind, function) for kind, function, _ in self._workspace.plan}


def _by_key(places: Iterable[Place]) -> Elements:
    return {place.key: place for place in places}


def _bad_commit(worse: Worsening) -> str:
    """The commit of the first bad run: what is checked out, where that is this run."""
    known = worse.first_bad.commit if worse.first_bad is not None else None
    return known or "HEAD"
