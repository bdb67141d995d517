"""The memory of a function, as Python traces it."""

from pathlib import Path

import pytest
from judging import verdict, verdicts

from benchmarks import timed, write_shop
from pytest_fitness.model import Outcome, Verdict

TOP = "version: 1"
MEGABYTE = 1_000_000


def memory(root: Path, function: str, options: str = "values: 2", limit: str = "1B") -> Verdict:
    rule = f"it:\n  {timed(function, options)}\n  limits: {{memory: {{max: {limit}}}}}"
    (found,) = verdicts(root, rule, top=TOP)
    return found


def peak(root: Path, function: str, options: str = "values: 2") -> float:
    found = memory(root, function, options)
    assert found.outcome is Outcome.FAILED, found.reason
    assert found.unit == "B"
    assert found.interval is None
    assert found.value is not None
    return found.value


@pytest.mark.parametrize("megabytes", [1, 50])
def test_it_is_what_a_call_holds_at_its_peak(tmp_path: Path, megabytes: int) -> None:
    size = megabytes * MEGABYTE
    write_shop(tmp_path, f"def search():\n    held = bytearray({size})\n    del held\n")
    found = peak(tmp_path, "search")
    assert size <= found < size + 0.1 * MEGABYTE
    again = memory(tmp_path, "search", limit=f"{megabytes + 1}MB")
    assert again.outcome is Outcome.PASSED
    assert again.samples == 2
    assert again.subject == (
        "shop.pricing:search: Python's memory at its peak, the largest of 2 calls"
    )


def test_what_was_there_before_does_not_count(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "HELD = bytearray(50_000_000)\n"
        "def prices(): return bytearray(60_000_000)\n"
        "def search(prices): return bytes(2_000_000)\n",
    )
    found = peak(tmp_path, "search", "values: 2, setup: 'shop.pricing:prices'")
    assert 2 * MEGABYTE <= found < 2.1 * MEGABYTE


def test_what_only_the_first_call_takes_is_warm_up(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "import functools\n@functools.cache\ndef search(): return bytearray(5_000_000)\n",
    )
    assert peak(tmp_path, "search", "values: 1, warmups: 0") >= 5 * MEGABYTE
    assert memory(tmp_path, "search", "values: 1", "100kB").outcome is Outcome.PASSED


def test_the_largest_of_the_calls_counts(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "SIZES = iter([9, 1, 4, 2])\ndef search(): return bytearray(1_000_000 * next(SIZES))\n",
    )
    found = peak(tmp_path, "search", "values: 3, warmups: 1")
    assert 4 * MEGABYTE <= found < 4.1 * MEGABYTE


def test_the_peak_of_an_earlier_call_is_forgotten(tmp_path: Path) -> None:
    """The second call peaks at 5 MB, of which 3 MB were there before it."""
    write_shop(
        tmp_path,
        "KEPT, CALLS = [], iter('abc')\n"
        "def search():\n"
        "    call = next(CALLS)\n"
        "    if call == 'a': KEPT.append(bytearray(3_000_000))\n"
        "    if call == 'b': bytearray(2_000_000); KEPT.clear()\n",
    )
    found = peak(tmp_path, "search", "values: 3, warmups: 0")
    assert 3 * MEGABYTE <= found < 3.2 * MEGABYTE


def test_a_leak_counts_in_the_call_that_leaks(tmp_path: Path) -> None:
    """Each call is compared with what there was before it, not with the first."""
    write_shop(
        tmp_path,
        "KEPT = []\ndef search(): KEPT.append(bytearray(1_000_000))\n",
    )
    assert 1 * MEGABYTE <= peak(tmp_path, "search", "values: 20") < 1.2 * MEGABYTE


def test_cycles_of_earlier_calls_do_not_count(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "def search():\n    held = [bytearray(1_000_000)]\n    held.append(held)\n",
    )
    assert 1 * MEGABYTE <= peak(tmp_path, "search", "values: 5") < 1.2 * MEGABYTE


def test_an_async_function_is_awaited(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "async def search():\n    held = bytearray(3_000_000)\n    await asyncio.sleep(0)\n",
    )
    assert 3 * MEGABYTE <= peak(tmp_path, "search") < 3.1 * MEGABYTE


def test_memory_is_traced_apart_from_timing(tmp_path: Path) -> None:
    """Tracing makes code slow: no process that is timed may do it."""
    write_shop(
        tmp_path,
        "import tracemalloc\n"
        "def search():\n"
        "    with open('traced.txt', 'a') as file: file.write(f'{tracemalloc.is_tracing()}\\n')\n",
    )
    options = "processes: 3, values: 1, warmups: 0, loops: 1"
    limits = "limits: {mean: {max: 10s}, memory: {max: 1GB}}"
    found = verdicts(tmp_path, f"it:\n  {timed('search', options)}\n  {limits}", top=TOP)
    assert [each.outcome for each in found] == [Outcome.PASSED] * 2
    lines = (tmp_path / "traced.txt").read_text().split()
    assert lines == ["False"] * 3 + ["True"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise ValueError('no prices')", "shop.pricing:search raised ValueError: no prices"),
        ("yield 1", "it is a generator"),
        ("import os; os._exit(0)", "the process of shop.pricing:search ended with status 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        ("raise MemoryError", "shop.pricing:search raised MemoryError"),
    ],
)
def test_a_function_that_fails_says_why(tmp_path: Path, body: str, said: str) -> None:
    write_shop(tmp_path, f"def search(): {body}\n")
    found = memory(tmp_path, "search")
    assert found.outcome is Outcome.ERROR
    assert said in found.reason


def test_a_function_that_hangs_is_ended(tmp_path: Path) -> None:
    write_shop(tmp_path, "def search(): time.sleep(1000)\n")
    found = memory(tmp_path, "search", "timeout: 1s")
    assert found.outcome is Outcome.ERROR
    assert "was not done within 1s, and was ended" in found.reason
    assert found.hint == "Raise `timeout`."


def test_a_limit_beside_the_kind_is_of_time(tmp_path: Path) -> None:
    write_shop(tmp_path)
    options = "processes: 3, values: 1, loops: 1"
    assert verdict(tmp_path, f"{timed('slow', options)}\nmax: 10s", top=TOP).unit == "s"
