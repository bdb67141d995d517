"""The benchmark that tells whether each defect of the shop is found."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from shop_under_load import PATIENCE, SHOP

import shop_load
from shop_load import DEFECTS, as_it_should_be

PROGRAM = Path(shop_load.__file__)
OTHERS = st.sampled_from(["warned", "failed", "inconclusive", "no data", "error", "dormant"])
NAMES = st.sampled_from(["search", "headroom", "pricing"])
HEALTHY = st.dictionaries(
    NAMES, st.lists(st.just("passed"), min_size=1), min_size=1
)  # what each limit of each function came to


@given(HEALTHY)
def test_where_all_passes_the_shop_is_healthy_and_no_defect_is_found(
    found: dict[str, list[str]],
) -> None:
    assert as_it_should_be(found)
    assert not any(as_it_should_be(found, name) for name in ("search", "headroom", "pricing"))


@given(HEALTHY, NAMES, OTHERS)
def test_a_healthy_shop_passes_everything(
    found: dict[str, list[str]], name: str, outcome: str
) -> None:
    assert not as_it_should_be({**found, name: ["passed", outcome]})


@given(HEALTHY, NAMES, NAMES, OTHERS)
def test_a_defect_is_found_by_the_one_function_that_is_meant_for_it(
    found: dict[str, list[str]], meant: str, other: str, outcome: str
) -> None:
    caught = {**found, meant: ["passed", "failed"]}
    assert as_it_should_be(caught, meant)
    if other != meant:
        assert not as_it_should_be({**caught, other: ["passed", outcome]}, meant)


@given(OTHERS.filter(lambda outcome: outcome != "failed"))
def test_a_defect_is_not_found_by_what_could_not_tell(outcome: str) -> None:
    assert not as_it_should_be({"search": ["passed", outcome], "pricing": ["passed"]}, "search")


def test_a_run_without_any_function_shows_nothing() -> None:
    assert not as_it_should_be({})
    assert not as_it_should_be({}, "search")


def test_every_defect_has_a_function_of_its_own() -> None:
    text = (SHOP / "load.yaml").read_text("utf-8")

    meant = [defect.found_by for defect in DEFECTS]
    assert len(set(meant)) == len(meant) == 4
    assert all(f"\n  {name}:\n" in text for name in meant)


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(PROGRAM), *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, **variables},
    )


def test_real_runs_are_told_one_a_line() -> None:

    ended = run("--healthy", "2", "--only", "pricing")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    assert [line.split()[:3] for line in lines[:2]] == [
        ["healthy,", "run", "1"],
        ["healthy,", "run", "2"],
    ]
    assert all(line.endswith("ok") and "all passed" in line for line in lines[:2])
    assert lines[-1] == "shop under load: 2 of 2 runs as they should be"


def test_a_run_that_comes_to_nothing_is_an_error() -> None:
    ended = run("--healthy", "1", "--only", "no-such-function")

    assert ended.returncode == 1
    assert "no-such-function" in ended.stderr


def test_a_healthy_shop_that_does_not_pass_is_told() -> None:
    # No program of that name: the shop cannot be opened.
    ended = run("--healthy", "1", "--rounds", "1", "--only", "search", PYTHON="no-such-python")

    assert ended.returncode == 1
    first, second, _, last = ended.stdout.splitlines()
    assert "search error" in first
    assert first.endswith("WRONG")
    assert "search error" in second
    assert second.endswith("WRONG")
    assert last == "shop under load: 0 of 2 runs as they should be"
