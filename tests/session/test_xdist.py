"""With several workers (pytest-xdist): the same verdicts, measured and written once."""

import json
from collections.abc import Callable, Mapping

import pytest
from run_results import history, insert, report

Write = Callable[[Mapping[str, str]], None]

# Leaves a line for each time that files are parsed and that the import graph is built.
COUNTING = """\
from pathlib import Path
from pytest_fitness.codebase.imports import graph
from pytest_fitness.codebase.files import scan

def counted(function, name):
    def call(*arguments, **options):
        if arguments[0]:
            with Path("calls.log").open("a") as log:
                log.write(name + "\\n")
        return function(*arguments, **options)
    return call

scan.analyse_files = counted(scan.analyse_files, "parse")
graph.build_graph = counted(graph.build_graph, "graph")
"""


def without_times(verdicts: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    return {name: {**verdict, "seconds": 0} for name, verdict in verdicts.items()}


def failures(result: pytest.RunResult) -> list[str]:
    """The lines of each failure but those that tell the worker, the time or the past."""
    text = "\n".join(result.outlines)
    section = text.partition(" FAILURES ")[2].partition(" fitness =")[0]
    dropped = ("[gw", "  since:", "=")
    return [line for line in section.splitlines()[1:] if not line.startswith(dropped)]


def test_workers_find_the_same_and_say_the_same(shop: pytest.Pytester) -> None:
    options = ("--fitness", "--color=no", "--fitness-no-history")
    alone = shop.runpytest_inprocess(*options, "--fitness-json=alone.json")
    shared = shop.runpytest_inprocess(*options, "--fitness-json=shared.json", "-n2")
    assert alone.ret == shared.ret == pytest.ExitCode.TESTS_FAILED
    found = report(shop.path / "alone.json")
    assert without_times(report(shop.path / "shared.json")) == without_times(found)
    assert list(report(shop.path / "shared.json")) == list(found)
    assert len(failures(alone)) > 5
    assert [line.strip("_ ") for line in failures(shared)] == [
        line.strip("_ ") for line in failures(alone)
    ]


def test_workers_parse_once_and_build_one_graph(shop: pytest.Pytester, write: Write) -> None:
    config = (shop.path / "fitness.yaml").read_text("utf-8")
    write({"counting.py": COUNTING, "fitness.yaml": f"plugins: [counting]\n{config}"})
    # In a process of its own: what the plugin replaces stays replaced.
    result = shop.runpytest_subprocess("--fitness", "-n4")
    result.assert_outcomes(passed=4, failed=1)
    calls = (shop.path / "calls.log").read_text("utf-8").split()
    assert sorted(calls) == ["graph", "parse"]


def test_only_the_controller_writes(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "-n2", "--fitness-json=out.json")
    assert history(shop.path) == [("complete", 6)]
    assert len(json.loads((shop.path / "out.json").read_text("utf-8"))["verdicts"]) == 6


def test_failures_of_workers_say_since_when(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "-n2")
    result = shop.runpytest_inprocess("--fitness", "-n2")
    result.stdout.fnmatch_lines(["  since: * or longer"])


def test_a_worker_that_crashes_leaves_an_aborted_run(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    functions = "".join(
        f"  {n}:\n    words: {{source: docs}}\n    max: 3\n" for n in ("good", "crash")
    )
    words(functions, a="one two")
    insert(pytester.path, "if function.id == 'crash': import os; os._exit(1)")
    result = pytester.runpytest_inprocess("--fitness", "-n1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*crashed while running 'fitness.yaml::crash'*"])
    assert history(pytester.path) == [("aborted", 1)]


def test_every_function_once_a_worker_is_refused_in_words(shop: pytest.Pytester) -> None:
    result = shop.runpytest_inprocess("--fitness", "-n2", "--dist", "each")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--dist each would measure every function once a worker"])
