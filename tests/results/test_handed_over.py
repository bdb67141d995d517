"""Numbers that tests hand over: written whole, read by the newest run, pruned without loss."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.errors import MeasureError
from pytest_fitness.results import handed_over, handed_over_file
from pytest_fitness.results.handed_over import (
    Record,
    Run,
    Unpassed,
    checked,
    names,
    read,
    write,
)

THEN = 1_700_000_000.0


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.json"))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    records = [
        Record("search.p95", 0.21, "s", "tests/test_search.py::test_search"),
        Record("hits", 3.0),
        Record("search.p95", 250.0, "ms", "tests/test_search.py::test_search"),
    ]
    write(tmp_path / "new" / "recorded", records, THEN)
    found = read(tmp_path / "new" / "recorded", "search.p95")
    assert found == Run((records[0], records[2]), THEN)
    assert read(tmp_path / "new" / "recorded", "hits") == Run((records[1],), THEN)


def test_nothing_is_found_where_nothing_was_recorded(tmp_path: Path) -> None:
    assert read(tmp_path, "hits") is None
    assert read(tmp_path / "missing", "hits") is None
    assert names(tmp_path / "missing") == set()
    write(tmp_path / "missing", [], THEN)
    assert not (tmp_path / "missing").exists()
    write(tmp_path, [Record("hits", 1.0)], THEN)
    assert read(tmp_path, "misses") is None


def test_the_newest_run_that_recorded_a_name_counts(tmp_path: Path) -> None:
    write(tmp_path, [Record("a", 1.0), Record("b", 1.0)], THEN)
    write(tmp_path, [Record("a", 2.0)], THEN + 10)
    write(tmp_path, [Record("a", 0.0)], THEN - 10)
    assert read(tmp_path, "a") == Run((Record("a", 2.0),), THEN + 10)
    assert read(tmp_path, "b") == Run((Record("b", 1.0),), THEN)
    assert names(tmp_path) == {"a", "b"}


def test_a_file_goes_when_later_runs_have_recorded_all_of_its_names(tmp_path: Path) -> None:
    write(tmp_path, [Record("a", 1.0), Record("b", 1.0)], THEN)
    write(tmp_path, [Record("a", 2.0)], THEN + 1)
    assert len(files(tmp_path)) == 2
    write(tmp_path, [Record("b", 2.0)], THEN + 2)
    assert len(files(tmp_path)) == 2
    assert read(tmp_path, "a") == Run((Record("a", 2.0),), THEN + 1)


def test_files_of_one_moment_are_one_run(tmp_path: Path) -> None:
    write(tmp_path, [Record("a", 9.0)], THEN - 1)
    write(tmp_path, [Record("a", 1.0)], THEN)
    write(tmp_path, [Record("a", 2.0), Record("b", 5.0)], THEN)
    found = read(tmp_path, "a")
    assert found is not None
    assert {record.value for record in found.records} == {1.0, 2.0}
    assert len(files(tmp_path)) == 2


def test_there_are_never_more_than_some_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handed_over, "_MOST_FILES", 20)
    for number in range(25):
        write(tmp_path, [Record(f"name-{number}", 1.0)], THEN + number)
    assert len(files(tmp_path)) == 20
    assert read(tmp_path, "name-24") is not None
    assert read(tmp_path, "name-4") is None
    assert read(tmp_path, "name-5") is not None


def test_nothing_but_whole_files_is_left_behind(tmp_path: Path) -> None:
    write(tmp_path, [Record("a", 1.0)], THEN)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
    document = json.loads(files(tmp_path)[0].read_text("utf-8"))
    assert document["format"] == 2
    assert document["records"] == [
        {"name": "a", "value": 1.0, "unit": "", "test": "", "samples": 1, "interval": None}
    ]


def test_how_sure_a_number_is_is_kept_with_it(tmp_path: Path) -> None:
    records = [
        Record("a", 1.0, "s", "t.py::a", 200, (0.9, 1.25)),
        Record("a", 2.0, "s", "t.py::b", 7),
    ]
    write(tmp_path, records, THEN)
    assert read(tmp_path, "a") == Run(tuple(records), THEN)


def test_a_file_of_the_format_before_can_be_read(tmp_path: Path) -> None:
    document = {
        "format": 1,
        "moment": THEN,
        "records": [{"name": "a", "value": 1.5, "unit": "s", "test": "t.py::a"}],
        "unpassed": [{"test": "t.py::b", "outcome": "failed", "names": ["b"]}],
    }
    old = tmp_path / f"{int(THEN) * 1000:015d}-{'0' * 16}.json"
    old.write_text(json.dumps(document), "utf-8")
    assert read(tmp_path, "a") == Run((Record("a", 1.5, "s", "t.py::a", 1, None),), THEN)
    assert read(tmp_path, "b") == Run((), THEN, (Unpassed("t.py::b", "failed", ("b",)),))
    write(tmp_path, [Record("a", 2.0, "s", "t.py::a"), Record("b", 2.0)], THEN + 1)
    assert not old.exists()


def test_a_file_of_a_format_to_come_is_refused_in_words(tmp_path: Path) -> None:
    newer = tmp_path / f"{int(THEN) * 1000:015d}-{'0' * 16}.json"
    newer.write_text('{"format": 3, "moment": 1, "records": []}', "utf-8")
    with pytest.raises(MeasureError, match="its format is 3, not 2"):
        read(tmp_path, "a")


class TestTestsThatDidNotPass:
    FAILED = Unpassed("t.py::a", "failed")

    def test_are_told_under_all_names_that_they_ever_recorded(self, tmp_path: Path) -> None:
        write(tmp_path, [Record("a", 1.0, "", "t.py::a"), Record("b", 1.0, "", "t.py::b")], THEN)
        write(tmp_path, [Record("c", 1.0, "", "t.py::a")], THEN + 1)
        write(tmp_path, [], THEN + 2, [self.FAILED._replace(names=("d",))])
        told = Unpassed("t.py::a", "failed", ("a", "c", "d"))
        for name in "acd":
            assert read(tmp_path, name) == Run((), THEN + 2, (told,))
        assert read(tmp_path, "b") == Run((Record("b", 1.0, "", "t.py::b"),), THEN)

    def test_are_left_out_where_they_record_nothing(self, tmp_path: Path) -> None:
        write(tmp_path / "new", [], THEN, [self.FAILED])
        assert not (tmp_path / "new").exists()

    def test_are_told_again_and_again(self, tmp_path: Path) -> None:
        write(tmp_path, [Record("a", 1.0, "", "t.py::a")], THEN)
        for later in (1, 2, 3):
            write(tmp_path, [], THEN + later, [self.FAILED])
            found = read(tmp_path, "a")
            assert found == Run((), THEN + later, (self.FAILED._replace(names=("a",)),))
            assert len(files(tmp_path)) == 1

    def test_are_told_until_the_name_is_recorded_again(self, tmp_path: Path) -> None:
        write(tmp_path, [Record("a", 1.0, "", "t.py::a")], THEN)
        write(tmp_path, [], THEN + 1, [self.FAILED])
        write(tmp_path, [Record("a", 3.0, "", "t.py::a")], THEN + 2)
        assert read(tmp_path, "a") == Run((Record("a", 3.0, "", "t.py::a"),), THEN + 2)
        assert len(files(tmp_path)) == 1

    def test_stand_beside_those_that_recorded_the_same_name(self, tmp_path: Path) -> None:
        write(
            tmp_path, [Record("a", 1.0, "", "t.py::b")], THEN, [self.FAILED._replace(names=("a",))]
        )
        found = read(tmp_path, "a")
        assert found is not None
        assert [record.test for record in found.records] == ["t.py::b"]
        assert [each.test for each in found.unpassed] == ["t.py::a"]

    def test_are_known_by_a_long_name_too(self, tmp_path: Path) -> None:
        test = f"t.py::a[{'x' * 600}]"
        write(tmp_path, [checked("a", 1.0, "", test)], THEN)
        write(tmp_path, [], THEN + 1, [Unpassed(test, "skipped")])
        found = read(tmp_path, "a")
        assert found is not None
        assert [each.outcome for each in found.unpassed] == ["skipped"]

    def test_do_not_keep_a_broken_file_from_being_told(self, tmp_path: Path) -> None:
        broken = tmp_path / f"{int(THEN) * 1000:015d}-{'0' * 16}.json"
        broken.write_text("{")
        write(tmp_path, [], THEN + 1, [self.FAILED])
        with pytest.raises(MeasureError):
            read(tmp_path, "a")


WRITER = """
import sys
from pathlib import Path
from pytest_fitness.results.handed_over import Record, write
directory, moment, own = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
for number in range(20):
    write(directory, [Record("shared", number), Record(own, number)], moment + number)
"""


def test_several_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, str(THEN), f"own-{number}"])
        for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert names(tmp_path) == {"shared", "own-0", "own-1", "own-2"}
    for number in range(3):
        assert read(tmp_path, f"own-{number}") == Run((Record(f"own-{number}", 19.0),), THEN + 19)
    shared = read(tmp_path, "shared")
    assert shared is not None
    assert [record.value for record in shared.records] == [19.0] * 3


@given(
    runs=st.lists(
        st.tuples(st.integers(0, 6), st.lists(st.sampled_from("abcd"), min_size=1, max_size=5)),
        min_size=1,
        max_size=8,
    )
)
def test_pruning_never_changes_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[int, list[str]]]
) -> None:
    directory = tmp_path_factory.mktemp("recorded")
    newest: dict[str, tuple[int, list[float]]] = {}
    for number, (moment, recorded) in enumerate(runs):
        write(directory, [Record(name, float(number)) for name in recorded], THEN + moment)
        for name in set(recorded):
            known, values = newest.get(name, (-1, []))
            own = [float(number)] * recorded.count(name)
            if moment >= known:
                newest[name] = (moment, own + (values if moment == known else []))
    for name in "abcd":
        found = read(directory, name)
        if name not in newest:
            assert found is None
        else:
            assert found is not None
            assert found.moment == THEN + newest[name][0]
            assert sorted(record.value for record in found.records) == sorted(newest[name][1])


class Decimalish:
    def __float__(self) -> float:
        return 2.5


@pytest.mark.parametrize(("value", "kept"), [(1, 1.0), (0.5, 0.5), (Decimalish(), 2.5), (-3, -3.0)])
def test_numbers_of_any_type_are_kept_as_floats(value: Any, kept: float) -> None:
    assert checked("a", value, "ms", "t") == Record("a", kept, "ms", "t")
    assert type(checked("a", value).value) is float


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (("Search", 1.0), "'Search' is no name such as search.p95"),
        (("", 1.0), "'' is no name"),
        ((".a", 1.0), "'.a' is no name"),
        (("a b", 1.0), "'a b' is no name"),
        (("a\n", 1.0), "is no name"),
        (("a" * 201, 1.0), "is no name"),
        ((7, 1.0), "7 is no name"),
        (("a", "1"), "the value of a is '1', which is no number"),
        (("a", True), "the value of a is True, which is no number"),
        (("a", None), "the value of a is None, which is no number"),
        (("a", float("nan")), "the value of a is nan"),
        (("a", float("inf")), "the value of a is inf"),
        (("a", 10**400), "the value of a is no number"),
        (("a", 1.0, "parsec"), "the unit of a: 'parsec' is no unit"),
        (("a", 1.0, None), "the unit of a is None, which is no text"),
        (("a", 1.0, "", "", 0), "the samples of a are 0; one or more were expected"),
        (("a", 1.0, "", "", 2.5), "the samples of a are 2.5"),
        (("a", 1.0, "", "", None), "the samples of a are None"),
        (("a", 1.0, "", "", 2, (1, 2, 3)), "the interval of a is (1, 2, 3); two numbers"),
        (("a", 1.0, "", "", 2, 7), "the interval of a is 7; two numbers"),
        (("a", 1.0, "", "", 2, (2, 3)), "2 to 3, does not hold its value 1"),
        (("a", 1.0, "", "", 2, (0, 10**400)), "the interval of a is (0, 1000"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path: Path, record: Any, said: str) -> None:
    with pytest.raises(ValueError, match=r"^") as caught:
        checked(*record)
    assert said in str(caught.value)
    with pytest.raises(ValueError, match=r"^"):
        write(tmp_path, [Record("fine", 1.0), Record(*record)], THEN)
    assert files(tmp_path) == []


@pytest.mark.parametrize("moment", [float("nan"), float("inf"), -1.0, 1e15])
def test_a_moment_that_is_none_is_refused(tmp_path: Path, moment: float) -> None:
    with pytest.raises(ValueError, match="is no time"):
        write(tmp_path, [Record("a", 1.0)], moment)


def test_too_many_records_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed_over, "MOST_RECORDS", 3)
    write(tmp_path, [Record("a", 1.0)] * 3, THEN)
    with pytest.raises(ValueError, match="4 numbers are too many for one run: 3 at most"):
        write(tmp_path, [Record("a", 1.0)] * 4, THEN)


BROKEN = {
    "cut short": b'{"format": 1, "records": [',
    "another format": b'{"format": 3, "moment": 1, "records": []}',
    "no object": b"[1]",
    "nothing": b"",
    "binary": b"\x00\xff\xfe",
    "deep": b"[" * 100_000,
    "no name": b'{"format": 1, "moment": 1, "records": [{"value": 1}]}',
    "a bad value": b'{"format": 1, "moment": 1, "records":'
    b' [{"name": "a", "value": NaN, "unit": "", "test": ""}]}',
    "no samples": b'{"format": 2, "moment": 1, "records":'
    b' [{"name": "a", "value": 1, "unit": "", "test": "", "samples": 0}]}',
    "an interval beside its value": b'{"format": 2, "moment": 1, "records":'
    b' [{"name": "a", "value": 1, "unit": "", "test": "", "samples": 2, "interval": [2, 3]}]}',
    "bad tests": b'{"format": 1, "moment": 1, "records": [], "unpassed": [{"test": "a"}]}',
    "a bad moment": b'{"format": 1, "moment": -1, "records": []}',
    "a huge moment": b'{"format": 1, "moment": 1e999, "records": []}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, [Record("a", 1.0)], THEN)
    broken = tmp_path / f"{int(THEN + 5) * 1000:015d}-{'0' * 16}.json"
    broken.write_bytes(content)
    with pytest.raises(MeasureError) as caught:
        read(tmp_path, "a")
    assert caught.value.message.startswith(f".fitness/recorded/{broken.name}: ")
    assert caught.value.hint == "Delete it, and run the tests again."
    write(tmp_path, [Record("a", 2.0)], THEN + 9)
    assert broken.read_bytes() == content
    assert read(tmp_path, "a") == Run((Record("a", 2.0),), THEN + 9)


def test_a_file_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [Record("a", 1.0)], THEN)
    monkeypatch.setattr(handed_over_file, "_MOST_BYTES", 20)
    with pytest.raises(MeasureError, match="it is too large"):
        read(tmp_path, "a")


def test_other_files_in_the_directory_are_nobodys_business(tmp_path: Path) -> None:
    for name in ("notes.txt", "1-xyz.json", ".000001700000000-0.json.tmp"):
        (tmp_path / name).write_text("not ours")
    write(tmp_path, [Record("a", 1.0)], THEN)
    assert names(tmp_path) == {"a"}
    assert (tmp_path / "notes.txt").read_text() == "not ours"


def test_a_directory_that_is_none_is_told(tmp_path: Path) -> None:
    place = tmp_path / "recorded"
    place.write_text("a file")
    with pytest.raises(MeasureError, match=r"^\.fitness/recorded: Not a directory"):
        read(place, "a")
    with pytest.raises(OSError, match="exists"):
        write(place, [Record("a", 1.0)], THEN)
