"""One check from measuring to verdict; whatever goes wrong on the way is a verdict too."""

import time
import traceback

from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.errors import FitnessError, NoDataError
from pytest_fitness.judge.verdicts import verdict
from pytest_fitness.model import Check, Effect, FitnessFunction, Measurement, Outcome, Verdict
from pytest_fitness.session.dormancy import why_dormant
from pytest_fitness.session.judging import Judging
from pytest_fitness.session.secrets import redact
from pytest_fitness.session.sound import defect_of, sound_measurement
from pytest_fitness.session.workspace import Workspace


def evaluate(kind: Kind, function: FitnessFunction, check: Check, workspace: Workspace) -> Verdict:
    """Measure and judge one check."""
    started = time.perf_counter()
    found = redact(_evaluate(kind, function, check, workspace), workspace.config.secrets)
    return found._replace(seconds=round(time.perf_counter() - started, 6))


def _evaluate(kind: Kind, function: FitnessFunction, check: Check, workspace: Workspace) -> Verdict:
    try:
        dormant = why_dormant(kind, function, workspace)
        if dormant:
            return verdict(function, check, Outcome.DORMANT, dormant, effect=Effect.SKIP)
        workspace.begun.add(function.id)
        judging = Judging(kind, function, check, workspace)

        def measure(context: Context, limited: Check) -> Measurement:
            with workspace.turn(kind, function):
                measured = kind.measure(function, limited, context)
            workspace.progress("")
            return sound_measurement(measured, kind)

        return judging.judge(measure)
    except NoDataError as error:
        return verdict(
            function,
            check,
            Outcome.NO_DATA,
            str(error.message),  # a plugin may have raised it with anything
            hint=str(error.hint or ""),
            effect=function.on_no_data,
        )
    except FitnessError as error:
        return verdict(
            function, check, Outcome.ERROR, str(error.message), hint=str(error.hint or "")
        )
    except (Exception, SystemExit) as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return verdict(
            function,
            check,
            Outcome.ERROR,
            f"{type(error).__name__}: {error}",
            notes=(f"raised at {place.filename}:{place.lineno} in {place.name}",),
            hint=defect_of(kind),
        )
