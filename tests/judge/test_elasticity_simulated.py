"""How often intervals hold: a small study, which fails where they are broken, not by chance.

``benchmarks/elasticity.py`` is the large one.
"""

import pytest
from elasticity_samples import daily, flat, history, steady

from elasticity import LOWEST, Cell, Found, is_good, simulate, together
from elasticity import history as simulated
from pytest_fitness.judge.elasticity import elasticity

HISTORIES = 120


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_intervals_hold_the_true_value(rho: float) -> None:
    cells = [Cell(100, rho, growth, 0.05) for growth in (1.2, 10.0)]
    found = together([simulate(cell, HISTORIES, seed=7) for cell in cells])
    assert found.histories == 2 * HISTORIES
    assert LOWEST <= found.covered / found.histories < 1
    assert found.alarms / found.histories <= 0.05


@pytest.mark.parametrize("true", [0.0, 0.7, 2.0])
def test_whatever_the_true_value_is(true: float) -> None:
    held = 0
    for seed in range(HISTORIES):
        found = elasticity(*history(steady(2, 80), true, noise=0.05, rho=0.7, seed=seed))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= true <= found.high
    assert held / HISTORIES >= 0.9


@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_noise_is_hardly_ever_a_leak(rho: float) -> None:
    leaks = sum(
        elasticity(*history(users, noise=0.05, rho=rho, seed=seed)).leak
        for seed in range(HISTORIES // 2)
        for users in (flat(100), daily(1.5, 100))
    )
    assert leaks / HISTORIES <= 0.05


def test_superlinear_growth_is_found() -> None:
    found = 0
    for seed in range(40):
        low = elasticity(*history(steady(3), 1.3, noise=0.05, rho=0.5, seed=seed)).low
        found += low is not None and low > 1.0
    assert found >= 38


def test_leaks_are_found() -> None:
    found = sum(
        elasticity(*history(daily(1.2), noise=0.03, rho=0.7, leak=0.03, seed=seed)).leak
        for seed in range(40)
    )
    assert found >= 38


def test_the_study_is_the_same_each_time() -> None:
    cell = Cell(50, 0.5, 2.0, 0.05)
    assert simulate(cell, 5, seed=1) == simulate(cell, 5, seed=1)
    assert simulate(cell, 5, seed=1) != simulate(cell, 5, seed=2)


def test_the_study_grows_users_as_it_says() -> None:
    import random

    for number in range(3):
        memory, users = simulated(Cell(50, 0.0, 3.0, 0.0), number, random.Random(1))
        assert len(memory) == len(users) == 50
        assert users[-1][1] / users[0][1] == pytest.approx(3)
        assert memory[-1][1] / memory[0][1] == pytest.approx(3)


@pytest.mark.parametrize(
    ("covered", "alarms", "good"),
    [(950, 15, True), (899, 15, False), (985, 5, False), (950, 26, False), (900, 25, True)],
)
def test_the_study_knows_what_is_good(covered: int, alarms: int, good: bool) -> None:
    assert is_good(Found(1000, covered, alarms, 0, [1.0]), errors=0) is good
    assert is_good(Found(1000, covered, alarms, 0, [1.0]), errors=3)
