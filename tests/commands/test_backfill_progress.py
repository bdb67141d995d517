"""What a person sees of a backfill, and what a log gets of it."""

import io
from pathlib import Path

import pytest

from pytest_fitness.commands.past.commits import DatedCommit
from pytest_fitness.commands.past.progress import Progress, is_watched
from pytest_fitness.commands.past.tally import Tally
from pytest_fitness.history.git import PastCommit
from pytest_fitness.model import Outcome, Verdict


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(Terminal):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def told(stream: io.StringIO, total: int, *steps: tuple[float, int]) -> list[str]:
    """What is written after so many seconds and commits each."""
    clock = Clock()
    progress = Progress(total, stream, clock)
    seen = []
    for seconds, done in steps:
        clock.now += seconds
        before = stream.tell()
        progress.tell(done, f"{done:040}")
        seen.append(stream.getvalue()[before:])
    progress.end()
    return seen


def test_in_a_terminal_one_line_changes() -> None:
    stream = Terminal()

    first, second, last = told(stream, 200, (0, 0), (5, 1), (10, 200))

    assert first == "\r\x1b[K[........................] 0/200  000000000"
    assert second == "\r\x1b[K[........................] 1/200  000000000"
    assert last == "\r\x1b[K[########################] 200/200  000000000"
    assert stream.getvalue().endswith("\r\x1b[K")
    assert "\n" not in stream.getvalue()


def test_the_time_left_is_told_from_the_second_commit_on() -> None:
    lines = told(Terminal(), 1_100, (60, 1), (10, 101), (10, 201), (0.5, 206), (2, 1_100))

    assert [line.rpartition("  ")[2] for line in lines] == [
        "000000000",
        "10.0/s, about 2 min left",
        "10.0/s, about 90 s left",
        "10.0/s, about 89 s left",
        "000000000",
    ]


def test_the_line_is_not_drawn_more_often_than_anybody_can_see() -> None:
    drawn = told(Terminal(), 100, *((0.01, number) for number in range(1, 100)), (0.01, 100))

    assert 5 <= len(list(filter(None, drawn))) <= 15
    assert drawn[-1]


def test_a_log_gets_a_few_lines() -> None:
    lines = told(io.StringIO(), 1_000, *((1, number) for number in range(1, 1_001)))

    shown = list(filter(None, lines))
    assert shown[0] == "100 of 1,000 commits  1.0/s, about 15 min left\n"
    assert shown[-1] == "1,000 of 1,000 commits\n"
    assert len(shown) == 10


def test_a_log_gets_nothing_of_what_is_done_at_once() -> None:
    assert "".join(told(io.StringIO(), 50, *((0.1, number) for number in range(51)))) == ""


def test_a_log_gets_no_two_lines_within_ten_seconds() -> None:
    lines = told(io.StringIO(), 10, *((4, number) for number in range(1, 11)))

    assert [line.partition(" ")[0] for line in lines] == [
        "", "", "3", "", "", "6", "", "", "9", ""
    ]  # fmt: skip


def test_a_terminal_that_was_closed_stops_nothing() -> None:
    progress = Progress(3, Gone(), Clock())

    progress.tell(1, "x")
    progress.end()


@pytest.mark.parametrize(
    ("name", "value"), [("CI", "true"), ("BUILD_NUMBER", "1"), ("TERM", "dumb")]
)
def test_the_terminal_of_a_service_is_a_log(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert is_watched(Terminal())
    monkeypatch.setenv(name, value)

    assert not is_watched(Terminal())
    assert not is_watched(io.StringIO())


def moment(name: str) -> DatedCommit:
    return DatedCommit(PastCommit(name * 40, "", 0, has_parents=True), 0)


def verdict(series: str, value: float | None, reason: str = "") -> Verdict:
    outcome = Outcome.PASSED if value is not None else Outcome.ERROR
    return Verdict(series, outcome, reason, value=value)


def test_gaps_are_told_by_reason_with_the_newest_of_them() -> None:
    tally = Tally()
    names = ["a", "b", "c", "d", "e"]
    tally.add(moment("1"), [verdict(name, 1.0) for name in names])
    tally.add(moment("2"), [verdict(name, None, "no package") for name in names])
    tally.add(moment("3"), [verdict(name, None, "another") for name in names])
    tally.add(moment("4"), [verdict("f", None, "one module\x1b"), verdict("a", float("inf"))])

    assert tally.lines() == [
        "measured 4 commits: 6 numbers",
        "a, b, c and 2 more: no number for 2 commits, as 222222222: no package",
        "f: no number for 1 commit, as 444444444: one module\x1b",
    ]


def test_the_docs_show_what_is_printed() -> None:
    page = Path(__file__).parents[2] / "docs/backfill.md"
    _, _, shown = page.read_text("utf-8").partition("```console\n")
    tally = Tally()
    names = ["layers", "no-cycles", "complexity", "size", "comments"]
    for _ in range(200):
        tally.add(moment("1"), [verdict(name, 1.0) for name in names])
    commit = DatedCommit(PastCommit("4be1f3a02" + "0" * 31, "", 0, has_parents=True), 0)
    reason = "package shop was not found under /home/ada/shop"
    for _ in range(12):
        tally.add(commit, [verdict(name, None, reason) for name in names])

    assert shown.partition("```")[0].splitlines()[1:] == tally.lines()
