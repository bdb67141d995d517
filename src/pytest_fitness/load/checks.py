"""What can be known to go wrong before anything is started."""

import ast
import math
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pytest_fitness.errors import MeasureError
from pytest_fitness.load.certificates import check_certificate
from pytest_fitness.load.plan import LoadPlan

_LARGEST: Final = 10_000_000
_PORTS: Final = {"http": 80, "https": 443}
_CONNECT_WITHIN: Final = 5.0


def check(plan: LoadPlan) -> None:
    """Look at a plan, at the file it names, and at whether anybody listens.

    Raises:
        MeasureError: the load would come to nothing.
    """
    _check_stages(plan)
    if find_spec("locust") is None:
        raise MeasureError(
            "this needs the package locust, which is not installed",
            "Install it: pip install 'pytest-fitness[load]'.",
        )
    if plan.locustfile is not None:
        _check_locustfile(plan.locustfile)
    _check_listener(plan, min(_CONNECT_WITHIN, plan.timeout))


def _check_stages(plan: LoadPlan) -> None:
    if not plan.stages:
        raise MeasureError("a load without stages has nothing to do")
    for number, stage in enumerate(plan.stages, 1):
        sound = stage.users >= 1 and 0 <= stage.warm_up < stage.seconds < math.inf
        if not sound:
            raise MeasureError(
                f"stage {number} of the load cannot be: {stage.users} users for"
                f" {stage.seconds:g} s, {stage.warm_up:g} s of them to warm up",
                "A stage has one user at least, and lasts longer than its warm-up.",
            )


def _check_locustfile(path: Path) -> None:
    if path.suffix != ".py" or "," in str(path):
        raise MeasureError(
            f"the locustfile {str(path)!r} is no Python file that Locust takes",
            "Its name ends with .py, and there is no comma in its path.",
        )
    try:
        with path.open("rb") as file:
            source = file.read(_LARGEST)
    except OSError as error:
        raise MeasureError(
            f"the locustfile {str(path)!r} cannot be read: {error.strerror}",
            "A relative path starts at the directory of fitness.yaml.",
        ) from error
    try:
        ast.parse(source, str(path))
    except SyntaxError as error:
        place = f"{path}:{error.lineno or 1}"
        raise MeasureError(f"{place}: {error.msg}", "Mend the locustfile.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise MeasureError(f"{path} is no Python: {error}", "Mend the locustfile.") from error


def is_refused(url: str, within: float) -> bool:
    """Whether nobody listens any more where the load goes."""
    try:
        socket.create_connection(_address(url), within).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def _check_listener(plan: LoadPlan, within: float) -> None:
    host, port = _address(plan.url)
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        with socket.create_connection((host, port), within) as connection:
            if plan.url.startswith("https:") and plan.verify and plan.locustfile is None:
                check_certificate(connection, host, place, plan.ca_file)
    except ConnectionRefusedError as error:
        raise MeasureError(
            f"nobody listens on {place}",
            "Start what is to be put under load, or name a `process` source as its `target`.",
        ) from error
    except socket.gaierror as error:
        raise MeasureError(f"there is no host {host!r}: {error.strerror}") from error
    except OSError as error:
        reason = error.strerror or "no connection in time"
        raise MeasureError(
            f"{place} cannot be reached: {reason}", "Is it up, and open to this machine?"
        ) from error


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]
