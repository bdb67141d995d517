"""Verdicts to report on."""

from typing import Any

from pytest_fitness.errors import Location
from pytest_fitness.model import Limit, Outcome, Verdict, Violation


def verdict(name: str = "complexity", outcome: Outcome = Outcome.FAILED, **known: Any) -> Verdict:
    usual: dict[str, Any] = {
        "reason": "13 where ≤ 10 is allowed",
        "kind": "complexity",
        "value": 13.0,
        "limit": Limit(high=10),
        "location": Location("fitness.yaml", 7),
    }
    return Verdict(name, outcome, **{**usual, **known})


def violation(name: str = "shop.web.page", value: float | None = 13.0, **known: Any) -> Violation:
    return Violation(name, name, value, **{"path": "shop/web.py", "line": 4, **known})
