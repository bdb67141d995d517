"""CPU time of processes that come and go between two readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.sources.process.reading import Reading, Spent, cores
from python_programs import law

ROOT, CHILD, OTHER = (1, 0.0), (2, 5.0), (3, 6.0)


def reading(**spent: tuple[float, float]) -> Reading:
    names = {"root": ROOT, "child": CHILD, "other": OTHER}
    return Reading({}, {names[name]: Spent(*times) for name, times in spent.items()})


@pytest.mark.parametrize(
    ("before", "after", "busy"),
    [
        # One process: what it spent in between.
        (reading(root=(10, 50)), reading(root=(13, 50)), 1.5),
        (reading(root=(10, 50)), reading(root=(10, 50)), 0),
        # Two of them are added.
        (reading(root=(1, 0), child=(1, 0)), reading(root=(2, 0), child=(4, 0)), 2),
        # A child that came counts from its beginning.
        (reading(root=(1, 0)), reading(root=(1, 0), child=(2, 0)), 1),
        # One that ended: its parent knows all of it, of which a part was known before.
        (reading(root=(1, 7), child=(2, 0)), reading(root=(1, 12), child=(2, 0)), 2.5),
        (reading(root=(1, 7), child=(2, 1)), reading(root=(1, 12)), 1),
        # One that came and ended in between was never seen.
        (reading(root=(1, 7)), reading(root=(1, 9)), 1),
        # Nobody waited for it: what it spent since is not known, and nothing is taken off.
        (reading(root=(1, 0), child=(9, 0)), reading(root=(2, 0)), 0.5),
        # The number was given to another process meanwhile.
        (reading(root=(1, 0), child=(9, 0)), reading(root=(1, 10), other=(1, 0)), 1),
        # A clock that went back.
        (reading(root=(5, 0)), reading(root=(4, 0)), 0),
    ],
)
def test_how_many_cores_were_busy(before: Reading, after: Reading, busy: float) -> None:
    assert cores(before, after, 2.0) == busy


TIMES = st.integers(0, 1000)


@law
@given(TIMES, TIMES, TIMES, TIMES, TIMES, st.booleans())
def test_whether_a_child_has_ended_makes_no_difference(
    root: int, reaped: int, child: int, more: int, extra: int, ended: bool
) -> None:
    before = reading(root=(root, reaped), child=(child, 0))
    if ended:
        after = reading(root=(root + more, reaped + child + extra))
    else:
        after = reading(root=(root + more, reaped), child=(child + extra, 0))
    assert cores(before, after, 1.0) == more + extra
