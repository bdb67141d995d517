"""How many users a system has room for: which number to try next, and what the tries tell."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

PRECISION: Final = 0.05


class Standing(StrEnum):
    """How so many users stood to the budget."""

    WITHIN = "within"
    UNCLEAR = "unclear"  # past it, but not certainly
    PAST = "past"


class Tried(NamedTuple):
    """One number of users, and how the budget held with them."""

    users: int
    standing: Standing


class Capacity(NamedTuple):
    """The largest number of users within the budget.

    Attributes:
        users: the largest that was seen to be; 0 where not even the smallest was.
        most: no more can be; infinite where no number was certainly past the budget.
    """

    users: int
    most: float


def capacity(tried: Sequence[Tried]) -> Capacity:
    """What the tries tell, in whatever order they were made."""
    past = min((one.users for one in tried if one.standing is Standing.PAST), default=None)
    within = [
        one.users
        for one in tried
        if one.standing is Standing.WITHIN and (past is None or one.users < past)
    ]
    return Capacity(max(within, default=0), math.inf if past is None else past - 1)


def next_users(
    steps: Sequence[int], tried: Sequence[Tried], precision: float = PRECISION
) -> int | None:
    """The number of users to try next; None where the capacity is known well enough.

    The steps are climbed until the budget certainly breaks. Then the gap between the largest number
    within it and the next larger one that was not is halved, until that gap is a small share.

    Args:
        steps: what to climb, in rising order.
        tried: what was tried so far.
        precision: the share.
    """
    highest = max((one.users for one in tried), default=0)
    if all(one.standing is not Standing.PAST for one in tried):
        following = [users for users in steps if users > highest]
        if following:
            return following[0]
    low = capacity(tried).users
    high = min((one.users for one in tried if one.users > low), default=None)
    if high is None or high - low <= max(1.0, precision * high):
        return None
    return (low + high) // 2


def recovered_after(within: Sequence[bool], lasting: int = 3) -> int | None:
    """How many slices of time passed until the budget held, and went on to hold.

    Args:
        within: whether it held, slice by slice, from the moment the load went down.
        lasting: for how many slices it has to hold.

    Returns:
        None where it did not come to hold for so long.
    """
    for place in range(len(within) - lasting + 1):
        if all(within[place : place + lasting]):
            return place
    return None
