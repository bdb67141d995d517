"""The source `python`: functions of a project, called in a process of their own."""

import math
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from families import assert_gone, wait_for
from pytest_fitness.answers import Answer, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.python import (
    Python,
    PythonClient,
    PythonOptions,
    PythonQuery,
    fitness_sources,
)

NOW = Window(1_000.0)
Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Asks a function `it` with the body that is given."""

    def ask_it(
        body: str, args: Any = None, series: bool = False, window: Window = NOW, **options: Any
    ) -> Answer:
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        (tmp_path / "numbers_of_shop.py").write_text(f"def it(**args):\n{lines}\n")
        client = Python().open(PythonOptions(**options), tmp_path)
        query = PythonQuery(call="numbers_of_shop:it", args=args, series=series)
        try:
            return client.ask(query, window)
        finally:
            client.close()

    return ask_it


def value(answer: Answer) -> float:
    (series,) = answer.series
    ((_, found),) = series.points
    return found


def error(ask: Ask, body: str, **more: Any) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        ask(body, **more)
    assert not isinstance(caught.value, UnreachableError)
    return caught.value


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("5", 5.0),
        ("-2.5", -2.5),
        ("10 ** 20", 1e20),
        ("__import__('decimal').Decimal('0.125')", 0.125),
        ("__import__('fractions').Fraction(1, 4)", 0.25),
        ("float('inf')", math.inf),
        ("__import__('enum').IntEnum('Level', 'LOW HIGH').HIGH", 2.0),
    ],
)
def test_numbers_of_all_sorts(ask: Ask, expression: str, number: float) -> None:
    assert value(ask(f"return {expression}")) == number


def test_not_a_number_is_handed_on(ask: Ask) -> None:
    assert math.isnan(value(ask("return float('nan')")))


def test_none_is_no_data(ask: Ask) -> None:
    assert ask("return None") == Answer((), ("numbers_of_shop:it returned None",))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("True", "it returned a bool"),
        ("'5'", "it returned a str"),
        ("{1: 2}", "it returned a dict"),
        ("object()", "it returned an object"),
        ("1j", "it returned a complex"),
        ("10 ** 400", "what it returned is no number: OverflowError: int too large"),
        ("[(1, 2)]", "it returned a list"),
    ],
)
def test_what_is_no_number_is_an_error(ask: Ask, expression: str, said: str) -> None:
    told = error(ask, f"return {expression}")
    assert told.message.startswith(f"numbers_of_shop:it: {said}")
    assert "a number, or None" in str(told.hint)


PAIRS = "return [(990, 3), (980, 1), (985, 2.5), (1010, 9), (985, 2)]"


@pytest.mark.parametrize(
    ("window", "points"),
    [
        (Window(1000), ((990, 3),)),
        (Window(2000), ((1010, 9),)),
        (Window(1000, 15), ((990, 3),)),
        (Window(1000, 20), ((985, 2), (990, 3))),
        (Window(1000, 100), ((980, 1), (985, 2), (990, 3))),
        (Window(100, 50), ()),
    ],
)
def test_a_series_is_put_in_order_and_cut_to_its_window(
    ask: Ask, window: Window, points: tuple[tuple[float, float], ...]
) -> None:
    answer = ask(PAIRS, series=True, window=window)
    assert tuple(point for series in answer.series for point in series.points) == points


def test_times_may_be_datetimes_with_a_zone(ask: Ask) -> None:
    body = "import datetime as d\nreturn [(d.datetime.fromtimestamp(990, d.timezone.utc), 5)]"
    assert ask(body, series=True).series[0].points == ((990.0, 5.0),)
    told = error(ask, "import datetime as d\nreturn [(d.datetime(2020, 1, 1), 5)]", series=True)
    assert "without a time zone" in told.message


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("5", "it returned a number"),
        ("[5]", "a list with an int, not (time, value)"),
        ("[(1, 2, 3)]", "a list with a tuple, not (time, value)"),
        ("[('now', 2)]", "a pair of a str and an int"),
        ("[(1, True)]", "a pair of an int and a bool"),
        ("[(float('nan'), 1)]", "a pair with the time nan"),
        ("iter([])", "it returned a list_iterator"),
    ],
)
def test_what_is_no_series_is_an_error(ask: Ask, expression: str, said: str) -> None:
    assert said in error(ask, f"return {expression}", series=True).message


def test_a_series_without_points_is_no_data(ask: Ask) -> None:
    assert ask("return []", series=True).series == ()


def test_arguments_arrive_as_they_were_written(ask: Ask) -> None:
    args = {"a": [1, 2.5, None], "b": {"c": "ü\n'"}, "d": True}
    body = f"assert args == {args!r}, args\nreturn len(args)"
    assert value(ask(body, args=args)) == 3


def test_arguments_are_not_in_the_list_of_processes(ask: Ask) -> None:
    body = "import sys\nreturn sum('hunter2' in word for word in sys.orig_argv)"
    assert value(ask(body, args={"password": "hunter2"})) == 0


def test_prints_do_not_reach_the_answer(ask: Ask) -> None:
    body = (
        "import os, subprocess, sys\n"
        "print('{\"number\": 1}')\nos.write(1, b'{}')\nsys.__stdout__.write('7')\n"
        "subprocess.run(['echo', '8'])\nprint('x' * 1_000_000)\nreturn 5"
    )
    assert value(ask(body)) == 5


def test_standard_input_is_empty(ask: Ask) -> None:
    body = "import os, sys\nassert sys.stdin.read() == ''\nreturn len(os.read(0, 10))"
    assert value(ask(body)) == 0


def test_an_exception_is_told_with_its_places(ask: Ask) -> None:
    body = "def inner():\n    raise ValueError('no\\nsuch table')\nreturn inner()"
    told = error(ask, body)
    assert told.message == (
        "numbers_of_shop:it raised ValueError: no\nsuch table (numbers_of_shop.py:3 in inner)"
    )
    assert str(told.hint).startswith("Called from numbers_of_shop.py:4 in it.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise SystemExit(3)", "raised SystemExit: 3 (numbers_of_shop.py:2 in it)"),
        ("raise KeyboardInterrupt", "raised KeyboardInterrupt (numbers_of_shop.py:2 in it)"),
        ("import os; os._exit(0)", "ended its process without returning"),
        ("import os; os._exit(9)", "ended with status 9"),
        ("import os; os.abort()", "was killed by SIGABRT (numbers_of_shop.py:2 in it)"),
        ("import os; os.kill(os.getpid(), 9)", "was killed by SIGKILL"),
        ("return it(**args)", "raised RecursionError: maximum recursion depth exceeded"),
        ("raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})", "raised E (numbers_of"),
        ("raise ValueError('x' * 10_000)", "x" * 250),
        ("import no_such_module", "raised ModuleNotFoundError: No module named 'no_such_module'"),
    ],
)
def test_every_way_to_fail_is_one_error(ask: Ask, body: str, said: str) -> None:
    told = error(ask, body)
    assert said in told.message
    assert len(told.message) < 1_000


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM there")
@pytest.mark.parametrize(
    ("body", "line"),
    [("x = 1\nwhile True: pass", 3), ("import threading\nthreading.Event().wait()", 3)],
)
def test_a_call_that_does_not_end_is_ended_and_its_line_told(
    ask: Ask, body: str, line: int
) -> None:
    told = error(ask, body, timeout=2.0)
    assert told.message == (
        f"numbers_of_shop:it did not end within 2s, and was ended (numbers_of_shop.py:{line} in it)"
    )


def test_a_thread_that_is_left_does_not_keep_the_run(ask: Ask) -> None:
    body = (
        "import threading, time\nthreading.Thread(target=time.sleep, args=[1000]).start()\nreturn 5"
    )
    assert "did not end within 2s" in error(ask, body, timeout=2.0).message


def test_processes_that_a_call_left_are_ended(ask: Ask, tmp_path: Path) -> None:
    body = "import subprocess\nreturn subprocess.Popen(['sleep', '1000']).pid"
    pid = int(value(ask(body)))
    if psutil.pid_exists(pid):
        assert_gone([psutil.Process(pid)])


def test_an_answer_counts_though_the_process_fails_to_end_well(ask: Ask) -> None:
    body = "import atexit, os\natexit.register(os._exit, 3)\nreturn 5"
    assert value(ask(body)) == 5


def test_a_file_that_is_no_python_is_told_with_its_line(ask: Ask) -> None:
    told = error(ask, "return 5 +")
    assert told.message.endswith("raised SyntaxError: invalid syntax (numbers_of_shop.py, line 2)")


def test_a_series_that_is_too_long_is_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "return [None] * 5_000_001"
    assert "5,000,001 pairs, more than 5,000,000" in error(ask, body, series=True).message
    monkeypatch.setattr("pytest_fitness.sources.python.MOST_ANSWER", 100_000)
    body = "return [(n, 0.123456789) for n in range(10_000)]"
    assert "printed more than 100,000 bytes" in error(ask, body, series=True).message


def test_closing_ends_what_is_called(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import os, pathlib, time\n"
        "def it():\n"
        "    pathlib.Path('pid.tmp').write_text(str(os.getpid()))\n"
        "    pathlib.Path('pid.tmp').rename('pid')\n"
        "    time.sleep(1000)\n"
    )
    client = PythonClient(PythonOptions(), tmp_path)
    with ThreadPoolExecutor() as pool:
        failed = pool.submit(client.ask, PythonQuery(call="slow:it"), NOW)
        wait_for((tmp_path / "pid").exists)
        process = psutil.Process(int((tmp_path / "pid").read_text()))
        client.close()
        with pytest.raises(MeasureError, match="as the run is over"):
            failed.result()
    assert_gone([process])


def test_modules_come_from_the_path_and_the_call_runs_at_the_root(tmp_path: Path) -> None:
    package = tmp_path / "src" / "deep" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "metrics.py").write_text(
        "import os\n"
        "class Orders:\n"
        "    @staticmethod\n"
        "    def count(): return len(os.listdir())\n"
        "plain = 5\n"
    )

    def ask(call: str, path: str = "src/deep") -> Answer:
        return PythonClient(PythonOptions(path=path), tmp_path).ask(PythonQuery(call=call), NOW)

    assert value(ask("shop.metrics:Orders.count")) == 1  # `src`, of the root
    with pytest.raises(MeasureError, match="No module named 'shop'"):
        ask("shop.metrics:Orders.count", ".")
    with pytest.raises(MeasureError, match="has no attribute 'missing'"):
        ask("shop.metrics:missing")
    with pytest.raises(MeasureError, match="'int' object is not callable"):
        ask("shop.metrics:plain")
    with pytest.raises(MeasureError, match="there is no directory"):
        ask("shop.metrics:plain", "nowhere")


def test_neither_this_package_nor_its_modules_get_in_the_way(ask: Ask, tmp_path: Path) -> None:
    # `python` and `command` are file names of the package, beside that of the child.
    (tmp_path / "command.py").write_text("answer = 5\n")
    assert value(ask("import command, sys\nreturn command.answer")) == 5
    body = "import sys\nreturn sum(name.startswith('pytest') for name in sys.modules)"
    assert value(ask(body)) == 0


def test_nothing_is_imported_into_this_process(ask: Ask) -> None:
    assert value(ask("return 5")) == 5
    assert "numbers_of_shop" not in sys.modules


def test_calls_of_many_threads_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / "same.py").write_text("def it(n): return n\n")
    client = PythonClient(PythonOptions(), tmp_path)
    queries = [PythonQuery(call="same:it", args={"n": n}) for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda query: client.ask(query, NOW), queries))
    assert [value(answer) for answer in answers] == list(range(12))


def test_the_source_is_registered() -> None:
    (source,) = fitness_sources()
    assert source.name == "python"
    for series in (True, False):
        query = PythonQuery(call="a:b", series=series)
        assert source.keeps_time(PythonOptions(), query) is series
