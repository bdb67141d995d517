"""Files that are broken, cut off, too large, or meant to harm."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposition_texts import NOW, THEN, asked, opened, timed, values
from pytest_fitness.answers import Answer
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.openmetrics.options import OpenMetricsQuery

MS = f"{THEN * 1000:.0f}"


def refusal(root: Path, text: str | bytes) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        asked(root, text, "up")
    assert caught.value.hint
    return caught.value


def outcome(root: Path, text: str | bytes) -> str:
    """The answer, or the message of the refusal; nothing else is raised."""
    try:
        return repr(asked(root, text, "up"))
    except MeasureError as error:
        return error.message


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("up 1\nup\n", 2, "expected a name, a value and perhaps a time: 'up'"),
        ("up 1\n\n# a\nup x\n", 4, "expected a name, a value and perhaps a time: 'up x'"),
        ("up 1_000\n", 1, "expected a name, a value and perhaps a time: 'up 1_000'"),
        (f"up 1 {MS} 3\n", 1, "expected a name, a value and perhaps a time"),
        ("up 0x10\n", 1, "expected a name, a value and perhaps a time"),
        ("up{a=1} 1\n", 1, "no name with labels that can be read"),
        ('up{a="1"\n', 1, "no name with labels that can be read"),
        ('up{a="1",a="2"} 1\n', 1, "no name with labels that can be read"),
        ('up{a="1"} 5 } 5\n', 1, "expected a name, a value and perhaps a time"),
        ('up{a="1} 5\n', 1, "no name with labels that can be read"),
        ("9up 1\n", 1, "no name with labels that can be read"),
        ("ü 1\n", 1, "no name with labels that can be read"),
        ("{} 1\n", 1, "no name with labels that can be read"),
        ("} 1\n", 1, "no name with labels that can be read"),
        ("<html>\n", 1, "no name with labels that can be read"),
        ('{"status": "ok"}\n', 1, "no name with labels that can be read"),
        (f"up 1 {MS}.5\n", 1, "the time is not in milliseconds"),
        ("up 1 NaN\n", 1, "the time is not in milliseconds"),
        ("up 1 NaN\n# EOF\n", 1, "the time is not in seconds"),
        (f"up 1 {MS}\n# EOF\n", 1, "the time is not in seconds, as in OpenMetrics"),
        ("up 1\n# EOF\nup 2\n# EOF\n", 3, "nothing may follow the line `# EOF`: 'up 2'"),
        ("up 1\nup 2", 2, "the last line has no end: it may be cut off: 'up 2'"),
        ("up 1\n# comm", 2, "the last line has no end"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, text: str, line: int, why: str) -> None:
    assert refusal(tmp_path, text).message.startswith(f"metrics.txt:{line}: {why}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"up 1 {THEN}\nup 2 {THEN + 1}\n", 1),
        (f"# TYPE up gauge\nup 2 {THEN:.0f}\n", 2),
        ("# TYPE took_seconds gauge\n# UNIT took_seconds seconds\ntook_seconds 1\n", 2),
        ("# TYPE build info\n", 1),
        ("# TYPE up unknown\nup 1\n", 1),
        ('# TYPE took histogram\ntook_bucket{le="1"} 5 # {trace="a"} 0.67\n', 2),
    ],
)
def test_openmetrics_without_its_end_was_cut_off(tmp_path: Path, text: str, line: int) -> None:
    error = refusal(tmp_path, text)
    assert error.message.startswith(f"metrics.txt:{line}: ")
    if "trace" not in text:
        assert "cut off" in error.message
        assert "`# EOF`" in error.message
    # With its end it is fine.
    assert isinstance(asked(tmp_path, text + "# EOF\n", "up"), Answer)


@given(st.data())
def test_however_it_is_cut_it_is_never_read_as_something_else(data: st.DataObject) -> None:
    text = timed((THEN - 30, 123456), (THEN - 15, 1234567), (THEN, 12345678))
    end = text.index("# EOF") + len("# EOF")
    length = data.draw(st.integers(1, end - 1))
    with TemporaryDirectory() as folder:
        refusal(Path(folder), text[:length])


@given(st.binary(max_size=60), st.booleans())
def test_no_bytes_do_anything_but_be_refused(noise: bytes, has_end: bool) -> None:
    with TemporaryDirectory() as folder:
        text = noise + b"\n# EOF\n" * has_end
        assert outcome(Path(folder), text).startswith(("metrics.txt:", "Answer("))


@given(st.text(st.sampled_from('up{}a="\\,#1 .-e\n\t'), max_size=30), st.booleans())
def test_no_near_miss_does_anything_but_be_refused(noise: str, has_end: bool) -> None:
    with TemporaryDirectory() as folder:
        text = noise + "\n# EOF\n" * has_end
        assert outcome(Path(folder), text).startswith(("metrics.txt:", "Answer("))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'up 1\nup{a="\xff"} 2\n').message.startswith("metrics.txt:2: ")
    assert refusal(tmp_path, "up 1\n".encode("utf-16")).message.startswith("metrics.txt:1: ")
    assert values(asked(tmp_path, b"# caf\xe9\nup 1\n", "up")) == {"": 1.0}


def test_a_long_line_is_shown_in_part(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, "x" * 10**6 + "\n").message) < 200


@pytest.mark.parametrize(
    "head",
    [
        'up{a="' + '\\"' * 500_000 + '"}',
        "up{" + ",".join(f'a{n}="1"' for n in range(50_000)) + "}",
        "up{" + '"' * 500_000,
        "{" * 500_000,
    ],
)
def test_a_line_that_would_take_for_ever_to_read(tmp_path: Path, head: str) -> None:
    assert "are too long" in refusal(tmp_path, f"{head} 1\n").message


def test_quotes_and_signs_without_end_are_read_in_no_time(tmp_path: Path) -> None:
    for text in ('"\\' * 500_000 + "#", '"a' * 500_000 + "#", "a" * 10**6 + "#"):
        assert "metrics.txt:1: " in refusal(tmp_path, f"{text}\n# EOF\n").message


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        ("reading.MOST_SAMPLES", "more than 100 samples"),
        ("store.MOST_SERIES", "more than 100 series"),
    ],
)
def test_too_much_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, said: str
) -> None:
    monkeypatch.setattr(f"pytest_fitness.sources.openmetrics.{bound}", 100)
    lines = [f'up{{n="{n}"}} 1\n' for n in range(101)]
    assert values(asked(tmp_path, "".join(lines[:100]), 'up{n="7"}')) == {"n=7": 1.0}
    assert said in refusal(tmp_path, "".join(lines)).message


def test_all_files_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_fitness.sources.openmetrics.files.LIMIT", 20)
    (tmp_path / "a.prom").write_text('up{a="1"} 1\n')
    with opened(tmp_path, file="*.prom") as client:
        assert values(client.ask(OpenMetricsQuery(metric="up"), NOW)) == {"a=1": 1.0}
        (tmp_path / "b.prom").write_text('up{a="2"} 1\n')
        with pytest.raises(MeasureError, match=r"b\.prom is too large"):
            client.ask(OpenMetricsQuery(metric="up"), NOW)


def test_a_file_without_end_is_not_read_for_ever(tmp_path: Path) -> None:
    for name in ("/dev/zero", "pipe"):
        if name == "pipe":
            os.mkfifo(tmp_path / name)
        with opened(tmp_path, file=name) as client, pytest.raises(MeasureError, match="is no file"):
            client.ask(OpenMetricsQuery(metric="up"), NOW)


def test_a_sparse_file_that_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "m.prom").open("wb") as file:
        file.truncate(2**36)
    query = OpenMetricsQuery(metric="up")
    with opened(tmp_path, file="m.prom") as client, pytest.raises(MeasureError, match="64 MiB"):
        client.ask(query, NOW)
