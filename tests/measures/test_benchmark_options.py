"""What stands behind ``benchmark:``: what is taken, what is refused, and how."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.errors import ConfigError
from pytest_fitness.measures.benchmark.kind import Benchmark, fitness_kinds
from pytest_fitness.measures.benchmark.options import AUTO, BenchmarkOptions
from pytest_fitness.model import FitnessFunction, Gate
from pytest_fitness.session.opening import open_workspace

ONE = "max: 1s"


def function(root: Path, options: str, limits: str = ONE) -> FitnessFunction:
    path = root / "fitness.yaml"
    path.write_text(f"functions:\n  it:\n    benchmark: {options}\n    {limits}\n", "utf-8")
    workspace = open_workspace(path, root)
    try:
        (planned,) = workspace.plan
    finally:
        workspace.close()
    return planned[1]


def problems(root: Path, options: str, limits: str = ONE) -> str:
    with pytest.raises(ConfigError) as caught:
        function(root, options, limits)
    assert all(problem.location.line >= 2 for problem in caught.value.problems)
    return str(caught.value)


def test_a_callable_is_all_that_is_needed(tmp_path: Path) -> None:
    found = function(tmp_path, "{callable: 'shop.pricing:total'}")
    assert found.options == BenchmarkOptions(callable="shop.pricing:total")
    assert found.options.shown == "shop.pricing:total"
    assert found.gates == (Gate.CI,)
    assert found.unit == "s"


@pytest.mark.parametrize("command", ["sort --check words.txt", "[sort, --check, words.txt]"])
def test_a_command_is_a_text_or_a_list(tmp_path: Path, command: str) -> None:
    found = function(tmp_path, f"{{command: {command}}}")
    assert found.options.argv == ("sort", "--check", "words.txt")
    assert found.options.shown == "sort --check words.txt"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{}", "either `callable` or `command`"),
        ("{callable: 'a:b', command: ls}", "either `callable` or `command`"),
        ("{command: ls, setup: 'a:b'}", "`setup` belongs to `callable`"),
        ("{command: ls, source: src}", "`source` belongs to `callable`"),
        ('{command: "a \'b"}', "`command` cannot be split into words"),
        ("{command: []}", "the list is empty"),
        ("{callable: total}", "package.module:function"),
        ("{callable: 'a b:c'}", "package.module:function"),
        ("{callable: 'a:b', setup: c}", "package.module:function"),
        ("{callable: 'a:b', timeout: 0s}", "`timeout` must be longer than nothing"),
        ("{callable: 'a:b', timeout: -1s}", "`timeout` must be longer than nothing"),
        ("{callable: 'a:b', processes: 0}", "is less than 1"),
        ("{callable: 'a:b', processes: 2000}", "is more than 1000"),
        ("{callable: 'a:b', values: 0}", "is less than 1"),
        ("{callable: 'a:b', warmups: -1}", "is less than 0"),
        ("{callable: 'a:b', loops: 0}", "is less than 1"),
        ("{callable: 'a:b', loops: many}", "expected a whole number"),
        ("{callable: 'a:b', env: {1A: x}}", "name of a variable"),
        ("{callabel: 'a:b'}", "Did you mean 'callable'?"),
        ("shop.pricing", "expected a mapping"),
    ],
)
def test_what_is_wrong_is_told_when_the_file_is_read(
    tmp_path: Path, options: str, said: str
) -> None:
    assert said in problems(tmp_path, options)


def test_a_variable_may_hold_what_cannot_be_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOB", "sort 'words")
    assert "`command` cannot be split" in problems(tmp_path, "{command: '${JOB}'}")


@pytest.mark.parametrize(
    ("part", "limit", "unit"),
    [
        ("mean", "1ms", "s"),
        ("p50", "1ms", "s"),
        ("p95", "1ms", "s"),
        ("max", "1ms", "s"),
        ("throughput", "100/s", "/s"),
        ("memory", "1MB", "B"),
    ],
)
def test_each_limit_has_its_unit(tmp_path: Path, part: str, limit: str, unit: str) -> None:
    options = "{callable: 'a:b'}"
    found = function(tmp_path, options, f"limits: {{{part}: {{max: {limit}}}}}")
    assert Benchmark().unit(found.options, part) == unit
    refused = problems(tmp_path, options, f"limits: {{{part}: {{max: 80%}}}}")
    assert "is not a" in refused


def test_an_unknown_limit_names_the_nearest(tmp_path: Path) -> None:
    said = problems(tmp_path, "{callable: 'a:b'}", "limits: {p59: {max: 1s}}")
    assert "no 'p59'" in said
    assert "Did you mean 'p95'?" in said


@pytest.mark.parametrize("extra", ["baseline: frozen", "for: 5m"])
def test_what_has_no_meaning_for_a_benchmark_is_refused(tmp_path: Path, extra: str) -> None:
    said = problems(tmp_path, "{callable: 'a:b'}", f"{ONE}\n    {extra}")
    assert "has no meaning beside `benchmark`" in said


@pytest.mark.parametrize("part", ["mean", "p50", "throughput"])
def test_two_processes_tell_nothing(tmp_path: Path, part: str) -> None:
    limit = "1/s" if part == "throughput" else "1s"
    limits = f"limits: {{{part}: {{max: {limit}}}}}"
    said = problems(tmp_path, "{callable: 'a:b', processes: 2}", limits)
    assert f"`{part}` needs 3 `processes`" in said
    assert function(tmp_path, "{callable: 'a:b', processes: 3}", limits)


def test_a_lone_limit_needs_processes_as_the_mean_does(tmp_path: Path) -> None:
    assert "`mean` needs 3 `processes`" in problems(tmp_path, "{callable: 'a:b', processes: 1}")


def test_a_high_percentile_needs_values(tmp_path: Path) -> None:
    limits = "limits: {p95: {max: 1s}}"
    said = problems(tmp_path, "{callable: 'a:b', processes: 10, values: 5}", limits)
    assert "`p95` needs 60 values to tell; `processes` times `values` is 50" in said
    assert function(tmp_path, "{callable: 'a:b', processes: 10, values: 6}", limits)
    assert function(tmp_path, "{callable: 'a:b'}", limits)


@pytest.mark.parametrize("limits", ["memory: {max: 1MB}", "max: {max: 1s}"])
def test_one_process_is_enough_where_nothing_is_estimated(tmp_path: Path, limits: str) -> None:
    assert function(tmp_path, "{callable: 'a:b', processes: 1}", f"limits: {{{limits}}}")


def test_it_works_alone_and_finds_no_places() -> None:
    (kind,) = fitness_kinds()
    assert isinstance(kind, Benchmark)
    assert kind.alone
    assert kind.takes_several
    assert not kind.takes_baseline


def planned(limits: str, root: Path, **options: Any) -> float:
    shown = ", ".join(f"{name}: {value}" for name, value in options.items())
    return Benchmark().duration(function(root, f"{{callable: 'a:b', {shown}}}", limits))


def test_the_time_it_will_take_grows_with_what_is_asked_for(tmp_path: Path) -> None:
    usual = planned(ONE, tmp_path, processes=20)
    assert 10 < usual < 30
    assert planned(ONE, tmp_path, processes=40) > 1.9 * usual
    assert planned(ONE, tmp_path, values=30) > 2 * usual
    assert planned(ONE, tmp_path, processes=20, loops=1) < usual
    assert planned(ONE, tmp_path, processes=20, timeout="3s") == 3
    assert planned("limits: {memory: {max: 1MB}}", tmp_path, processes=20) < 1


@pytest.mark.parametrize(
    ("loops", "valid"), [("auto", True), (1, True), (0, False), ("many", False), (1.5, False)]
)
def test_the_schema_of_loops_is_that_of_the_file(
    tmp_path: Path, loops: object, valid: bool
) -> None:
    schema = jsonschema.Draft202012Validator(Benchmark.options.schema())
    assert schema.is_valid({"callable": "a:b", "loops": loops}) == valid
    options = f"{{callable: 'a:b', loops: {loops}}}"
    if valid:
        expected = AUTO if loops == "auto" else loops
        assert function(tmp_path, options).options.loops == expected
    else:
        problems(tmp_path, options)


@given(processes=st.integers(1, 1000), values=st.integers(1, 10_000), loops=st.integers(1, 2**32))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_the_planned_time_is_above_nothing_and_within_the_timeout(
    processes: int, values: int, loops: int
) -> None:
    options = BenchmarkOptions(callable="a:b", processes=processes, values=values, loops=loops)
    location: Any = None
    rule = FitnessFunction("it", "benchmark", options, location)
    assert 0 < Benchmark().duration(rule) <= options.timeout
