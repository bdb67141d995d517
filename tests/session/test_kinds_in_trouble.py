"""Whatever a kind does or returns, there is a verdict, the same with and without workers."""

from collections.abc import Callable
from typing import Any

import pytest
from run_results import edit, history, insert, report

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
BESIDE = LIMITED.replace("length", "beside")
Words = Callable[..., None]
both = pytest.mark.parametrize("workers", [[], ["-n1"]], ids=["alone", "worker"])


def run_with(
    pytester: pytest.Pytester, words: Words, code: str, *options: str
) -> tuple[pytest.RunResult, dict[str, Any]]:
    """A run in which one function measures by this code; its result and that verdict."""
    words(LIMITED + BESIDE, a="one two")
    insert(pytester.path, f"if function.id == 'length': {code}")
    result = pytester.runpytest_inprocess(
        "--fitness", "--fitness-json=out.json", "--color=no", *options
    )
    found = report(pytester.path / "out.json")
    assert found["beside"]["outcome"] == "passed"
    assert history(pytester.path) == [("complete", 2)]
    return result, found["length"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return None", "None is no Measurement"),
        ("return 7", "7 is no Measurement"),
        ("return Measurement", "<class '*.Measurement'> is no Measurement"),
        ("return Measurement(value='3')", "the value is '3', which is no number"),
        ("return Measurement(value=[3])", "the value is [[]3], which is no number"),
        ("return Measurement(value=1j)", "the value is 1j, which is no number"),
        ("return Measurement(value=10**400)", "int too large to convert to float"),
        ("return Measurement(value=1, unit=None)", "the unit is None, which is no unit"),
        ("return Measurement(value=1, unit=chr(0xDCFF))", "the unit is '?udcff', which is no unit"),
        ("return Measurement(value=1, unit='B' * 99)", "the unit is 'BB*, which is no unit"),
        ("return Measurement(value=1, subject=b'x')", "the subject is b'x', which is no text"),
        ("return Measurement(value=1, notes='abc')", "the notes are one text; *"),
        ("return Measurement(value=1, notes=(3,))", "the note is 3, which is no text"),
        ("return Measurement(value=1, notes=None)", "'NoneType' object is not iterable"),
        ("return Measurement(value=1, samples='x')", "invalid literal for int* 'x'"),
        ("return Measurement(value=1, places=('x',))", "'x' is no Place"),
        ("return Measurement(9, places=(Place('k', 'm', '9'),))", "*value of a place is '9',*"),
        ("return Measurement(9, places=(Place('k', 'm', float('nan')),))", "*place 'k' is NaN"),
        ("return Measurement(9, places=(Place(3, 'm', 9),))", "the key of a place is 3, *"),
        (
            "return Measurement(9, places=(Place('k', 'm', 9, b'x'),))",
            "the path of a place is b'x'*",
        ),
        ("return Measurement(9, places=(Place('k', 'm', 9, 'x', 'l'),))", "invalid literal*'l'"),
        ("return Measurement(9, places=(Place('k', 'm', 9, chain=(3,)),))", "*non-iterable int*"),
    ],
)
def test_a_measurement_that_is_none_is_an_error_that_names_the_kind(
    pytester: pytest.Pytester, words: Words, code: str, said: str
) -> None:
    result, found = run_with(pytester, words, code)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, failed=1)
    assert (found["outcome"], found["value"]) == ("error", None)
    result.stdout.fnmatch_lines(
        [
            f"error: the kind 'words' gave no usable measurement: {said}",
            "  help: This is a defect of the kind 'words'; please report it.",
        ]
    )


@both
@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("from decimal import Decimal; return Measurement(Decimal('2.5'))", 2.5),
        ("from fractions import Fraction; return Measurement(Fraction(1, 2))", 0.5),
        ("return Measurement(True)", 1),
        ("return Measurement(-(2**70))", -(2.0**70)),
        ("return Measurement(type('F', (float,), {})(1.5))", 1.5),
        ("return Measurement(type('I', (int,), {})(2))", 2),
    ],
)
def test_any_kind_of_number_arrives_as_a_plain_one(
    pytester: pytest.Pytester, words: Words, code: str, value: float, workers: list[str]
) -> None:
    result, found = run_with(pytester, words, code, *workers)
    assert result.ret == pytest.ExitCode.OK
    assert (found["outcome"], found["value"]) == ("passed", value)
    assert type(found["value"]) is type(value)


@pytest.mark.parametrize("text", ["x", "type('S', (str,), {})('x')", "Path('x')"])
def test_a_place_may_be_given_by_a_path(pytester: pytest.Pytester, words: Words, text: str) -> None:
    path = f"'{text}'" if text == "x" else text
    code = f"return Measurement(9, places=(Place('k', 'too long', 9, {path}, 1),))"
    result, found = run_with(pytester, words, code)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert [(v["path"], v["line"]) for v in found["violations"]] == [("x", 1)]
    result.stdout.fnmatch_lines(["  x:1: too long: 9"])


@pytest.mark.parametrize(
    "code",
    [
        "return Measurement(None)",
        "return Measurement(float('nan'))",
        "return Measurement(1, samples=0)",
        "raise NoDataError('nothing was found')",
    ],
)
def test_nothing_measured_is_no_data_and_fails(
    pytester: pytest.Pytester, words: Words, code: str
) -> None:
    if "NoData" in code:
        code = f"from pytest_fitness import NoDataError; {code}"
    result, found = run_with(pytester, words, code)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert (found["outcome"], found["value"]) == ("no data", None)
    result.stdout.fnmatch_lines(["no data: nothing was found", "  ∅ length *  ≤ 3"])


@pytest.mark.parametrize(
    ("limit", "value", "outcome"),
    [("max: 3", "inf", "failed"), ("max: 3", "-inf", "passed"), ("min: 3", "-inf", "failed")],
)
def test_an_infinity_is_judged_and_written_as_a_word(
    pytester: pytest.Pytester,
    words: Words,
    limit: str,
    value: str,
    outcome: str,
) -> None:
    words(LIMITED.replace("max: 3", limit), a="one")
    insert(pytester.path, f"return Measurement(float({value!r}))")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    found = report(pytester.path / "out.json")["length"]
    assert (found["value"], found["outcome"]) == (value, outcome)
    result.stdout.fnmatch_lines([f"  ? length *{value} *"])


@both
@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("SystemExit(0)", "error: SystemExit: 0"),
        ("RecursionError('deep')", "error: RecursionError: deep"),
        ("MemoryError()", "error: MemoryError: "),
        ("BrokenPipeError(32, 'gone')", "error: BrokenPipeError: [[]Errno 32] gone"),
        ("ExceptionGroup('several', [ValueError('a')])", "error: ExceptionGroup: several*"),
        ("MeasureError(ValueError('wrong'))", "error: wrong"),
        ("MeasureError('gone', 404)", "error: gone"),
    ],
)
def test_what_a_kind_raises_is_an_error_verdict(
    pytester: pytest.Pytester, words: Words, raised: str, said: str, workers: list[str]
) -> None:
    result, found = run_with(pytester, words, f"raise {raised}", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert found["outcome"] == "error"
    result.stdout.fnmatch_lines([said.rstrip() + "*", "  E length *  ≤ 3"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_place_of_a_defect_is_told(pytester: pytest.Pytester, words: Words) -> None:
    result, found = run_with(pytester, words, "raise ValueError('wrong')")
    assert found["notes"] == [f"raised at {pytester.path / 'words_local.py'}:55 in measure"]
    result.stdout.fnmatch_lines(["  note: raised at *words_local.py:55 in measure"])


CHECKS = "    def checks(self, function, context):\n        {}\n\n    def measure("


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return []", "length: it has no check, so it could never fail"),
        ("return None", "length: its checks cannot be told: TypeError: 'NoneType'*"),
        ("return 1 / 0", "length: its checks cannot be told: ZeroDivisionError: *"),
        ("raise SystemExit(0)", "length: its checks cannot be told: SystemExit: 0"),
        ("return ['a']", "length: 'a' is no Check"),
        ("return [Check('a'), Check('b'), Check('a')]", "length: two checks have the name 'a'"),
        ("return [Check('a'), Check(None)]", "length: None cannot be the name of a check"),
        ("return [Check('')]", "length: '' cannot be the name of a check"),
        ("return [Check('a::b')]", "length: 'a::b' cannot be the name of a check"),
        ("return [Check(3)]", "length: 3 cannot be the name of a check"),
        (r"return [Check('\x1b[31m')]", r"length: '\x1b[[]31m' cannot be the name of a check"),
        (r"return [Check('a\nb')]", r"length: 'a\nb' cannot be the name of a check"),
        (r"return [Check('\u202eb')]", r"length: '\u202eb' cannot be the name of a check"),
        ("return [Check('a', unit=None)]", "length: the unit of a check is None"),
        ("return [Check('x' * 10_000)]", "length: 'xxxx*… cannot be the name of a check"),
    ],
)
def test_checks_that_cannot_be_told_apart_or_selected_are_a_usage_error(
    pytester: pytest.Pytester, words: Words, code: str, said: str, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    edit(pytester.path, "    def measure(", CHECKS.format(code))
    result = pytester.runpytest_inprocess("--fitness", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"fitness.yaml:4:3: {said}", "    This is a defect of the kind 'words'; *"]
    )
    assert not (pytester.path / ".fitness" / "history.db").exists()
