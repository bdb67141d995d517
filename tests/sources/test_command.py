"""The source `command`: what commands print, and what becomes of those that fail."""

import math
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from families import Family, assert_gone
from pytest_fitness.answers import Answer, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.command import (
    CommandClient,
    CommandOptions,
    CommandQuery,
    CommandSource,
    fitness_sources,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses the tools of POSIX")
NOW = Window(0.0)


class Asking:
    """Asks commands in a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clients: list[CommandClient] = []

    def answer(self, run: Any, pattern: str | None = None, **options: Any) -> Answer:
        client = CommandSource().open(CommandOptions(**options), self.root)
        assert isinstance(client, CommandClient)
        self.clients.append(client)
        return client.ask(CommandQuery(run=run, pattern=pattern), NOW)

    def value(self, run: Any, pattern: str | None = None, **options: Any) -> float:
        (series,) = self.answer(run, pattern, **options).series
        ((_, value),) = series.points
        return value

    def error(self, run: Any, pattern: str | None = None, **options: Any) -> MeasureError:
        with pytest.raises(MeasureError) as caught:
            self.answer(run, pattern, **options)
        assert not isinstance(caught.value, UnreachableError)
        return caught.value


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    asking = Asking(tmp_path)
    yield asking
    for client in asking.clients:
        client.close()


def printing(text: str) -> tuple[str, ...]:
    return ("printf", "%s", text)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("5", 5),
        ("  -1.5e3 \n\n", -1500),
        (".25", 0.25),
        ("1_000", 1000),
        ("working\nstill working\n42\n", 42),
        ("80%", 0.8),
        ("12.5ms", 0.0125),
        ("3 GB", 3e9),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
        ("1\r\n2\r\n", 2),
    ],
)
def test_the_last_line_is_the_number(asking: Asking, printed: str, value: float) -> None:
    assert asking.value(printing(printed)) == pytest.approx(value)


def test_a_number_that_is_none_is_told_as_it_was_printed(asking: Asking) -> None:
    assert math.isnan(asking.value(printing("NaN")))


def test_the_point_has_the_time_of_the_answer(asking: Asking) -> None:
    before = time.time()
    (series,) = asking.answer(printing("5")).series
    assert series.labels == ()
    assert before <= series.points[0][0] <= time.time()


def test_a_number_with_a_unit_says_which(asking: Asking) -> None:
    assert asking.answer(printing("12.5ms")).unit == "s"
    assert asking.answer(printing("87%")).unit == "%"
    assert asking.answer(printing("12.5")).unit == ""


@pytest.mark.parametrize(
    "printed", ["done", "5 files", "1,000", "true", "0x10", "1e999", "5" * 100, "\0", "--5"]
)
def test_what_is_no_number_is_an_error(asking: Asking, printed: str) -> None:
    error = asking.error((sys.executable, "-c", f"print({printed!r})"))
    assert "which is no number" in error.message
    assert "pattern" in str(error.hint)


def test_nothing_printed_is_no_data(asking: Asking) -> None:
    assert asking.answer(("true",)) == Answer((), ("the command 'true' printed nothing",))
    assert asking.answer(printing("\n \n")).series == ()


@pytest.mark.parametrize(
    ("printed", "pattern", "value"),
    [
        ("TOTAL 100 13 87%", r"TOTAL.* (\d+%)", 0.87),
        ("took 5ms\ntook 7ms\nbye", r"took (\S+)", 0.007),
        ("a=1 a=2 a=3", r"a=(\d)", 3),
        ("x" * 10_000 + "\nn=5", r".*n=(.*)", 5),
        ("    in=4", r"^\s+in=(\d)", 4),
    ],
)
def test_a_pattern_names_the_place_of_the_number(
    asking: Asking, printed: str, pattern: str, value: float
) -> None:
    assert asking.value(printing(printed), pattern) == pytest.approx(value)


def test_a_pattern_without_match_is_an_error(asking: Asking) -> None:
    error = asking.error(printing("a\nb"), r"n=(\d)")
    assert error.message == "the command 'printf' printed nothing that `pattern` matches"
    assert error.hint == "It printed 2 lines; the last is 'b'."
    assert "''" in asking.error(printing("n="), r"n=(\d)?").message


def test_a_pattern_on_the_largest_output_comes_to_an_end(asking: Asking) -> None:
    code = "print('ab' * 1000 * 524)"
    assert "matches" in asking.error((sys.executable, "-c", code), r"a.*(\d)").message


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("printf '%s' 5", 5),
        ("printf '%s%s' \"1\" 2", 12),
        (("printf", "%s", "$HOME 7"), None),
        ("echo 5 | wc -l", None),
    ],
)
def test_a_text_is_split_and_no_shell_reads_it(
    asking: Asking, run: Any, value: float | None
) -> None:
    if value is None:
        assert "no number" in asking.error(run).message
    else:
        assert asking.value(run) == value


@pytest.mark.parametrize("run", ["echo 'a", "''", "   "])
def test_a_text_that_cannot_be_split_is_an_error(asking: Asking, run: str) -> None:
    error = asking.error(run)
    assert error.message.startswith("`run` ")
    assert error.hint == "Write it as a list."


def test_a_shell_reads_the_line_where_it_is_asked_for(asking: Asking) -> None:
    assert asking.value("seq 5 | wc -l; exit 0", shell=True) == 5
    assert "list" in asking.error(("seq", "5"), shell=True).message
    error = asking.error("no-such-program-here", shell=True)
    assert error.message.startswith("the shell command ended with status 127: ")
    assert "no-such-program-here" in error.message


def test_it_runs_in_its_directory_with_its_variables(asking: Asking, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "n").write_text("6")
    assert asking.value("cat n", cwd="deep") == 6
    assert asking.value(("cat", str(tmp_path / "deep" / "n"))) == 6
    assert asking.value("echo $N$HOME_OF_NOBODY", shell=True, env={"N": "8"}) == 8


def test_a_relative_program_starts_at_its_directory(asking: Asking, tmp_path: Path) -> None:
    script = tmp_path / "bin" / "count"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\necho 9\n")
    assert "may not be executed" in asking.error("./count", cwd="bin").message
    script.chmod(0o755)
    assert asking.value("./count", cwd="bin") == 9
    script.write_bytes(b"\x7fno program")
    assert "xec format error" in asking.error("./count", cwd="bin").message


def test_what_cannot_be_found_is_named(asking: Asking, tmp_path: Path) -> None:
    missing = asking.error("no-such-program-here 5")
    assert missing.message == "the command 'no-such-program-here' was not found"
    assert str(tmp_path) in str(missing.hint)
    nowhere = asking.error("echo 5", cwd="nowhere")
    assert nowhere.message.endswith(f"there is no directory '{tmp_path}/nowhere'")
    assert "null" in asking.error(("echo", "a\0b")).message


def test_standard_input_is_empty(asking: Asking) -> None:
    assert asking.value("wc -c") == 0


def test_a_status_is_told_with_the_last_lines_of_the_errors(asking: Asking) -> None:
    code = "import sys; print(5); print('one\\ntwo\\x1b[31m', file=sys.stderr); sys.exit(4)"
    error = asking.error((sys.executable, "-c", code))
    assert error.message.endswith("ended with status 4: one | two\x1b[31m")
    assert asking.error("false").message == (
        "the command 'false' ended with status 1, and no word of why"
    )


def test_a_signal_is_named(asking: Asking) -> None:
    error = asking.error("kill -SEGV $$", shell=True)
    assert "the shell command was killed by SIGSEGV" in error.message


def test_arguments_are_not_told_as_they_may_be_secret(asking: Asking) -> None:
    told = asking.error(("sh", "-c", "exit 3", "--password=hunter2"))
    assert "hunter2" not in str(told)


def test_a_command_that_takes_too_long_is_ended_with_its_children(
    asking: Asking, tmp_path: Path
) -> None:
    family = Family(tmp_path / "family", "deaf")
    with ThreadPoolExecutor() as pool:
        failed = pool.submit(asking.error, tuple(family.argv), timeout=3.0)
        members = family.processes()
        assert "did not end within 3s, and was ended" in failed.result().message
    assert_gone(members)


def test_a_flood_is_ended(asking: Asking) -> None:
    assert "printed more than 1,048,576 bytes" in asking.error("yes").message


def test_closing_ends_what_runs(asking: Asking, tmp_path: Path) -> None:
    family = Family(tmp_path / "family")
    with ThreadPoolExecutor() as pool:
        failed = pool.submit(asking.error, tuple(family.argv))
        members = family.processes()
        asking.clients[0].close()
        assert "was ended, as the run is over" in failed.result().message
    assert_gone(members)


def test_output_that_is_no_text_is_an_error_that_can_be_told(asking: Asking) -> None:
    error = asking.error((sys.executable, "-c", "import os; os.write(1, b'\\xff\\xfe5')"))
    assert "no number" in error.message


def test_the_source_is_registered() -> None:
    (source,) = fitness_sources()
    assert source.name == "command"
    assert not source.keeps_time(CommandOptions(), CommandQuery(run="true"))
