"""The table tells what was missed."""

import pytest

from support.programs import Run, alternate, over
from support.table import Table


def runs(*seconds: float) -> list[Run]:
    return [Run(each, each, 0) for each in seconds]


def test_ratios_and_differences_are_held_against_their_targets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = Table()
    table.times_faster("fast enough", runs(1, 1, 2), runs(30), target=15)
    table.times_faster("too slow", runs(1), runs(14), target=15)
    table.seconds_over("close enough", runs(0.5, 0.6), runs(0.4, 0.5), target=0.2)
    table.seconds_over("too far", runs(0.9), runs(0.4), target=0.2)
    table.seconds_over("without a target", runs(9), runs(1), target=None)
    table.foot()
    *rows, foot = capsys.readouterr().out.splitlines()
    assert [row.split()[-1] for row in rows[:4]] == ["ok", "MISSED", "ok", "MISSED"]
    assert "+100 ms" in rows[2]
    assert foot == "speed: 2 targets reached, 2 missed"


def test_sides_take_turns() -> None:
    order: list[str] = []

    def side(name: str) -> Run:
        order.append(name)
        return Run(1, 1, 1)

    found = alternate(3, ours=lambda: side("a"), theirs=lambda: side("b"))
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert [len(each) for each in found.values()] == [3, 3]


def test_a_busier_core_that_strikes_either_side_in_turn_cancels_out() -> None:
    assert over([1.0, 1.5, 1.0, 1.5, 1.0], [1.5, 1.0, 1.5, 1.0, 1.0]) == 0
    assert over([3.0], [1.0]) == 2
