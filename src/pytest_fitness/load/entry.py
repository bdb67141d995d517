"""What the file that Locust is given calls: it joins the run's own parts to Locust's events."""

import atexit
import json
import logging
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser
from locust import events as _events
from locust.runners import MasterRunner, WorkerRunner

from pytest_fitness.load.crew import Alone, Crew, Workers, serve
from pytest_fitness.load.driver import Driver
from pytest_fitness.load.plan import LoadPlan, plan_from_builtins
from pytest_fitness.load.recorder import Recorder, host_of
from pytest_fitness.load.recording import MOST_NAMES, OTHERS
from pytest_fitness.load.reporting import Reporter
from pytest_fitness.load.visitor import visitor


def begin(told: Mapping[str, Any] | None = None) -> type[FastHttpUser] | None:
    """Join in; the users of the plan's own requests, or none beside a locustfile of the team.

    Args:
        told: the plan, and where to report; None to read both from standard input.
    """
    data = _handed_over() if told is None else told
    plan = plan_from_builtins(data["plan"])
    recorder = Recorder(whole_names=plan.locustfile is None, hosts=(host_of(plan.url), *plan.hosts))
    events: Any = _events
    events.request.add_listener(recorder.request)

    def start(environment: Any, runner: Any, **_: Any) -> None:
        _silence()
        _bound_statistics(environment.stats)
        if isinstance(runner, WorkerRunner):
            serve(runner, recorder)
            return
        _overrule(environment, plan)
        crew: Crew = (
            Workers(runner) if isinstance(runner, MasterRunner) else Alone(runner, recorder)
        )
        report = Path(data["report"])
        driver = Driver(plan, runner, crew, Reporter(report))
        _clear(report, plan)
        gevent.spawn(driver.drive)

    events.init.add_listener(start)
    return visitor(plan, recorder) if plan.locustfile is None else None


@cache
def _handed_over() -> Mapping[str, Any]:
    """Read once, though Locust may run its files twice."""
    found: Mapping[str, Any] = json.loads(sys.stdin.buffer.read())
    return found


def _clear(report: Path, plan: LoadPlan) -> None:
    """Leave no file behind, even where the run is killed: names and headers may hold secrets."""
    with suppress(OSError):  # Windows keeps what is open; the run removes it
        report.unlink()
    if plan.master is None:
        shutil.rmtree(report.parent, ignore_errors=True)
    else:  # workers of other machines may ask for the file at any time
        atexit.register(shutil.rmtree, report.parent, ignore_errors=True)
        # While it waits for workers Locust would die at once; later it has its own handler.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def _silence() -> None:
    """Leave out Locust's tables: what it says last is quoted where something fails."""
    logging.getLogger("locust.stats_logger").setLevel(logging.CRITICAL)


def _overrule(environment: Any, plan: LoadPlan) -> None:
    """The plan says where the load goes, how much of it there is and how long it takes."""
    environment.host = plan.url
    environment.shape_class = None
    environment.parsed_options.run_time = None


def _bound_statistics(stats: Any) -> None:
    """Keep Locust's own figures small, too: it would keep some for each name that ever was."""
    names: set[tuple[str, str]] = set()
    log_request, log_error = stats.log_request, stats.log_error

    def known(method: str, name: str) -> str:
        if len(names) < MOST_NAMES:
            names.add((method, name))
        return name if (method, name) in names else OTHERS

    def request(method: str, name: str, *rest: Any) -> None:
        log_request(method, known(method, name), *rest)

    def error(method: str, name: str, *rest: Any) -> None:
        if len(stats.errors) < MOST_NAMES:
            log_error(method, known(method, name), *rest)

    stats.log_request, stats.log_error = request, error
