"""What `fitness.record` takes, and how it refuses what is not right: an error in that test."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness import units
from pytest_fitness.results.records import Record
from pytest_fitness.session.recording import Records, in_base_unit

TEST = "test_it.py::test_it"
UNITS = ["", "s", "ms", "us", "min", "B", "kB", "GiB", "%", "/s", "/min", "x", "$", "€"]


def recorded(*arguments: object, unit: str = "", **more: object) -> Record:
    records = Records(TEST, unit)
    records.record(*arguments, **more)  # type: ignore[arg-type]
    (found,) = records.found
    return found


class Scalar:
    """A number as those of numpy are."""

    def __float__(self) -> float:
        return 0.25

    def __index__(self) -> int:
        return 4


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (3, 3.0),
        (-0.5, -0.5),
        (0, 0.0),
        (Decimal("0.1"), 0.1),
        (Fraction(1, 4), 0.25),
        (Scalar(), 0.25),
    ],
)
def test_any_finite_number_can_be_recorded(value: float, found: float) -> None:
    got = recorded("a", value)
    assert got == Record("a", found, test=TEST)
    assert type(got.value) is float


@pytest.mark.parametrize("unit", UNITS)
def test_any_unit_of_the_file_can_be_named(unit: str) -> None:
    assert recorded("a", 1, unit).unit == unit
    assert recorded("a", 1, unit=unit).unit == unit
    assert recorded("a", 1, None).unit == ""


@pytest.mark.parametrize("name", ["a", "search.p95", "0", "a-b_c.d", "x" * 200])
def test_names(name: str) -> None:
    assert recorded(name, 1).name == name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search p95", 1), "'search p95' is no name such as search.p95"),
        (("", 1), "'' is no name such as search.p95"),
        (("Search", 1), "'Search' is no name"),
        (("a::b", 1), "'a::b' is no name"),
        (("x" * 201, 1), "is no name"),
        ((None, 1), "None is no name"),
        (("a", math.nan), "the value of a is nan"),
        (("a", math.inf), "the value of a is inf"),
        (("a", "3"), "the value of a is '3', which is no number"),
        (("a", None), "the value of a is None, which is no number"),
        (("a", True), "the value of a is True, which is no number"),
        (("a", 10**400), "the value of a is no number"),
        (("a", 1, "parsec"), "the unit of a: 'parsec' is no unit; known are ms, s"),
        (("a", 1, 3), "the unit of a is 3, which is no text"),
        (("a", 1e308, "min"), "is too large"),
    ],
)
def test_what_is_not_right_is_refused_in_words(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        recorded(*arguments)
    assert said in str(caught.value)


@pytest.mark.parametrize("samples", [0, -1, 2.5, True, None, "3"])
def test_samples_are_a_number_of_things(samples: object) -> None:
    with pytest.raises(ValueError, match="the samples of a are"):
        recorded("a", 1, samples=samples)


def test_samples_may_be_a_number_of_numpy() -> None:
    assert recorded("a", 1, samples=Scalar()).samples == 4


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (3, "the interval of a is 3; two numbers"),
        ((1,), "two numbers, (low, high), were expected"),
        ((1, 2, 3), "two numbers"),
        (("x", "y"), "two numbers"),
        ((3, 1), "does not hold its value 1"),
        ((2, 3), "the interval of a, 2 to 3, does not hold its value 1"),
        ((0, math.inf), "does not hold"),
        ((math.nan, 3), "does not hold"),
    ],
)
def test_an_interval_holds_the_value(interval: object, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        recorded("a", 1, interval=interval)
    assert said in str(caught.value)


@pytest.mark.parametrize("interval", [(1, 1), [0.5, 2], (-3, 1)])
def test_intervals(interval: object) -> None:
    assert recorded("a", 1, interval=interval).interval == tuple(map(float, interval))  # type: ignore[call-overload]


def test_a_name_is_recorded_once() -> None:
    records = Records(TEST)
    records.record("a", 1)
    with pytest.raises(ValueError, match="a was recorded before: a test records a name once"):
        records.record("a", 2)
    records.record("b", 2)
    assert [each.value for each in records.found] == [1, 2]


def test_what_was_refused_was_not_recorded() -> None:
    records = Records(TEST)
    for wrong in ({"samples": 0}, {"interval": (5, 6)}, {"unit": "parsec"}):
        with pytest.raises(ValueError, match="of a"):
            records.record("a", 1, **wrong)
    records.record("a", 1)
    assert records.found == (Record("a", 1.0, test=TEST),)


def test_the_unit_of_the_marker_is_that_of_what_names_none() -> None:
    assert recorded("a", 1, unit="ms").unit == "ms"
    records = Records(TEST, "ms")
    records.record("a", 1)
    records.record("b", 1, "s")
    records.record("c", 1, unit="")
    assert [each.unit for each in records.found] == ["ms", "s", ""]


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200),
    st.sampled_from(UNITS),
)
def test_a_record_is_the_quantity_that_the_same_digits_are_in_the_file(
    value: float, unit: str
) -> None:
    written = f"{unit}{value!r}" if unit in units.CURRENCIES else f"{value!r}{unit}"
    if unit in units.CURRENCIES and written[1] == "-":
        written = f"-{unit}{-value!r}"
    assert in_base_unit(value, unit) == units.parse(written).value


@given(st.text(max_size=30))
def test_any_text_is_a_name_or_refused(name: str) -> None:
    try:
        found = recorded(name, 1)
    except ValueError as error:
        refused = str(error)
        assert "is no name such as search.p95" in refused
    else:
        assert not set(found.name) & set(" :/\\\n\t")


@pytest.mark.parametrize("options", [[], ["--fitness"]])
def test_wrong_use_is_an_error_in_that_test(pytester: pytest.Pytester, options: list[str]) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fitness(max=5)
        def test_wrong(fitness):
            fitness.record("search p95", 1)

        @pytest.mark.fitness(max=5)
        def test_right(fitness):
            fitness.record("search.p95", 1)
        """
    )
    (pytester.path / "fitness.yaml").write_text("tests: .\n", "utf-8")
    result = pytester.runpytest_inprocess(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            '>*fitness.record("search p95", 1)',
            "E*ValueError: 'search p95' is no name such as search.p95: *",
        ]
    )


def test_each_test_has_records_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("n", range(3))
        def test_it(fitness, n):
            fitness.record("a", n)

        @pytest.fixture
        def beside(fitness):
            fitness.record("b", 1)

        def test_a_fixture_may_record_too(beside, fitness):
            with pytest.raises(ValueError, match="b was recorded before"):
                fitness.record("b", 2)
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=4)


def test_a_project_may_have_a_fixture_of_that_name(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import pytest\n@pytest.fixture\ndef fitness(): return 7\n")
    pytester.makepyfile("def test_it(fitness): assert fitness == 7")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    assert not (pytester.path / ".fitness").exists()
