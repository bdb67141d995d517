"""What experiments find, against what was built in: growth, a leak, a capacity.

Real processes are started, which hold memory as a power of their users, or leak with each session,
or serve so many requests a second and no more. `pytest --fitness` puts them under load. Exit status
1 where an elasticity is off by more than 0.1, the leak of 64 kB a session is not found (or one is
where there is none), or the capacity is off by more than a tenth.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

SUPPORT = Path(__file__).resolve().parent.parent / "tests" / "support"
_GROWING = "pause: 200ms, steps: [5, 10, 20, 40], settle: 1s, hold: 6s, beyond_idle: true"
_LEAKING = "pause: 1s, steps: [5, 10, 20, 10, 5], settle: 1s, hold: 8s"
_SEARCH = "steps: [20, 40, 80, 160], hold: 4s, warm_up: 1s, recovery: 3s"


class Case(NamedTuple):
    """A target, what it is asked to tell, and what is true.

    Attributes:
        low: the least value that is right.
        high: the greatest.
    """

    name: str
    target: str
    part: str
    low: float
    high: float
    path: str = "/"


CASES = (
    Case("memory as users^0.5", "--per-user 20000000 --exponent 0.5", "elasticity", 0.4, 0.6),
    Case("memory as users^1.0", "--per-user 2000000 --exponent 1.0", "elasticity", 0.9, 1.1),
    Case("memory as users^1.3", "--per-user 1000000 --exponent 1.3", "elasticity", 1.2, 1.4),
    # Ten users a second in the mean, a session each: 38.4 MB a minute.
    Case("64 kB a session", "--leak 64000", "leak", 25e6, 50e6, "/login"),
    Case("no leak", "--per-user 1000000", "leak", 0, 0),
    Case("a cache that fills", "--per-user 100000 --fill 1000000 --within 2", "leak", 0, 0),
    # 160 requests a second: 64 users wait 400 ms in the mean.
    Case("8 slots of 50 ms", "--slots 8 --service 0.05", "users", 57.6, 70.4),
    Case("4 slots of 10 ms", "--slots 4 --service 0.01", "users", 72, 88),
)


def function(case: Case, port: int) -> str:
    """What stands under ``it:``, in one line."""
    url = f"url: 'http://127.0.0.1:{port}{case.path}', target: shop, spawn_rate: 1000/s"
    if case.part == "users":
        mean = "400ms" if "0.05" in case.target else "200ms"
        return f"capacity: {{{url}, {_SEARCH}, budget: {{mean: {{max: {mean}}}}}}}"
    load = _LEAKING if case.part == "leak" else _GROWING
    return f"growth: {{of: {{source: shop, metric: rss, unit: B}}, experiment: {{{url}, {load}}}}}"


def measure(case: Case) -> dict[str, Any]:
    """The verdict of one case."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    start = [sys.executable, str(SUPPORT / "growing_target.py"), "--port", str(port)]
    ready = {"url": f"http://127.0.0.1:{port}/figures"}
    source = json.dumps({"process": {"start": [*start, *case.target.split()], "ready": ready}})
    limit = "min: 1" if case.part == "users" else "max: 1000000000" + "B" * (case.part == "leak")
    with tempfile.TemporaryDirectory() as folder:
        text = (
            f"sources:\n  shop: {source}\nfunctions:\n  it:\n    {function(case, port)}\n"
            f"    limits: {{{case.part}: {{{limit}}}}}\n"
        )
        (Path(folder) / "fitness.yaml").write_text(text, "utf-8")
        argv = [sys.executable, "-m", "pytest", "--fitness", "--fitness-json=out.json", "-q"]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
        report = Path(folder) / "out.json"
        if not report.exists():
            raise SystemExit(f"{case.name}: no report\n{done.stdout}{done.stderr}")
        verdict: dict[str, Any] = json.loads(report.read_text("utf-8"))["verdicts"][0]
        return verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all cases, some times; 1 if one is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--times", type=int, default=1, help="how often each is measured")
    parser.add_argument("--only", default="", help="a part of the names of those measured")
    options = parser.parse_args(arguments)
    wrong = 0
    print(f"{'target':22} {'number':11} {'right':>21} {'found':>12} {'seconds':>8}")
    for case in CASES:
        for _ in range(options.times if options.only in case.name else 0):
            began = time.monotonic()
            verdict = measure(case)
            value = verdict["value"]
            is_right = isinstance(value, int | float) and case.low <= value <= case.high
            wrong += not is_right
            found = f"{value:,.4g}" if isinstance(value, int | float) else str(verdict["reason"])
            right = f"{case.low:,.4g} to {case.high:,.4g}"
            seconds = time.monotonic() - began
            mark = "" if is_right else f"  WRONG: {verdict['reason']}; {verdict['subject']}"
            print(f"{case.name:22} {case.part:11} {right:>21} {found:>12} {seconds:8.0f}{mark}")
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
