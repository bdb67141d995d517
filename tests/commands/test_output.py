"""What commands print is harmless, fits, and can be shown by any terminal."""

import io
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.commands.output import WIDTH, plural, say, say_folded, say_line

repeatable = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 modules"), (1, "1 module"), (2, "2 modules"), (3_000, "3,000 modules")],
)
def test_a_number_of_things(count: int, words: str) -> None:
    assert plural(count, "module") == words


def test_a_line_from_outside_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say_line("a\nb\x1b[31m")

    assert capsys.readouterr().out == "a\\nb\\x1b[31m\n"


def test_a_long_line_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    say_line("x" * 1_000, 50)

    assert len(capsys.readouterr().out) == 51


def test_a_long_text_is_folded_below_its_label(capsys: pytest.CaptureFixture[str]) -> None:
    say_folded("word " * 40, "label  ", hanging=" " * 7)

    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("label  word word")
    assert all(line.startswith("       word") for line in others)
    assert max(map(len, [first, *others])) <= WIDTH


def test_a_path_is_not_torn_apart(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/".join(["directory"] * 20)

    say_folded(f"see {path}", "  ")

    assert path in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "≤ 10 größe 日"), ("latin-1", "<= 10 größe ?"), ("ascii", "<= 10 gr??e ?")],
)
def test_what_the_terminal_cannot_show_is_replaced(
    encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", terminal)

    say("≤ 10 größe 日")
    terminal.flush()

    assert raw.getvalue().decode(encoding) == f"{shown}\n"


@repeatable
@given(st.text())
def test_no_text_can_steer_the_terminal_or_stop_the_command(text: str) -> None:
    raw = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        terminal = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        patch.setattr(sys, "stdout", terminal)
        say_line(text)
        say_folded(text, "  ")
        terminal.flush()

    shown = raw.getvalue().decode("utf-8").replace("\n", "")
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)
