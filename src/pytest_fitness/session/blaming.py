"""Who may be to blame for what got worse."""

from pathlib import Path

from pytest_fitness.history.culprits import suspects
from pytest_fitness.model import Verdict
from pytest_fitness.trends import Worsening


class Blame:
    """Asks git for the commits behind a step, once for each pair of runs.

    Args:
        root: the directory of ``fitness.yaml``.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def told(self, verdict: Verdict) -> Verdict:
        """The verdict with the commits between the last good run and the first bad one."""
        worse = verdict.trend
        if worse is None or worse.last_good is None or worse.last_good.commit is None:
            return verdict
        commits = self._commits(worse.last_good.commit, _bad_commit(worse))
        culprits = (*worse.culprits, *commits)
        return verdict._replace(trend=worse._replace(culprits=culprits))

    def _commits(self, good: str, bad: str) -> tuple[str, ...]:
        if (good, bad) not in self._known:
            self._known[good, bad] = suspects(self._root, good, bad).lines()
        return self._known[good, bad]


def _bad_commit(worse: Worsening) -> str:
    """The commit of the first bad run: what is checked out, where that is this run."""
    known = worse.first_bad.commit if worse.first_bad is not None else None
    return known or "HEAD"
