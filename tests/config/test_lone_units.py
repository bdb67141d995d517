"""A limit beside a kind of several numbers says by its unit which of them it means."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.loader import Registry, load_config
from pytest_fitness.config.values import Text
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import Check, FitnessFunction, Limit, Measurement


class _Both(Kind):
    name = "both"
    about = "a number and a factor"
    options = Text()
    takes_several = True
    asked: ClassVar[list[str]] = []

    def unit(self, options: Any, part: str | None) -> str:
        return units.COUNT

    def lone_unit(self, options: Any, written: str) -> str:
        self.asked.append(written)
        return written if written == units.FACTOR else self.unit(options, None)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        raise NotImplementedError


class _Plain(_Both):
    name = "plain"

    lone_unit = Kind.lone_unit


def load(tmp_path: Path, *limits: str, kind: str = "both") -> Sequence[FitnessFunction]:
    lines = "".join(f"  f{n}: {{{kind}: x, {limit}}}\n" for n, limit in enumerate(limits))
    path = tmp_path / "fitness.yaml"
    path.write_text(f"functions:\n{lines}", "utf-8")
    kinds = {each.name: each for each in (_Both(), _Plain())}
    config = load_config(
        path, lambda *_: Registry(kinds, {}), environment={"LEAST": "10x", "COUNT": "7"}
    )
    return config.functions


@pytest.mark.parametrize(
    ("limit", "unit", "expected"),
    [
        ("min: 10x", units.FACTOR, Limit(low=10)),
        ("min: 500", units.COUNT, Limit(low=500)),
        ("between: [2x, 3x]", units.FACTOR, Limit(low=2, high=3)),
        ("min: '${LEAST}'", units.FACTOR, Limit(low=10)),
        ("min: '${COUNT}'", units.COUNT, Limit(low=7)),
        ("min: '${MISSING:-3x}'", units.FACTOR, Limit(low=3)),
        ("equals: 4x", units.FACTOR, Limit(equals=4)),
    ],
)
def test_the_unit_of_the_limit_is_that_of_what_it_means(
    tmp_path: Path, limit: str, unit: str, expected: Limit
) -> None:
    (function,) = load(tmp_path, limit)
    assert (function.unit, function.limit) == (unit, expected)


def test_its_warn_line_has_the_same_unit(tmp_path: Path) -> None:
    (function,) = load(tmp_path, "min: 10x, warn: {min: 20x}")
    assert (function.unit, function.warn) == (units.FACTOR, Limit(low=20))
    with pytest.raises(ConfigError, match="is not a factor"):
        load(tmp_path, "min: 10x, warn: {min: 20s}")


def test_a_kind_that_says_nothing_of_it_has_one_unit(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a plain number"):
        load(tmp_path, "min: 10x", kind="plain")


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("min: 10 apples", "has an unknown unit"),
        ("min: '${MISSING}'", "MISSING is not set"),
        ("min: [1, 2]", "found a list of 2"),
        ("min: {a: 1}", "found a mapping"),
        ("between: []", "expected a list"),
        ("between: 5", "expected a list"),
        ("min: ~", "found nothing"),
    ],
)
def test_what_is_no_quantity_is_told_once(tmp_path: Path, limit: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, limit)
    (problem,) = caught.value.problems
    assert said in str(problem)
