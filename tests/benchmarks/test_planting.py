"""Planted violations count as found only where they stand."""

from typing import Any

import pytest

from pytest_fitness.codebase.files.inspection import analyse
from support.planting import is_found
from support.projects import Plant, complex_function

PLANT = Plant("contract", "contracts", "shop/web.py", "import shop.storage")


def verdict(**changes: Any) -> dict[str, Any]:
    violation = {"path": "shop/web.py", "line": 7, "chain": []} | changes.pop("violation", {})
    failed = {"function": "contracts", "outcome": "failed", "violations": [violation]}
    return {**failed, **changes}


@pytest.mark.parametrize(
    "found",
    [
        verdict(),
        verdict(violation={"line": None, "chain": [{"path": "shop/web.py", "line": 7}]}),
    ],
)
def test_a_violation_at_its_place_is_found(found: dict[str, Any]) -> None:
    assert is_found([found], PLANT, 7)


@pytest.mark.parametrize(
    "found",
    [
        verdict(violation={"line": 8}),
        verdict(violation={"path": "shop/other.py"}),
        verdict(function="complexity"),
        verdict(outcome="passed"),
        verdict(violations=[]),
    ],
)
def test_anything_else_is_not(found: dict[str, Any]) -> None:
    assert not is_found([found], PLANT, 7)


def test_the_complex_function_is_as_complex_as_it_says() -> None:
    ((name, _, line, _, complexity),) = analyse(complex_function(20).encode()).functions
    assert (name, line, complexity) == ("planted", 1, 20)
