import pytest
from hypothesis import given
from hypothesis import strategies as st
from radon.metrics import mi_compute, mi_visit

from pytest_fitness.codebase.files import formulas
from pytest_fitness.codebase.files.inspection import analyse
from python_programs import law, programs, radon_halstead

COUNTS = st.integers(0, 10_000)


@law
@given(text=programs())
def test_halstead_measures_equal_radons(text: str) -> None:
    halstead = analyse(text.encode()).halstead
    report = radon_halstead(text)
    assert formulas.halstead_volume(*halstead) == report.volume
    assert formulas.halstead_difficulty(*halstead) == report.difficulty
    assert formulas.halstead_effort(*halstead) == report.effort
    assert formulas.halstead_bugs(*halstead) == report.bugs


def test_volume_is_length_times_bits_of_vocabulary() -> None:
    assert formulas.halstead_volume(3, 5, 10, 14) == 24 * 3


def test_difficulty_grows_with_operators_and_repeated_operands() -> None:
    assert formulas.halstead_difficulty(4, 5, 99, 20) == (4 / 2) * (20 / 5)


@pytest.mark.parametrize(
    "formula",
    [
        formulas.halstead_volume,
        formulas.halstead_difficulty,
        formulas.halstead_effort,
        formulas.halstead_bugs,
    ],
)
def test_no_operators_means_no_effort(formula: object) -> None:
    assert callable(formula)
    assert formula(0, 0, 0, 0) == 0


@law
@given(
    volume=st.floats(0.1, 1e9),
    complexity=COUNTS,
    lloc=st.integers(1, 100_000),
    comments=st.floats(0, 1_000),
)
def test_maintainability_equals_radons(
    volume: float, complexity: int, lloc: int, comments: float
) -> None:
    ours = formulas.maintainability(volume, complexity, lloc, comments)
    assert ours == mi_compute(volume, complexity, lloc, comments)


@law
@given(volume=st.floats(0, 1e12), complexity=COUNTS, lloc=COUNTS, comments=st.floats(0, 1e6))
def test_maintainability_stays_on_its_scale(
    volume: float, complexity: int, lloc: int, comments: float
) -> None:
    assert 0 <= formulas.maintainability(volume, complexity, lloc, comments) <= 100


def test_maintainability_of_a_source_equals_radons() -> None:
    text = '"""Doc."""\n\n\ndef f(a, b):\n    # add\n    return a + b if a else b * 2\n'
    facts = analyse(text.encode())
    _, lloc, sloc, comments, multi, _, _ = facts.raw
    ours = formulas.maintainability(
        formulas.halstead_volume(*facts.halstead),
        facts.total_complexity,
        lloc,
        (comments + multi) / float(sloc) * 100,
    )
    assert ours == mi_visit(text, multi=True)


def test_a_long_file_without_operators_is_not_perfect() -> None:
    assert mi_compute(0, 50, 2_000, 0) == 100
    assert formulas.maintainability(0, 50, 2_000, 0) < 40


def test_a_file_without_logical_lines_is_perfect() -> None:
    assert formulas.maintainability(0, 1, 0, 0) == 100
