"""What many questions to a live system cost: ``python benchmarks/live.py [--functions 200]``.

Starts a Prometheus from the PATH, and times whole runs of ``pytest --fitness``: with one function,
with all of them, and with one more whose source accepts connections and never answers. Nothing else
should run meanwhile. A missed target is reported and changes no exit status.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.request import ProxyHandler, build_opener

from support.programs import ProgramError, Run, alternate, own_root, run
from support.table import Table, spread
from support.tools import tool

TARGET_SECONDS = 3.0
TIMEOUT_SECONDS = 2.0
START_SECONDS = 60
_SAMPLE_SECONDS = 15
_BEFORE, _AFTER = 1800, 1800
# Most ask for the number of now, some for what a time came to, some for how long it has been so.
_SHAPES = (
    ("metric: 'gauge{number=\"N\"}'", ""),
    ("promql: 'sum(gauge{number=\"N\"})'", ""),
    ("metric: 'gauge{number=\"N\"}', over: 5m, reduce: mean", ""),
    ("metric: 'gauge{number=\"N\"}'", "    for: 10m\n"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--functions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as place:
            _measure(Path(place), options.functions, options.rounds)
    except ProgramError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _measure(place: Path, functions: int, rounds: int) -> None:
    with prometheus(place / "server", functions) as port, blackhole() as dead:
        one = project(place / "one", port, 1)
        many = project(place / "many", port, functions)
        worse = project(place / "worse", port, functions, dead)
        for directory in (one, many, worse):
            _run(directory)
        found = alternate(
            rounds, one=lambda: _run(one), many=lambda: _run(many), worse=lambda: _run(worse)
        )
    seconds = {name: [each.seconds for each in runs] for name, runs in found.items()}
    took, longer = median(seconds["many"]), median(seconds["worse"])
    table = Table()
    table.head()
    table.row("one function", spread(seconds["one"]), "", f"cpu {_cpu(found['one']):.2f} s")
    table.row(
        f"{functions} functions, one Prometheus",
        spread(seconds["many"]),
        "",
        f"cpu {_cpu(found['many']):.2f} s",
        f"at most {TARGET_SECONDS:g} s",
        met=took <= TARGET_SECONDS,
    )
    table.row(
        f"and one that never answers (timeout: {TIMEOUT_SECONDS:g}s)",
        spread(seconds["worse"]),
        spread(seconds["many"]),
        f"{longer - took:+.2f} s (cpu {_cpu(found['worse']):.2f} s)",
        f"at most {TIMEOUT_SECONDS:+g} s",
        met=longer - took <= TIMEOUT_SECONDS,
    )


def project(directory: Path, port: int, functions: int, dead: int | None = None) -> Path:
    """A project that asks a Prometheus, and one that never answers in the midst of it."""
    directory.mkdir()
    own_root(directory)
    asking = [_function(number) for number in range(functions)]
    sources = f'  prom: {{prometheus: {{url: "http://127.0.0.1:{port}"}}}}\n'
    if dead is not None:
        shown = f'url: "http://127.0.0.1:{dead}", timeout: {TIMEOUT_SECONDS:g}s'
        sources += f"  dead: {{prometheus: {{{shown}}}}}\n"
        question = "  dead:\n    metric: {source: dead, metric: up}\n    max: 1\n"
        asking.insert(functions // 2, question)
    text = f"sources:\n{sources}functions:\n{''.join(asking)}"
    (directory / "fitness.yaml").write_text(text)
    return directory


def _function(number: int) -> str:
    question, rest = _SHAPES[number % len(_SHAPES)]
    asked = question.replace("N", str(number))
    return f"  f{number}:\n    metric: {{source: prom, {asked}}}\n    max: 1000\n{rest}"


@contextmanager
def prometheus(directory: Path, series: int) -> Iterator[int]:
    """The port of a Prometheus with so many series around now."""
    directory.mkdir()
    (directory / "prometheus.yml").write_text("{}")
    (directory / "history.om").write_text(history(series, int(time.time())))
    create = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "history.om", "data"]
    run([_program(create[0]), *create[1:]], directory)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [
        _program("prometheus"),
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log)
    try:
        _wait_until_ready(port, process, directory / "log")
        yield port
    finally:
        process.terminate()
        process.wait()


def history(series: int, moment: int) -> str:
    """OpenMetrics text of gauges around a moment."""
    lines = ["# TYPE gauge gauge"]
    for number in range(series):
        lines += [
            f'gauge{{number="{number}"}} {number} {moment + seconds}'
            for seconds in range(-_BEFORE, _AFTER, _SAMPLE_SECONDS)
        ]
    return "\n".join([*lines, "# EOF\n"])


@contextmanager
def blackhole() -> Iterator[int]:
    """The port of a server to which connections are made, and which never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield server.getsockname()[1]


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    direct = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            direct.open(f"http://127.0.0.1:{port}/-/ready", timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise ProgramError(f"no Prometheus:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.05)
        else:
            return


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ProgramError(f"{name} not found; install with: apt-get install prometheus")
    return found


def _run(directory: Path) -> Run:
    # Proxies of the machine are not asked the way to itself.
    expected = 1 if directory.name == "worse" else 0
    return run([tool("pytest"), "--fitness", "-q"], directory, expect=(expected,), NO_PROXY="*")


def _cpu(runs: list[Run]) -> float:
    return median(each.cpu for each in runs)


if __name__ == "__main__":
    sys.exit(main())
