"""Kinds that write down when they begin and end, alone or beside each other."""

import os
import time
from pathlib import Path

from pytest_fitness import Check, Context, FitnessFunction, Kind, Measurement, hookimpl, units
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Text


class WorkOptions(Options):
    """What is written, and what else is done meanwhile."""

    says: str = key(Text(), "A live line.", default="")
    takes: float = key(Amount(units.SECONDS), "The planned time.", default=0.0)
    then: float = key(Amount(units.SECONDS), "The planned time, once it was begun.", default=0.0)


class Work(Kind):
    """Measures nothing."""

    name = "work"
    about = "nothing, for a moment"
    options = Record(WorkOptions)
    takes_several = True

    def unit(self, options: WorkOptions, part: str | None) -> str:
        """A plain number."""
        return units.COUNT

    def duration(self, function: FitnessFunction) -> float:
        """As the options say, before and after it was begun."""
        options: WorkOptions = function.options
        return options.then if Path(f"{function.id}.begun").exists() else options.takes

    def measure(
        self,
        function: FitnessFunction,
        check: Check,
        context: Context,
    ) -> Measurement:
        """Write down that it begins, and that it ends."""
        Path(context.root / f"{function.id}.begun").touch()
        with (context.root / "log.txt").open("ab", buffering=0) as log:
            log.write(f"begin {self.name} {function.id} {os.getpid()}\n".encode())
            if function.options.says:
                context.progress(function.options.says)
            time.sleep(0.05)
            log.write(f"end {self.name} {function.id} {os.getpid()}\n".encode())
        return Measurement(1)


class Alone(Work):
    """The same, but nothing goes on beside it."""

    name = "alone"
    alone = True


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kinds of this module."""
    return [Work(), Alone()]
