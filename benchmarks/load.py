"""The figures of a load against those of wrk: ``python benchmarks/load.py [--seconds 20]``.

Both ask the same server, one after the other, by 50 connections that each wait for their answer.
The server sleeps for a time drawn evenly from 20 to 200 ms, so the truth is known as well. Exit
status 1 where a figure is more than 10 % off that of wrk or off the truth. Needs wrk (Debian: wrk).
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Stage

LOW, HIGH = 0.02, 0.2
ALLOWED = 0.1
WARM_UP = 2.0
_SERVER = Path(__file__).parent.parent / "tests" / "support" / "load_targets.py"
_SCRIPT = """\
done = function(summary, latency, requests)
  print("p50", latency:percentile(50) / 1e6)
  print("p95", latency:percentile(95) / 1e6)
  print("p99", latency:percentile(99) / 1e6)
  print("throughput", summary.requests / summary.duration * 1e6)
end
"""
Figures = Mapping[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=50)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not on the PATH", file=sys.stderr)
        return 1
    with server() as url:
        theirs = wrk(url, options.seconds, options.connections)
        ours = load(url, options.seconds, options.connections, workers=1)
        shared = load(url, options.seconds, options.connections, workers=2)
        again = wrk(url, options.seconds, options.connections)
    known = truth(options.connections)
    both = {name: (theirs[name] + again[name]) / 2 for name in known}
    missed = table(known, both, {"one process": ours, "two workers": shared})
    return 1 if missed else 0


def truth(connections: int) -> Figures:
    """What an even distribution comes to."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = {name: LOW + (HIGH - LOW) * share for name, share in shares.items()}
    return {**found, "throughput": connections / ((LOW + HIGH) / 2)}


def wrk(url: str, seconds: int, connections: int) -> Figures:
    """What wrk says."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT)
        script.flush()
        argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, url]
        done = subprocess.run(argv, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: float(line[1]) for line in lines if line and line[0] in truth(1)}


def load(url: str, seconds: int, connections: int, *, workers: int) -> Figures:
    """What our own load says."""
    stage = Stage(connections, seconds + WARM_UP, WARM_UP)
    (found,) = run_load(LoadPlan(url, stages=(stage,), workers=workers))
    times = found.total.times
    percentiles = {f"p{percent}": times.percentile(percent) for percent in (50, 95, 99)}
    return {**percentiles, "throughput": times.count / found.seconds}


def table(known: Figures, theirs: Figures, ours: Mapping[str, Figures]) -> int:
    """Prints all figures; how many are too far off."""
    missed = 0
    print(f"{'':12}{'':12}{'ours':>10}{'wrk':>10}{'truth':>10}{'off wrk':>10}{'off truth':>11}")
    for who, figures in ours.items():
        for name, value in figures.items():
            off = [value / other[name] - 1 for other in (theirs, known)]
            is_missed = any(abs(each) > ALLOWED for each in off)
            missed += is_missed
            shown = [_shown(name, each[name]) for each in (figures, theirs, known)]
            columns = "".join(f"{text:>10}" for text in shown)
            mark = "MISSED" if is_missed else "ok"
            print(f"{who:12}{name:12}{columns}{off[0]:>+10.1%}{off[1]:>+11.1%}  {mark}")
            who = ""  # noqa: PLW2901 (named once)
    print(f"allowed: {ALLOWED:.0%}; {missed} missed")
    return missed


def _shown(name: str, value: float) -> str:
    return f"{value:.1f}/s" if name == "throughput" else f"{value * 1000:.1f}ms"


@contextmanager
def server() -> Iterator[str]:
    """The address of what answers after 20 to 200 ms."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    argv = [sys.executable, str(_SERVER), str(port)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != b"ready":
                raise RuntimeError("the server did not start")
            yield f"http://127.0.0.1:{port}/uniform/{LOW}/{HIGH}"
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
