"""A project whose code is timed, and benchmarks of it that do not take long."""

import json
from pathlib import Path

# As little as can be judged, one call a value: no calibration.
QUICK = "processes: 3, values: 2, loops: 1"

PRICING = """\
import asyncio, time

TAX = 20

class Cart:
    @staticmethod
    def total(): return 1

def basket(): return [1, 2, 3]

def total(items):
    assert items == [1, 2, 3]
    return sum(items)

def slow(): time.sleep(0.002)

async def waits(): await asyncio.sleep(0.002)
"""


def write_shop(root: Path, more: str = "") -> None:
    """The package ``shop``, whose module ``pricing`` has something to time."""
    package = root / "src/shop"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "pricing.py").write_text(PRICING + more, "utf-8")


def timed(function: str, options: str = QUICK, *, source: str = "src") -> str:
    """A benchmark of a function of ``shop.pricing``, as it stands in the file."""
    return f"benchmark: {{callable: 'shop.pricing:{function}', source: {source}, {options}}}"


def run(argv: list[str] | str, options: str = QUICK) -> str:
    """A benchmark of a command, as it stands in the file."""
    return f"benchmark: {{command: {json.dumps(argv)}, {options}}}"
