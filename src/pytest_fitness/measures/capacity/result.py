"""What a search for the capacity found."""

from typing import Any, NamedTuple

from pytest_fitness.judge.capacity import Standing, Tried


class Step(NamedTuple):
    """So many users.

    Attributes:
        standing: whether the budget held.
        shown: the figures of the budget, in words.
        rate: the requests that succeeded, a second.
        requests: how many were measured.
        remarks: what the reader should know of it.
    """

    users: int
    standing: Standing
    shown: str
    rate: float
    requests: int
    remarks: str = ""


class Recovery(NamedTuple):
    """What happened after the largest number of users.

    Attributes:
        seconds: until the budget held again; where it did not, for how long that was watched.
        recovered: whether it did.
        users: those that were left, at whom it is looked.
        peak: how many there had been.
    """

    seconds: float
    recovered: bool
    users: int
    peak: int


class Climb(NamedTuple):
    """All steps, in the order in which they were tried."""

    steps: tuple[Step, ...]
    recovery: Recovery | None

    @property
    def tried(self) -> list[Tried]:
        """What the search needs to know of the steps."""
        return [Tried(step.users, step.standing) for step in self.steps]

    @property
    def requests(self) -> int:
        """How many requests were measured."""
        return sum(step.requests for step in self.steps)

    def to_builtins(self) -> list[Any]:
        """Lists and scalars, fit for another process."""
        steps = [[*step[:1], str(step.standing), *step[2:]] for step in self.steps]
        return [steps, None if self.recovery is None else list(self.recovery)]


def climb_from_builtins(data: Any) -> Climb:
    """The climb that :meth:`Climb.to_builtins` took apart."""
    steps, recovery = data
    return Climb(
        tuple(Step(users, Standing(standing), *rest) for users, standing, *rest in steps),
        None if recovery is None else Recovery(*recovery),
    )


def in_users(count: int) -> str:
    """So many users, in words."""
    return f"{count:,} user{'' if count == 1 else 's'}"
