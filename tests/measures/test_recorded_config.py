"""``recorded`` in ``fitness.yaml``: what is wrong is told before anything is read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_fitness.config.loader import load_config
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import Gate
from pytest_fitness.results.names import FORMATS
from pytest_fitness.session.registry import load_registry
from result_files import asset


def told(root: Path, options: str, rest: str) -> str:
    path = root / "fitness.yaml"
    path.write_text(f"functions:\n  it:\n    recorded: {options}\n    {rest}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path, load_registry)
    return caught.value.message


@pytest.mark.parametrize(
    ("options", "rest", "said"),
    [
        ("{}", "max: 1", "`recorded` takes either `file` or `name`"),
        ("{file: a, name: b, metric: line-rate}", "max: 1", "either `file` or `name`"),
        ("{file: a}", "max: 1", "which number of the file is meant? Add `metric: http_req_"),
        ("{file: a, metric: mean, reduce: max}", "max: 1s", "`reduce` has no meaning beside"),
        ("{name: a, metric: mean}", "max: 1", "`metric` has no meaning beside `name`"),
        ("{name: a, format: k6}", "max: 1", "`format` has no meaning beside `name`"),
        ("{name: A}", "max: 1", "expected a name such as search.p95, found 'A'"),
        ("{name: a}", "limits: {b: {max: 1}}", "`name` is one number only"),
        ("{file: a, metric: mean}", "limits: {mean: {max: 1s}}", "`metric` stands beside `limits`"),
        ("{file: a}", "limits: {'a::b.mean': {max: 1s}}", "a name with `::`, or of more than 200"),
        ("{file: a, metric: mean, stale_after: 0s}", "max: 1s", "`stale_after` must be longer"),
        ("{file: a, metric: mean, format: k7}", "max: 1s", "unknown format 'k7'"),
        ("{file: a, metric: mean, unit: parsec}", "max: 1s", "'parsec' is no unit"),
        ("{file: a, metric: mean}", "max: 1MB", "'1MB' is not a time such as 500ms"),
        ("{file: a, metric: line-rate}", "min: 100ms", "'100ms' is not a share"),
        ("{file: a, metric: line-rate}", "min: 120%", "'120%' is not a share"),
        ("{file: a}", "limits: {http_req_failed.rate: {max: 1s}}", "'1s' is not a share"),
        ("{file: a, metric: mean, unit: B}", "max: 1s", "'1s' is not a size such as 512kB"),
        ("{file: a, metric: line-rate, unit: B}", "max: 1s", "no known tool writes a number"),
        ("{file: a, format: k6, unit: B}", "limits: {own.p95: {max: 1s}}", "'1s' is not a size"),
        ("{file: a, metric: mean, format: hyperfine, unit: B}", "max: 1MB",
         "'mean' of hyperfine is measured in s, not in B"),
        ("{file: a, metric: checkout.max}", "max: 1s", "whose 'checkout.max' is meant?"),
        ("{file: a, metric: checkout.p97x, format: locust}", "max: 1s",
         "'checkout.p97x' of locust does not end with a percentile such as .p95"),
        ("{file: a, metric: mean, colour: red}", "max: 1s", "unknown key 'colour'"),
        ("{file: a, metric: mean}", "baseline: frozen", "`baseline` has no meaning"),
        ("{file: a, metric: mean}", "for: 5m", "`for` has no meaning beside `recorded`"),
        ("{file: a, metric: mean}", "about: x", "it has no limit"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(tmp_path: Path, options: str, rest: str, said: str) -> None:
    if rest.partition(":")[0] in ("baseline", "for"):
        rest += "\n    max: 1s"
    assert said in told(tmp_path, options, rest)


def test_its_gates_are_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "fitness.yaml"
    path.write_text("functions:\n  it:\n    recorded: {name: a}\n    max: 1\n", "utf-8")
    (function,) = load_config(path, load_registry).functions
    assert set(function.gates) == set(Gate)


WHOLE = """
functions:
  requests:
    recorded: {file: results/k6-handle-summary.json}
    limits: {http_req_duration.p95: {max: 1s}, http_reqs.rate: {min: 1/s}}
  command:
    recorded: {file: results/hyperfine-one.json, metric: mean}
    max: 1s
  locust:
    recorded: {file: results/locust_stats.csv, format: locust, metric: Aggregated.p95}
    max: 10ms
  gone:
    recorded: {file: results/gone.xml, metric: line-rate}
    min: 80%
    on_no_data: skip
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "shared"])
def test_a_whole_run(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    results = pytester.mkdir("results")
    for name in ("k6-handle-summary.json", "hyperfine-one.json", "locust_stats.csv"):
        (results / name).write_bytes(asset(name).read_bytes())
    pytester.path.joinpath("fitness.yaml").write_text(WHOLE, "utf-8")
    run = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *workers)
    run.assert_outcomes(passed=3, failed=1, skipped=1)
    found = json.loads((pytester.path / "out.json").read_text("utf-8"))["verdicts"]
    assert {each["id"]: each["outcome"] for each in found} == {
        "requests::http_req_duration.p95": "passed",
        "requests::http_reqs.rate": "passed",
        "command": "passed",
        "locust": "failed",
        "gone": "no data",
    }


def test_a_hostile_name_in_a_file_does_no_harm_to_the_terminal(pytester: pytest.Pytester) -> None:
    (pytester.path / "k6.json").write_text(
        json.dumps({"metrics": {"a\x1b[31m\nFAILED b": {"count": 1, "rate": 1}}}), "utf-8"
    )
    options = "{file: k6.json, format: k6, metric: c.count}"
    pytester.path.joinpath("fitness.yaml").write_text(
        f"functions:\n  it:\n    recorded: {options}\n    max: 1\n"
    )
    run = pytester.runpytest_inprocess("--fitness", "--color=no")
    assert run.ret == 1
    assert "\x1b" not in str(run.stdout)
    run.stdout.fnmatch_lines(["*k6.json has no number 'c.count'*"])


def test_the_docs_name_every_key_and_every_format() -> None:
    page = (Path(__file__).parents[2] / "docs" / "recorded.md").read_text("utf-8")
    options = load_registry().kinds["recorded"].options
    keys = getattr(options, "type").keys  # noqa: B009 (a record, as the kind declares it)
    assert [key for key in keys if f"| `{key}` |" not in page] == []
    assert [name for name in FORMATS if f"| `{name}` |" not in page] == []


LOADED = """
import sys
from pytest_fitness.measures.recorded.kind import fitness_kinds
assert [kind.name for kind in fitness_kinds()] == ["recorded"]
print(*(name for name in sys.modules if name.startswith("pytest_fitness.results.")))
"""


def test_no_reader_is_loaded_before_a_function_needs_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["pytest_fitness.results.names"]


def test_a_path_from_the_environment_is_not_shown(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESULTS", "hidden-place")
    pytester.path.joinpath("fitness.yaml").write_text(
        'functions:\n  it:\n    recorded: {file: "${RESULTS}/c.xml", metric: line-rate}\n'
        "    min: 80%\n"
    )
    run = pytester.runpytest_inprocess("--fitness")
    run.assert_outcomes(failed=1)
    assert "hidden-place" not in str(run.stdout)
    run.stdout.fnmatch_lines(["no data: there is no file ${RESULTS}/c.xml"])
