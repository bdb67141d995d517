"""Leads Locust through the stages of a plan, and writes down what happens. Runs inside Locust."""

import math
import time
import traceback
from collections import deque
from typing import Any, Final

import gevent

from pytest_fitness.judge.histogram import Histogram
from pytest_fitness.load.checks import is_refused
from pytest_fitness.load.crew import Crew, LoadFailedError
from pytest_fitness.load.plan import LoadPlan, Stage, shown_url
from pytest_fitness.load.recording import Lately, Seen
from pytest_fitness.load.reporting import Reporter, exceptions, stage_result
from pytest_fitness.load.requiring import require_known, require_tasks
from pytest_fitness.load.result import Tick, stage_to_builtins

_USERS_WITHIN: Final = 30.0
_EVERY: Final = 1.0
# A worker that is late with a sign of life for so many ticks is not coming back.
_MISSED: Final = 3
_LATELY: Final = 3
# No answer at all for so long, from a system that every user has asked since: it is gone.
_DEAD_AFTER: Final = 3.0
_DEAD_AT_THE_END: Final = 1.0


class Driver:
    """Takes the users from stage to stage.

    Args:
        plan: what is to be done.
        runner: Locust's runner.
        crew: who makes the requests.
        reporter: where results go.
    """

    def __init__(self, plan: LoadPlan, runner: Any, crew: Crew, reporter: Reporter) -> None:
        self._plan = plan
        self._runner = runner
        self._crew = crew
        self._reporter = reporter
        self._recent: deque[Lately] = deque(maxlen=_LATELY)
        self._failures = 0
        self._place = (0, False)
        self._expected = plan.expect_workers or (plan.workers if plan.workers > 1 else 0)
        self._is_complete = False
        self._missed = 0
        self._next_tick = 0.0
        self._began = time.perf_counter()

    def drive(self) -> None:
        """All stages, and the end; what goes wrong is reported."""
        try:
            self._await_workers()
            self._is_complete = True
            self._began = time.perf_counter()
            for number, stage in enumerate(self._plan.stages):
                self._place = (number, False)
                self._reach(stage.users, is_first=number == 0)
                self._run(number, stage)
            self._reporter.write("done", None)
        except LoadFailedError as error:
            self._reporter.write("failed", list(error.args))
        except Exception:
            self._reporter.write("broken", traceback.format_exc(limit=-5))
        finally:
            self._runner.quit()

    def _await_workers(self) -> None:
        deadline = time.monotonic() + self._plan.workers_within
        while self._expected and self._there() < self._expected:
            if time.monotonic() > deadline:
                raise LoadFailedError(
                    f"{self._there()} of {self._expected} workers came within"
                    f" {self._plan.workers_within:g}s",
                    "Start the others, and let them reach the address of `master`.",
                )
            self._wait(0.2)

    def _there(self) -> int:
        return int(self._runner.worker_count)

    def _reach(self, users: int, *, is_first: bool) -> None:
        """Wait until there are so many users; Locust starts the first ones itself."""
        runner = self._runner
        started = runner.user_count
        if not is_first and users != started:
            gevent.spawn(runner.start, users, self._plan.spawn_rate)
        takes = abs(users - started) / self._plan.spawn_rate
        deadline = time.monotonic() + takes + _USERS_WITHIN
        while runner.user_count != users:
            if time.monotonic() > deadline:
                raise LoadFailedError(
                    f"{runner.user_count} of {users} users are there {_USERS_WITHIN:.0f}s after the"
                    f" last should have been{self._said()}",
                    "Do they fail as they start? Look at on_start and the test_start hooks.",
                )
            self._wait(0.05)

    def _run(self, number: int, stage: Stage) -> None:
        self._wait(stage.warm_up)
        self._place = (number, True)
        length = stage.seconds - stage.warm_up
        self._crew.open(length)
        began, clock = time.time(), time.perf_counter()
        self._wait(length)
        seconds = time.perf_counter() - clock
        users = self._runner.user_count
        seen = self._crew.close()
        require_tasks(seen, self._plan, self._runner)
        self._require_life(seen, self._crew.lately(), users)
        result = stage_result(stage.users, users, seconds, seen)
        self._reporter.write(
            "stage",
            stage_to_builtins(
                result._replace(began=began, notes=(*result.notes, *exceptions(self._runner)))
            ),
        )

    def _wait(self, seconds: float) -> None:
        """Let time pass, with a tick about each second."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            gevent.sleep(min(left, max(self._next_tick - time.perf_counter(), 0.01)))
            if time.perf_counter() >= self._next_tick:
                self._next_tick = time.perf_counter() + _EVERY
                self._tick()

    def _tick(self) -> None:
        lately = self._crew.lately()
        self._recent.append(lately)
        self._failures += lately.failures
        times = Histogram()
        for one in self._recent:
            times.merge(one.times)
        self._reporter.write(
            "tick",
            Tick(
                moment=time.time(),
                stage=self._place[0],
                measured=self._place[1],
                users=self._runner.user_count,
                rate=times.count / (len(self._recent) * _EVERY),
                p95=times.percentile(95) if times.count else None,
                failures=self._failures,
            ),
        )
        self._require_crew()
        require_known(lately)
        if lately.silence > _DEAD_AFTER and lately.unanswered >= max(lately.users, 1):
            raise self._died(lately)

    def _require_crew(self) -> None:
        wanted = self._expected if self._is_complete else 0
        missing = wanted and self._there() < wanted
        self._missed = self._missed + 1 if missing else 0
        if self._missed > _MISSED:
            raise LoadFailedError(
                f"{self._expected - self._there()} of {self._expected} workers were lost",
                "Look at what they said last: did they crash, or lose the network?",
            )

    def _require_life(self, seen: Seen, lately: Lately, users: int) -> None:
        """A target that was dead when the time was over has not stood the load."""
        require_known(lately)
        silent = lately.silence > _DEAD_AT_THE_END
        if silent and lately.unanswered >= max(users, 1):
            raise self._died(lately)
        if lately.unanswered and is_refused(self._plan.url, _DEAD_AT_THE_END):
            raise self._died(lately)
        pace = self._plan.pause + 5 * lately.longest
        all_wait = users > 0 and seen.unfinished >= users
        if all_wait and max(_DEAD_AFTER, pace) < lately.silence < math.inf:
            raise self._died(lately)

    def _died(self, lately: Lately) -> LoadFailedError:
        url = shown_url(self._plan.url)
        if lately.silence == math.inf:
            text = f"{url} answered none of {lately.requests:,} requests"
        else:
            count = lately.requests - lately.unanswered
            when = time.perf_counter() - self._began - lately.silence
            text = (
                f"{url} stopped answering {when:.1f}s after the load began, after"
                f" {count:,} requests"
            )
        return LoadFailedError(text, "It crashed, was stopped, or takes no connections any more.")

    def _said(self) -> str:
        shown = "; ".join(exceptions(self._runner))
        return f": {shown}" if shown else ""
