"""A load from its plan to its results: Locust in a process of its own, watched until it ends."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.load.checks import check
from pytest_fitness.load.plan import LoadPlan
from pytest_fitness.load.result import StageResult, Tick, stage_from_builtins
from pytest_fitness.load.starting import started
from pytest_fitness.processes.groups import Group, ending, last_lines
from pytest_fitness.processes.leftovers import temporary_folder
from pytest_fitness.processes.pipes import Tail

_PAUSE: Final = 0.05
# It says something each second; a locustfile may need a while to be read.
_LONGEST_SILENCE: Final = 120.0
# The hooks of a locustfile at the end of a test have so long.
_LAST_WORDS: Final = 15.0
_PORTS_TRIED: Final = 3
_TAKEN: Final = "Address already in use"
# What Python complains of as it ends comes after the reason (with gevent 24.11, always).
_AT_EXIT: Final = re.compile(
    r"(^Exception ignored in: .*\nTraceback .*\n([ \t].*\n)*\S.*\s*)+\Z", re.MULTILINE
)


class _PortTakenError(Exception):
    """Somebody else took the port that was free a moment ago."""


def run_load(
    plan: LoadPlan,
    on_tick: Callable[[Tick], None] | None = None,
    after_stage: Callable[[StageResult], bool] | None = None,
) -> tuple[StageResult, ...]:
    """Put a system under load; one result a stage.

    Nothing is left running afterwards, however it ends. Both functions are called in the caller's
    thread, while the load goes on; what they raise ends it, and goes on to the caller.

    Args:
        plan: what is to be done.
        on_tick: told about once a second what goes on.
        after_stage: told each result as soon as it is there; where it returns False, the load ends
            there.

    Raises:
        MeasureError: there was no load, or it did not reach its end; says why.
    """
    check(plan)
    for attempt in range(1, _PORTS_TRIED + 1):
        try:
            return _run(plan, on_tick, after_stage)
        except _PortTakenError as error:
            if attempt == _PORTS_TRIED:
                raise MeasureError(
                    f"the workers of the load found no port to meet at: {error}"
                ) from error
    raise AssertionError("unreachable")


def _run(
    plan: LoadPlan,
    on_tick: Callable[[Tick], None] | None,
    after_stage: Callable[[StageResult], bool] | None,
) -> tuple[StageResult, ...]:
    results: list[StageResult] = []
    with temporary_folder("pytest-fitness-load-") as folder:
        report = folder / "report.jsonl"
        report.touch()
        with report.open("rb") as lines, started(plan, report) as group:
            assert group.process.stdout is not None
            output = Tail(group.process.stdout)
            for what, data in _lines(plan, lines, group, output):
                if what == "tick" and on_tick is not None:
                    on_tick(Tick(*data))
                elif what == "stage":
                    results.append(stage_from_builtins(data))
                    if after_stage is not None and not after_stage(results[-1]):
                        return tuple(results)
                elif what in ("failed", "broken"):
                    raise _failure(what, data, output)
            _await_end(group)
    return tuple(results)


def _lines(
    plan: LoadPlan, file: IO[bytes], group: Group, output: Tail
) -> Iterator[tuple[str, Any]]:
    """What the load reports, as it comes, until it says that it is done."""
    rest = b""
    heard = time.monotonic()
    while True:
        has_ended = group.process.poll() is not None
        news = file.read()
        *lines, rest = (rest + news).split(b"\n")
        for line in lines:
            heard = time.monotonic()
            what, data = json.loads(line)
            if what == "done":
                return
            yield what, data
        if not news:
            if has_ended:
                raise _ended(plan, group, output)
            if time.monotonic() - heard > _LONGEST_SILENCE:
                raise MeasureError(
                    f"Locust said nothing for {_LONGEST_SILENCE:.0f}s, and was ended",
                    _with_log("Does the locustfile block?", output),
                )
            time.sleep(_PAUSE)


def _await_end(group: Group) -> None:
    """Let the hooks of a locustfile finish."""
    try:
        group.process.wait(_LAST_WORDS)
    except subprocess.TimeoutExpired:
        return


def _failure(what: str, data: Any, output: Tail) -> MeasureError:
    if what == "failed":
        message, *hints = data
        return MeasureError(message, _with_log(" ".join(hints), output))
    return MeasureError(
        f"the load broke: {last_lines(data)}", _with_log("Is this version of Locust new?", output)
    )


def _ended(plan: LoadPlan, group: Group, output: Tail) -> Exception:
    said = _AT_EXIT.sub("", output.text())
    if _TAKEN in said and plan.master is not None:
        return MeasureError(
            f"the load cannot wait for workers at {plan.master}: something listens there already",
            "Stop it, or write another port in `master`.",
        )
    if _TAKEN in said and plan.workers > 1:
        return _PortTakenError(last_lines(said))
    return MeasureError(
        f"Locust {ending(group.process.returncode)} before the load was over:"
        f" {last_lines(said) or 'it said nothing'}"
    )


def _with_log(hint: str, output: Tail) -> str | None:
    said = last_lines(output.text())
    return " ".join(filter(None, (hint, f"Locust said last: {said}" if said else ""))) or None
