"""Compare what users wait for with what they would wait for otherwise: ``make bench``.

    python benchmarks/speed.py [--only SECTION,...] [--full] [--work DIRECTORY]

Times whole programs of an installed wheel, both sides in turn, and prints medians with what they
lie between. Nothing else should run meanwhile: figures in processor time, in brackets, suffer less
from company than those by the clock. A missed target is reported and changes no exit status.
"""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from support import large, long_files, many, small
from support.installed import Installed
from support.programs import ProgramError
from support.sides import Sides
from support.table import Table

Section = Callable[[Table, Sides, Path], None]
_CHECKOUT = Path(__file__).resolve().parents[1]
SECTIONS: dict[str, Section] = {
    "idle": small.idle,
    "warm-django": large.warm_django,
    "warm-homeassistant": large.warm_home_assistant,
    "layers": large.layers,
    "many": many.many,
    "long": long_files.long_files,
    "history": small.history,
    "memory": large.memory,
    "django": large.cold_django,
    "homeassistant": large.cold_home_assistant,
    "generated": large.cold_generated,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=_names, default=list(SECTIONS), metavar="SECTION,...")
    parser.add_argument("--full", action="store_true", help="wait for radon on the longest files")
    parser.add_argument("--work", type=Path, default=_CHECKOUT / "build" / "speed")
    options = parser.parse_args()
    work = options.work.resolve()
    table = Table()
    try:
        sides = Sides(Installed(_CHECKOUT, work))
        table.head()
        for name in options.only:
            section = SECTIONS[name]
            if name == "long":
                section = partial(long_files.long_files, full=options.full)
            table.section(f"{name} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
            section(table, sides, work)
    except ProgramError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    table.foot()
    return 0


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - SECTIONS.keys():
        raise argparse.ArgumentTypeError(f"no section {min(unknown)!r} in {', '.join(SECTIONS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
