"""Errors say where, survive pickling, and come in the order of the file."""

import pickle

import pytest

from pytest_fitness.errors import (
    BaselineError,
    ConfigError,
    FitnessError,
    HistoryError,
    Location,
    MeasureError,
    NoDataError,
    Problem,
)


@pytest.mark.parametrize(
    "kind", [FitnessError, MeasureError, NoDataError, BaselineError, HistoryError]
)
def test_an_error_survives_pickling(kind: type[FitnessError]) -> None:
    error = kind("it broke", "mend it")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.message, back.hint) == ("it broke", "mend it")
    assert str(back) == "it broke\nmend it"


def test_an_error_without_a_hint_is_its_message() -> None:
    assert str(FitnessError("it broke")) == "it broke"


def test_problems_come_in_the_order_of_the_file_and_survive_pickling() -> None:
    late = Problem(Location("fitness.yaml", 12, 3), "unknown key 'maxx'", "Did you mean 'max'?")
    early = Problem(Location("fitness.yaml", 2, 1), "the key 'a' stands here a second time")
    error = pickle.loads(pickle.dumps(ConfigError([late, early])))
    assert error.problems == (early, late)
    assert str(error) == (
        "fitness.yaml:2:1: the key 'a' stands here a second time\n"
        "fitness.yaml:12:3: unknown key 'maxx'\n"
        "    Did you mean 'max'?"
    )
