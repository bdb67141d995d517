"""What an experiment found: a number, read at several numbers of users."""

from typing import Any, NamedTuple

from pytest_fitness.judge.leaks import Hold


class Experiment(NamedTuple):
    """What was found.

    Attributes:
        users: how many there were in each hold.
        holds: what was read in each.
        idle: what was read before the first user came.
        requests: how many there were, while it was measured.
        failures: how many of them failed.
        began: when the first user came; seconds since the epoch.
    """

    users: tuple[int, ...]
    holds: tuple[Hold, ...]
    idle: float
    requests: int
    failures: int
    began: float = 0.0

    def to_builtins(self) -> list[Any]:
        """Lists and numbers, fit for another process."""
        holds = [[hold.rate, [list(point) for point in hold.points]] for hold in self.holds]
        return [list(self.users), holds, *self[2:]]


def experiment_from_builtins(data: Any) -> Experiment:
    """The experiment that :meth:`Experiment.to_builtins` took apart."""
    users, holds, *rest = data
    held = tuple(Hold(tuple(map(tuple, points)), rate) for rate, points in holds)
    return Experiment(tuple(users), held, *rest)
