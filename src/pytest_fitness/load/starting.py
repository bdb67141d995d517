"""Starting Locust with a plan, so that a run that is killed leaves nothing of the plan on disk."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from pytest_fitness.load.plan import LoadPlan, plan_to_builtins
from pytest_fitness.processes.groups import Group

# A machine that is set up to be a worker of another load is none of this one.
_ENVIRONMENT: Final = {
    "PYTHONUNBUFFERED": "1",
    "LOCUST_MODE_WORKER": "false",
    "LOCUST_MODE_MASTER": "false",
}


def started(plan: LoadPlan, report: Path) -> Group:
    """Locust, which writes to ``report``, and removes its directory as soon as it can."""
    data = {"plan": plan_to_builtins(plan), "report": str(report)}
    file = report.with_name("fitness_load.py")
    file.write_text(_text(plan, data), encoding="utf-8")
    files = [str(file), *([str(plan.locustfile.absolute())] if plan.locustfile else [])]
    argv = [
        # A folder `locust` in the project is not what is meant.
        *(sys.executable, "-P", "-m", "locust", "--locustfile", ",".join(files)),
        *("--headless", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"),
        *("--users", str(plan.stages[0].users), "--spawn-rate", repr(plan.spawn_rate)),
        *_distribution(plan),
    ]
    # A pipe might have to wait for its reader; this file has no name.
    with TemporaryFile() as handed_over:
        handed_over.write(json.dumps(data).encode())
        handed_over.seek(0)
        return Group(
            argv,
            cwd=plan.directory or Path.cwd(),
            env=_ENVIRONMENT,
            stdin=handed_over,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )


def _text(plan: LoadPlan, data: dict[str, Any]) -> str:
    """The file for Locust; workers of other machines get it, and nothing else."""
    told = repr(data) if plan.master is not None else ""
    return f"from pytest_fitness.load.entry import begin\n\nVisitor = begin({told})\n"


def _distribution(plan: LoadPlan) -> list[str]:
    """The arguments by which several processes share the load."""
    if plan.master is not None:
        host, _, port = plan.master.rpartition(":")
        bind = ["--master-bind-host", host.strip("[]"), "--master-bind-port", port]
        return ["--master", *bind, "--expect-workers", str(plan.expect_workers)]
    if plan.workers == 1:
        return ["--processes", "0"]
    port = str(_free_port())
    places = ["--master-host", "127.0.0.1", "--master-port", port]
    places += ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    return ["--processes", str(plan.workers), *places]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
