"""What a load that goes on has to fulfil; else it is ended and told. Runs inside Locust."""

from typing import Any

from pytest_fitness.load.crew import LoadFailedError
from pytest_fitness.load.plan import LoadPlan
from pytest_fitness.load.recording import Lately, Seen
from pytest_fitness.units import shorten


def require_known(lately: Lately) -> None:
    """Refuse a host that nobody allowed."""
    if lately.stranger:
        raise LoadFailedError(
            f"a user asked {shorten(lately.stranger, 100)}, which may not be put under load",
            "If it is yours to load, name it in `allow_hosts:` at the top of fitness.yaml.",
        )


def require_tasks(seen: Seen, plan: LoadPlan, runner: Any) -> None:
    """Users that asked nothing, as their class has nothing to do, are a mistake in the file."""
    idle = [one.__name__ for one in runner.environment.user_classes if not one.tasks]
    if idle and not seen.total.times.count:
        which = f"class {idle[0]} has" if len(idle) == 1 else f"classes {', '.join(idle)} have"
        raise LoadFailedError(
            f"no request was made: the user {which} no tasks in {plan.locustfile}",
            "Mark what its users do with @task, or list it in `tasks`.",
        )
