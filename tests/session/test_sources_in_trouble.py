"""A source that cannot be opened or closed, and what workers share."""

from collections.abc import Callable

import pytest
from run_results import edit, history, insert, report

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
Words = Callable[..., None]
both = pytest.mark.parametrize("workers", [[], ["-n1"]], ids=["alone", "worker"])
OPEN = "        return root / options.path"


@both
@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("ConnectionRefusedError(111, 'refused')", "the source 'docs' cannot be opened: Conn*111*"),
        ("ImportError('no driver')", "the source 'docs' cannot be opened: ImportError: no driver"),
        ("MeasureError('the server is down', 'Start it.')", "the server is down"),
    ],
)
def test_a_source_that_cannot_be_opened_is_an_error_that_names_it(
    pytester: pytest.Pytester, words: Words, raised: str, said: str, workers: list[str]
) -> None:
    words(LIMITED + LIMITED.replace("length", "second"), a="one")
    edit(pytester.path, OPEN, f"        raise {raised}")
    result = pytester.runpytest_inprocess("--fitness", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"error: {said}"] * 2)
    result.stdout.no_fnmatch_line("*defect of the kind*")


@both
def test_a_source_that_cannot_be_closed_spoils_nothing(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    failing = f"{OPEN}\n\nclass Closing(type(Path())):\n    def close(self):\n        1 / 0\n"
    edit(pytester.path, OPEN, failing.replace("root /", "Closing(root) /"))
    result = pytester.runpytest_inprocess("--fitness", *workers)
    assert result.ret == pytest.ExitCode.OK
    assert "ZeroDivisionError" not in str(result.stdout) + str(result.stderr)
    assert history(pytester.path) == [("complete", 1)]


def test_every_source_is_closed_though_one_cannot_be(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED + LIMITED.replace("length", "second").replace("docs", "more"), a="one")
    edit(pytester.path, "docs}}}", "docs}}, more: {folder: {path: docs}}}", name="fitness.yaml")
    closing = """
        class Closing(type(Path())):
            def close(self):
                with open("closed.log", "a") as log:
                    log.write("x")
                raise RuntimeError("no")
        return Closing(root / options.path)"""
    edit(pytester.path, OPEN, closing)
    pytester.runpytest_inprocess("--fitness").assert_outcomes(passed=2)
    assert (pytester.path / "closed.log").read_text("utf-8") == "xx"


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_value_asked_for_once_is_computed_once_a_run(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    words("".join(LIMITED.replace("length", f"f{n}") for n in range(6)), a="one")
    code = (
        "before = lambda: Path('calls.log').read_text() if Path('calls.log').exists() else '';"
        " value = context.once('it', lambda: [Path('calls.log').write_text(before() + 'x')]);"
        " return Measurement(value[0])"
    )
    insert(pytester.path, code)
    for run in (1, 2):
        result = pytester.runpytest_inprocess("--fitness", *workers)
        result.assert_outcomes(passed=6)
        assert (pytester.path / "calls.log").read_text("utf-8") == "x" * run


@both
def test_a_value_that_cannot_be_shared_is_an_error_verdict(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    insert(pytester.path, "return Measurement(context.once('it', lambda: object()))")
    pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *workers)
    found = report(pytester.path / "out.json")["length"]
    assert found["outcome"] == "error"
    assert "unmarshallable" in found["reason"]


def test_what_one_source_fails_with_leaves_the_other_functions_alone(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED + LIMITED.replace("length", "second").replace("docs", "more"), a="one")
    edit(pytester.path, "docs}}}", "docs}}, more: {folder: {path: x}}}", name="fitness.yaml")
    edit(pytester.path, OPEN, f"        if options.path == 'x': raise OSError('x')\n{OPEN}")
    result = pytester.runpytest_inprocess("--fitness")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["error: the source 'more' cannot be opened: OSError: x"])
