"""Files of metrics: windows, what the present is, several files, files that change."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exposition_texts import NOW, THEN, asked, by_labels, opened, timed, values, written
from pytest_fitness.answers import Points, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.openmetrics.options import OpenMetricsQuery

UP = OpenMetricsQuery(metric="up")
# Times on a grid of eighths of a second, which floats hold exactly.
EIGHTHS = st.integers(0, 8 * 600).map(lambda eighths: THEN - eighths / 8)
SERIES = st.dictionaries(EIGHTHS, st.integers(0, 9).map(float), min_size=1, max_size=30)
SECONDS = st.sampled_from([0.0, 0.125, 1.0, 60.0, 300.0, 601.0])


def in_window(series: dict[float, float], end: float, seconds: float) -> Points:
    """What a window means, spelt out."""
    until = sorted((time, value) for time, value in series.items() if time <= end)
    if seconds == 0:
        return tuple(until[-1:])
    return tuple(point for point in until if point[0] > end - seconds)


@given(SERIES, EIGHTHS, SECONDS)
def test_the_points_of_a_window(series: dict[float, float], end: float, seconds: float) -> None:
    expected = in_window(series, end, seconds)
    with TemporaryDirectory() as folder:
        answer = asked(Path(folder), timed(*series.items()), "up", Window(end, seconds))
    assert [each.points for each in answer.series] == ([expected] if expected else [])
    assert bool(answer.notes) == (not expected)


@given(SERIES, SECONDS, st.integers(-(10**6), 10**6).map(lambda whole: THEN + whole / 8))
@example({THEN: 1.0}, 0.0, THEN)
def test_the_newest_sample_as_the_present_moves_all_by_the_same(
    series: dict[float, float], seconds: float, end: float
) -> None:
    newest = max(series)
    with TemporaryDirectory() as folder:
        [moved] = asked(
            Path(folder), timed(*series.items()), "up", Window(end, seconds), now="newest"
        ).series
        [still] = asked(Path(folder), timed(*series.items()), "up", Window(newest, seconds)).series
    assert moved.points[-1] == (end, series[newest])
    assert [time - end for time, _ in moved.points] == [time - newest for time, _ in still.points]
    assert [value for _, value in moved.points] == [value for _, value in still.points]


def test_the_newest_sample_of_all_series_is_the_present(tmp_path: Path) -> None:
    text = f"up 1 {THEN - 500}\ndown 2 {THEN - 400}\n# EOF\n"
    end = THEN + 10**7
    found = asked(tmp_path, text, "up", Window(end), now="newest")
    assert by_labels(found) == {"": ((end - 100, 1.0),)}
    found = asked(tmp_path, text, "up", Window(end, 60), now="newest")
    assert found.series == ()
    assert found.notes == ("its samples lie outside of the time asked for",)


def test_the_clock_is_the_present_by_default(tmp_path: Path) -> None:
    answer = asked(tmp_path, timed((THEN - 500, 1)), "up", Window(THEN + 10**7))
    assert by_labels(answer) == {"": ((THEN - 500, 1.0),)}
    assert asked(tmp_path, timed((THEN - 500, 1)), "up", Window(THEN, 60)).series == ()


def test_samples_after_the_end_are_not_known_yet(tmp_path: Path) -> None:
    text = timed((THEN + 5, 2), (THEN - 5, 1))
    assert values(asked(tmp_path, text, "up")) == {"": 1.0}
    assert asked(tmp_path, timed((THEN + 5, 2)), "up").series == ()


@pytest.mark.parametrize("now", ["clock", "newest"])
@pytest.mark.parametrize("window", [NOW, Window(THEN, 60), Window(THEN - 9), Window(THEN + 9e6, 1)])
def test_a_sample_without_time_is_as_old_as_its_file(
    tmp_path: Path, now: str, window: Window
) -> None:
    written(tmp_path / "m.prom", "up 1\n", modified=THEN - 5)
    with opened(tmp_path, file="m.prom", now=now) as client:
        assert by_labels(client.ask(UP, window)) == {"": ((THEN - 5, 1.0),)}


def test_a_series_without_times_beside_one_with_them(tmp_path: Path) -> None:
    text = f"up 1\ndown 2 {THEN - 90}\n# EOF\n"
    window = Window(THEN + 1000, 60)
    assert by_labels(asked(tmp_path, text, "up", window, now="newest")) == {"": ((THEN, 1.0),)}
    assert by_labels(asked(tmp_path, text, "down", window, now="newest")) == {
        "": ((THEN + 1000, 2.0),)
    }


def test_several_files_by_a_glob(tmp_path: Path) -> None:
    written(tmp_path / "textfiles/a.prom", 'up{job="a"} 1\n', modified=THEN - 60)
    written(tmp_path / "textfiles/b.prom", 'up{job="b"} 2\n', modified=THEN)
    written(tmp_path / "textfiles/c.om", f'up{{job="c"}} 3 {THEN - 7}\n# EOF\n', modified=THEN)
    written(tmp_path / "textfiles/d.txt", "this is not asked for")
    (tmp_path / "textfiles/e.prom").mkdir()
    with opened(tmp_path, file="textfiles/*.[po]*m") as client:
        found = by_labels(client.ask(UP, NOW))
    assert found == {
        "job=a": ((THEN - 60, 1.0),),
        "job=b": ((THEN, 2.0),),
        "job=c": ((THEN - 7, 3.0),),
    }


def test_snapshots_in_several_files_are_a_series(tmp_path: Path) -> None:
    for age in (120, 60, 0):
        written(tmp_path / f"snapshot-{age}.prom", f"up {age}\n", modified=THEN - age)
    with opened(tmp_path, file="snapshot-*.prom") as client:
        assert by_labels(client.ask(UP, NOW)) == {"": ((THEN, 0.0),)}
        assert by_labels(client.ask(UP, Window(THEN, 100))) == {
            "": ((THEN - 60, 60.0), (THEN, 0.0))
        }


def test_an_absolute_path_and_an_absolute_glob(tmp_path: Path) -> None:
    path = written(tmp_path / "far/m.prom", "up 1\n")
    for file in (str(path), str(path.parent / "*.prom")):
        with opened(tmp_path / "elsewhere", file=file) as client:
            assert values(client.ask(UP, NOW)) == {"": 1.0}


def test_a_name_that_looks_like_a_glob(tmp_path: Path) -> None:
    written(tmp_path / "m[1].prom", "up 1\n")
    written(tmp_path / "m1.prom", "up 2\n")
    with opened(tmp_path, file="m[1].prom") as client:
        assert values(client.ask(UP, NOW)) == {"": 1.0}


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    written(tmp_path / "m.prom", "up 1\n")
    with opened(tmp_path, file="m.prom") as client:
        assert values(client.ask(UP, NOW)) == {"": 1.0}
        written(tmp_path / "m.prom", "up 2\n", modified=THEN + 1)
        assert by_labels(client.ask(UP, NOW)) == {"": ((THEN + 1, 2.0),)}
        written(tmp_path / "m.prom", "broken", modified=THEN + 2)
        for _ in range(2):
            with pytest.raises(MeasureError):
                client.ask(UP, NOW)
        written(tmp_path / "m.prom", "up 3\n", modified=THEN + 3)
        assert values(client.ask(UP, NOW)) == {"": 3.0}


def test_a_file_that_does_not_change_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path / "m.prom", "up 1\n")
    with opened(tmp_path, file="m.prom") as client:
        client.ask(UP, NOW)
        before = path.stat()
        with path.open("r+b") as file:
            file.write(b"up 2\n")
        written_again = path.stat()
        assert (written_again.st_size, written_again.st_ino) == (before.st_size, before.st_ino)
        written(path, "up 2\n")  # as if nothing had happened
        assert values(client.ask(UP, NOW)) == {"": 1.0}
        client.close()
        assert values(client.ask(UP, NOW)) == {"": 2.0}


def test_what_is_there_instead(tmp_path: Path) -> None:
    text = 'requests_total{code="200"} 1\nrequests_total{code="500"} 1\nerrors_total 2\n'

    def note(metric: str) -> str:
        answer = asked(tmp_path, text, metric)
        assert answer.series == ()
        [said] = answer.notes
        return said

    assert (
        note("request_total")
        == "no metric is called request_total; near are requests_total, errors_total"
    )
    assert note("zzz") == "no metric is called zzz"
    assert note('requests_total{code="404"}') == "no labels match, of 2 series of requests_total"


def test_an_empty_file_has_nothing(tmp_path: Path) -> None:
    assert asked(tmp_path, "", "up").series == ()
    assert asked(tmp_path, "# EOF\n", "up", now="newest").series == ()


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("missing.prom", "there is no file missing.prom"),
        ("missing/*.prom", "no file matches missing/*.prom"),
        ("folder", "folder is no file"),
        ("m.prom/below", "m.prom/below cannot be read: Not a directory"),
        ("nul\0", "nul\0 cannot be read: embedded null byte"),
    ],
)
def test_a_file_that_is_not_there(tmp_path: Path, file: str, message: str) -> None:
    written(tmp_path / "m.prom", "up 1\n")
    (tmp_path / "folder").mkdir()
    with opened(tmp_path, file=file) as client, pytest.raises(MeasureError) as caught:
        client.ask(UP, NOW)
    assert caught.value.message == message
    assert caught.value.hint
    # The other questions may be about other files of the glob, or come later.
    assert not isinstance(caught.value, UnreachableError)


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_fitness.sources.openmetrics.files.MOST_FILES", 2)
    for number in range(3):
        written(tmp_path / f"{number}.prom", f"up{{n='{number}'}} 1\n")
    with opened(tmp_path, file="*.prom") as client, pytest.raises(MeasureError, match="2 files"):
        client.ask(UP, NOW)
