"""A live line for a person who waits, and nothing of it in a log."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

Work = Callable[[str], None]
LINE = "working: 1 of 3"
FUNCTION = f'  f: {{work: {{says: "{LINE}"}}, max: 1}}\n'
COMMAND = [sys.executable, "-m", "pytest", "--fitness"]
CALM = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")


def in_terminal(
    pytester: pytest.Pytester, *options: str, more: Mapping[str, str] | None = None
) -> str:
    """All that a run writes to a terminal of 80 columns."""
    import pty

    ours, theirs = pty.openpty()
    environment = CALM | {"TERM": "xterm", "COLUMNS": "80"} | dict(more or {})
    with subprocess.Popen(
        [*COMMAND, *options], cwd=pytester.path, env=environment, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        found = b""
        while True:
            try:
                chunk = os.read(ours, 65_536)
            except OSError:  # nobody writes any more
                break
            if not chunk:
                break
            found += chunk
    os.close(ours)
    return found.decode()


def screen(written: str) -> list[str]:
    """What is left to be seen of it, the colours aside."""
    import re

    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[[\d;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", written):
        if part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif part == "\r":
            column = 0
        elif part.startswith("\x1b["):
            count = int(part[2:-1]) if part[2:-1].isdigit() else 1
            if part[-1] == "A":
                row -= count
            elif part[-1] == "G":
                column = count - 1
            elif part[-1] == "K":
                lines[row] = lines[row][:column]
        else:
            before = lines[row].ljust(column)
            lines[row] = before[:column] + part + before[column + len(part) :]
            column += len(part)
    return [line.rstrip() for line in lines]


def test_a_terminal_shows_it_and_keeps_nothing_of_it(pytester: pytest.Pytester, work: Work) -> None:
    work(FUNCTION + FUNCTION.replace("f:", "g:"))
    written = in_terminal(pytester)
    assert written.count(LINE) == 2
    left = screen(written)
    assert not any(LINE in line for line in left)
    (dots,) = (line for line in left if line.startswith("fitness.yaml "))
    assert dots.split() == ["fitness.yaml", "..", "[100%]"]


def test_a_long_or_hostile_line_stays_one(pytester: pytest.Pytester, work: Work) -> None:
    work(f'  f: {{work: {{says: "{"x" * 300}"}}, max: 1}}\n')
    assert "x" * 79 in (written := in_terminal(pytester))
    assert "x" * 80 not in written
    work('  f: {work: {says: "a\\nb\\e[2Jc"}, max: 1}\n')
    assert "\x1b[2J" not in in_terminal(pytester)


@pytest.mark.parametrize("more", [{"CI": "true"}, {"TERM": "dumb"}, {"BUILD_NUMBER": "7"}], ids=str)
def test_a_log_shows_nothing(
    pytester: pytest.Pytester, work: Work, more: Mapping[str, str]
) -> None:
    work(FUNCTION)
    assert LINE not in in_terminal(pytester, more=more)


@pytest.mark.parametrize("option", ["-n2", "--color=no"])
def test_workers_and_plain_terminals_show_nothing(
    pytester: pytest.Pytester, work: Work, option: str
) -> None:
    work(FUNCTION)
    assert LINE not in in_terminal(pytester, option)


def test_a_pipe_shows_nothing_even_in_colour(pytester: pytest.Pytester, work: Work) -> None:
    work(FUNCTION)
    result = pytester.runpytest_subprocess("--fitness", "--color=yes")
    result.stdout.no_fnmatch_line(f"*{LINE}*")
