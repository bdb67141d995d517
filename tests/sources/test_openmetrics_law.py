"""Numbers are read as the library reads them, line by line; the library is the judge."""

import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus

from exposition_texts import THEN, asked
from pytest_fitness.answers import Window

NAMES = ("a", "a_total", "b:c", "_d9")
VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
LABELS = st.dictionaries(st.sampled_from(["code", "le", "quantile", "_x"]), VALUES, max_size=3)
NUMBERS = st.floats().map(repr) | st.sampled_from(
    ["+Inf", "-Inf", "NaN", "1e3", "007", "-.5", "1."]
)
BLANKS = st.sampled_from([" ", "  ", "\t"])


class Line(NamedTuple):
    """A sample as it is written."""

    name: str
    labels: dict[str, str]
    number: str
    age: int | None


LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(NAMES),
        LABELS,
        NUMBERS,
        st.none() | st.integers(0, 8000),
    ),
    max_size=8,
)


def rendered(line: Line, time: str, blank: str = " ") -> str:
    pairs = []
    for name, value in line.labels.items():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        pairs.append(f'{name}="{escaped}"')
    labels = "{" + ",".join(pairs) + "}" if pairs else ""
    return f"{line.name}{labels}{blank}{line.number}{blank if time else ''}{time}\n"


Found = dict[tuple[str, tuple[tuple[str, str], ...]], dict[float, str]]


def found_in(text: str, names: tuple[str, ...] = NAMES) -> Found:
    """Every sample of a file; its time, and its value as text."""
    found: Found = {}
    with TemporaryDirectory() as folder:
        for name in names:
            for series in asked(Path(folder), text, name, Window(THEN, 10_000)).series:
                found[name, series.labels] = {time: repr(value) for time, value in series.points}
    return found


@given(LINES, BLANKS)
def test_the_format_of_prometheus(lines: list[Line], blank: str) -> None:
    written = [
        rendered(line, "" if line.age is None else f"{int(THEN) * 1000 - line.age}", blank)
        for line in lines
    ]
    expected: Found = {}
    for text in written:
        [family] = parse_prometheus(text)
        [sample] = family.samples
        time = THEN if sample.timestamp is None else float(sample.timestamp)
        key = (sample.name, tuple(sorted(sample.labels.items())))
        expected.setdefault(key, {})[time] = repr(float(sample.value))
    assert found_in("".join(written)) == expected


@given(LINES)
def test_openmetrics(lines: list[Line]) -> None:
    written = [
        rendered(line, "" if line.age is None else f"{THEN - line.age / 8}") for line in lines
    ]
    expected: Found = {}
    for text in written:
        [family] = parse_openmetrics(f"{text}# EOF\n")  # type: ignore[no-untyped-call]
        [sample] = family.samples
        time = THEN if sample.timestamp is None else float(sample.timestamp)
        key = (sample.name, tuple(sorted(sample.labels.items())))
        expected.setdefault(key, {})[time] = repr(float(sample.value))
    assert found_in("".join(written) + "# EOF\n") == expected


@given(LABELS, st.text(st.sampled_from(' #{}"\\=,a'), max_size=12), st.integers(0, 99))
def test_an_exemplar_changes_nothing(labels: dict[str, str], trace: str, count: int) -> None:
    line = rendered(Line("a_total", labels, str(count), None), f"{THEN}")
    escaped = trace.replace("\\", "\\\\").replace('"', '\\"')
    with_exemplar = f'{line[:-1]} # {{trace="{escaped}"}} 0.5 {THEN}\n'
    plain = found_in(f"# TYPE a counter\n{line}# EOF\n")
    assert len(plain) == 1
    assert found_in(f"# TYPE a counter\n{with_exemplar}# EOF\n") == plain


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.floats()), max_size=30))
def test_series_that_take_turns_are_told_apart(samples: list[tuple[int, int, float]]) -> None:
    expected: dict[int, dict[float, float]] = {}
    for age, number, value in samples:
        expected.setdefault(number, {})[THEN - age] = value
    text = "".join(f'a{{n="{n}"}} {value!r} {THEN - age}\n' for age, n, value in samples)
    found = found_in(f"{text}# EOF\n", ("a",))
    assert found == {
        ("a", (("n", str(number)),)): {time: repr(value) for time, value in points.items()}
        for number, points in expected.items()
    }
    assert not any(math.isnan(time) for points in found.values() for time in points)
