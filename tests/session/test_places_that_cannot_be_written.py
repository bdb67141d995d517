"""A full disk, a directory, a name that is too long: verdicts are told, and the run is no pass."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from run_results import history, report

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
Words = Callable[..., None]
both = pytest.mark.parametrize("workers", [[], ["-n1"]], ids=["alone", "worker"])
# Lets no file of the controller grow while the run is recorded, as on a disk that is full.
FULL = """\
import pytest, resource, signal

@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        return (yield)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, before[1]))
    try:
        return (yield)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
"""


@pytest.fixture
def good(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    words(LIMITED, a="one two")
    return pytester


def refused(pytester: pytest.Pytester, target: str, said: str, *workers: str) -> None:
    """A report that cannot be written: told in the summary, exit status 1, all else is done."""
    result = pytester.runpytest_inprocess("--fitness", f"--fitness-json={target}", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["  ✓ length *", f"error: the JSON report {said}"])
    assert history(pytester.path)[-1] == ("complete", 1)


@both
def test_a_directory_is_not_replaced(good: pytest.Pytester, workers: list[str]) -> None:
    refused(good, "docs", "cannot be written to docs: that is a directory", *workers)
    assert (good.path / "docs" / "a.txt").read_text("utf-8") == "one two"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("device", ["/dev/full", "/dev/null"])
def test_a_device_is_not_replaced(good: pytest.Pytester, device: str) -> None:
    before = Path(device).stat().st_mode
    refused(good, device, f"cannot be written to {device}: that is no regular file")
    assert Path(device).stat().st_mode == before


def test_a_pipe_is_not_replaced(good: pytest.Pytester) -> None:
    os.mkfifo(good.path / "pipe")
    refused(good, "pipe", "cannot be written to pipe: that is no regular file")


def test_a_name_that_is_too_long_is_told(good: pytest.Pytester) -> None:
    refused(good, "x" * 300, "xxx* cannot be written: *")


def test_a_link_that_leads_in_circles_is_told(good: pytest.Pytester) -> None:
    (good.path / "a").symlink_to("b")
    (good.path / "b").symlink_to("a")
    refused(good, "a/out.json", "a/out.json cannot be written: *")


@pytest.mark.skipif(sys.platform != "linux", reason="limits differ")
@both
def test_on_a_full_disk_no_half_of_a_report_is_left(
    good: pytest.Pytester, workers: list[str]
) -> None:
    options = ("--fitness", "--fitness-json=out.json", "-p", "no:cacheprovider", *workers)
    good.runpytest_subprocess(*options).assert_outcomes(passed=1)
    before = (good.path / "out.json").read_bytes()
    good.makeconftest(FULL.replace("MOST", "100"))
    result = good.runpytest_subprocess(*options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["  ✓ length *", "error: the history *", "error: the JSON report out.json cannot be *"]
    )
    assert (good.path / "out.json").read_bytes() == before
    assert sorted(path.name for path in good.path.glob(".out*")) == []
    assert history(good.path) == [("complete", 1)]
    (good.path / "conftest.py").unlink()
    good.runpytest_subprocess(*options).assert_outcomes(passed=1)
    assert history(good.path) == [("complete", 1)] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="limits differ")
def test_on_a_full_disk_the_baseline_keeps_what_it_has(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(f"{LIMITED}    baseline: frozen\n", a="one")
    accepted = {f"{name:03}.txt": 9 for name in range(100)}
    baseline = pytester.path / "fitness-baseline.json"
    baseline.write_text(json.dumps({"format": 1, "functions": {"length": accepted}}), "utf-8")
    before = baseline.read_bytes()
    pytester.makeconftest(FULL.replace("MOST", "10"))
    options = ("--fitness-update-baseline", "--fitness-no-history", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess("--fitness", *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["error: fitness-baseline.json cannot be written: *"])
    assert baseline.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_in_a_read_only_directory_code_is_still_judged(good: pytest.Pytester) -> None:
    good.path.chmod(0o500)
    try:
        result = good.runpytest_inprocess("--fitness", "--fitness-no-history")
        refused = good.runpytest_inprocess("--fitness", "--fitness-no-history", "--fitness-json=o")
    finally:
        good.path.chmod(0o700)
    result.assert_outcomes(passed=1)
    assert refused.ret == pytest.ExitCode.TESTS_FAILED
    refused.stdout.fnmatch_lines(["error: the JSON report o cannot be written: Permission denied"])


def test_where_the_cache_has_no_place_the_code_is_still_judged(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = shop.path / "cache-home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(elsewhere))
    (shop.path / ".fitness").write_text("in the way", "utf-8")
    options = ("--fitness", "--fitness-no-history", "--fitness-json=out.json")
    for _ in range(2):
        shop.runpytest_inprocess(*options).assert_outcomes(passed=4, failed=1)
        assert len(report(shop.path / "out.json")) == 6
    (private,) = (elsewhere / "pytest-fitness").iterdir()
    assert private.stat().st_mode & 0o077 == 0


def test_a_report_is_written_through_new_directories_and_keeps_its_mode(
    good: pytest.Pytester,
) -> None:
    target = good.path / "a" / "b" / "out.json"
    options = ("--fitness", "--fitness-json=a/b/out.json")
    good.runpytest_inprocess(*options).assert_outcomes(passed=1)
    target.chmod(0o600)
    good.runpytest_inprocess(*options).assert_outcomes(passed=1)
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(report(target)) == ["length"]
