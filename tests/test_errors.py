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


@pytest.mark.parametrize(
    "places",
    [
        [("b.yaml", 1, 1), ("a.yaml", 9, 9)],
        [("a.yaml", 10, 1), ("a.yaml", 9, 1)],
        [("a.yaml", 1, 10), ("a.yaml", 1, 9)],
    ],
)
def test_problems_are_ordered_by_file_then_line_then_column(
    places: list[tuple[str, int, int]],
) -> None:
    error = ConfigError([Problem(Location(*place), "odd") for place in places])
    assert [problem.location for problem in error.problems] == sorted(places)


def test_problems_of_one_place_keep_the_order_in_which_they_were_found() -> None:
    here = Location("fitness.yaml", 1)
    error = ConfigError([Problem(here, "z"), Problem(here, "a", "hint")])
    assert error.message == "fitness.yaml:1:1: z\nfitness.yaml:1:1: a\n    hint"


@pytest.mark.parametrize("kind", [MeasureError, NoDataError, BaselineError, HistoryError])
def test_every_error_on_purpose_is_caught_as_one(kind: type[FitnessError]) -> None:
    with pytest.raises(FitnessError) as caught:
        raise kind("it broke")
    assert caught.value.hint is None
    assert issubclass(ConfigError, FitnessError)


def test_a_column_is_the_first_where_none_is_known() -> None:
    assert str(Location("fitness.yaml", 7)) == "fitness.yaml:7:1"
