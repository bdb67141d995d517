"""A copy of the shop whose load does not take long."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from server_processes import free_port

SHOP = Path(__file__).parents[2] / "examples" / "shop"
PATIENCE = 120.0
SHORTER = {
    r"duration: \d\ds": "duration: 4s",
    r"settle: 5s": "settle: 2s",
    r"--session-seconds=5": "--session-seconds=2",
    r"hold: 7s": "hold: 6s",
    r"hold: 5s": "hold: 2s",
    r"steps: \[25, 50, 100\]": "steps: [10]",
    r"min: 100\b": "min: 10",
    r"processes: 8": "processes: 3",
}
"""What takes time in ``load.yaml``, and what takes less."""
_VARIABLES = ("SHOP_LEAK", "SHOP_LOCK", "SHOP_NO_CACHE", "SHOP_SLOW")


class Ended(NamedTuple):
    """A run that is over.

    Attributes:
        outcomes: those of each limit, by function and limit.
        port: where the shop was.
    """

    status: int
    output: str
    outcomes: dict[str, str]
    port: int


def short_shop(folder: Path) -> Path:
    """The shop in a folder of its own, with shorter loads and customers in a hurry."""
    made = shutil.copytree(
        SHOP, folder / "shop", ignore=shutil.ignore_patterns(".fitness", "__pycache__")
    )
    rewrite(made / "load.yaml", SHORTER)
    rewrite(made / "load" / "customers.py", {r"between\(.+\)": "between(0.1, 0.2)"})
    return made


def small_shop(folder: Path) -> Path:
    """The same with few products, for whatever does not search them: it opens at once."""
    made = short_shop(folder)
    rewrite(made / "load.yaml", {r"--products=\d+": "--products=2000"})
    return made


def rewrite(file: Path, changes: dict[str, str]) -> None:
    """Replace each pattern, of which there has to be something."""
    text = file.read_text("utf-8")
    for pattern, instead in changes.items():
        text, count = re.subn(pattern, instead, text, flags=re.MULTILINE)
        assert count, f"there is no {pattern} in {file.name} any more"
    file.write_text(text, "utf-8")


def judged(shop: Path, *functions: str, **variables: str) -> Ended:
    """Run some functions against the shop, with faults from the environment."""
    port, report = free_port(), shop / "verdicts.json"
    ended = run_fitness(
        shop,
        *("--fitness-no-history", f"--fitness-json={report}"),
        *(f"load.yaml::{name}" for name in functions),
        SHOP_PORT=str(port),
        **variables,
    )
    assert report.exists(), ended.stdout + ended.stderr
    found: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))["verdicts"]
    outcomes = {
        "::".join(filter(None, (each["function"], each["part"]))): each["outcome"] for each in found
    }
    return Ended(ended.returncode, ended.stdout, outcomes, port)


def run_fitness(
    shop: Path, *arguments: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """``pytest --fitness`` with the functions under load."""
    healthy = dict.fromkeys(_VARIABLES, "")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--fitness", "--fitness-config=load.yaml"),
            *("-p", "no:cacheprovider", *arguments),
        ],
        cwd=shop,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, **healthy, "PYTHON": sys.executable, **variables},
    )
