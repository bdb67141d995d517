"""Finding a function of the project and calling it with a clock; standard library only."""

import asyncio
import atexit
import difflib
import inspect
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from pytest_fitness.measures.benchmark.telling import StepError, UnfitError

Timer = Callable[[int], float]
"""Calls something so many times, and says how many seconds that took."""


def command_timer(argv: Sequence[str]) -> Timer:
    """What times a command, from starting it to hearing of its end."""

    def timed(loops: int) -> float:
        clock, times = time.perf_counter, range(loops)
        nothing = subprocess.DEVNULL
        begin = clock()
        for _ in times:
            status = subprocess.call(argv, stdin=nothing, stdout=nothing, stderr=nothing)
            if status:
                raise UnfitError(
                    f"it ended with status {status} while it was timed",
                    "It had ended well before that. Does it depend on what an earlier run left?",
                )
        return clock() - begin

    return timed


def function_timer(function: str, setup: str | None, source: Sequence[str]) -> Timer:
    """What times a function.

    Args:
        function: as ``module:function``.
        setup: called now; what it returns becomes the argument.
        source: directories that modules are imported from, beside what is installed.

    Raises:
        UnfitError: there is no such function, or nothing of it would be timed.
        StepError: something was raised on the way.
    """
    sys.path[:0] = source
    found = _found(function, source)
    if inspect.isgeneratorfunction(found) or inspect.isasyncgenfunction(found):
        raise UnfitError(
            "it is a generator: calling it runs nothing of it",
            "Name a function that uses it up, such as one that returns a list of it.",
        )
    arguments = () if setup is None else (_prepared(setup, source),)
    return _async_timer(found, arguments) if _is_async(found) else _timer(found, arguments)


def _timer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Timer:
    def timed(loops: int) -> float:
        clock, times, result = time.perf_counter, range(loops), None
        begin = clock()
        for _ in times:
            result = function(*arguments)
        seconds = clock() - begin
        _require_done(result)
        return seconds

    return timed


def _async_timer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Timer:
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)

    async def timed(loops: int) -> float:
        clock, times = time.perf_counter, range(loops)
        begin = clock()
        for _ in times:
            await function(*arguments)
        return clock() - begin

    return lambda loops: loop.run_until_complete(timed(loops))


def _found(function: str, source: Sequence[str]) -> Callable[..., Any]:
    where, _, path = function.partition(":")
    found: Any = _imported(where, source)
    for name in path.split("."):
        if not hasattr(found, name):
            near = difflib.get_close_matches(name, dir(found), n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Look at what {where} defines."
            raise UnfitError(f"{where} has no {name!r}", hint)
        found, where = getattr(found, name), f"{where}.{name}"
    if not callable(found):
        raise UnfitError(f"{where} is {_named(found)}, which cannot be called", "Name a function.")
    called: Callable[..., Any] = found
    return called


def _imported(module: str, source: Sequence[str]) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            raise UnfitError(
                f"there is no module {error.name!r}",
                f"Modules are imported from {' and '.join(source)}, and from what is installed;"
                " `source` names other directories.",
            ) from error
        raise StepError(f"importing {module}") from error
    except BaseException as error:  # a module may exit
        raise StepError(f"importing {module}") from error


def _prepared(setup: str, source: Sequence[str]) -> Any:
    try:
        found = _found(setup, source)
    except UnfitError as error:
        raise UnfitError(*error.args, f"the setup {setup}") from error
    try:
        prepared = found()
    except BaseException as error:
        raise StepError(f"the setup {setup}") from error
    _require_done(prepared, "the setup", "Let it wait for the result and return that.")
    return prepared


def _is_async(function: Callable[..., Any]) -> bool:
    own = getattr(function, "__call__", None)  # noqa: B004 - an object may have an async one
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(own)


def _require_done(
    result: Any,
    what: str = "it",
    hint: str = "Name an `async def` function itself, or one that waits for the result.",
) -> None:
    """Refuse what only promises a result: its work is not done yet."""
    if not inspect.isawaitable(result) and not inspect.isgenerator(result):
        return
    if inspect.iscoroutine(result):
        result.close()
    raise UnfitError(f"{what} returns {_named(result)}, whose work is not done by then", hint)


def _named(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
