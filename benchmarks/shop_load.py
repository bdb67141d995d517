"""Whether each defect of the shop is found, and the healthy shop left alone.

``python benchmarks/shop_load.py [--healthy 20] [--rounds 1] [--only headroom]`` runs the functions
of examples/shop/load.yaml against the healthy shop so many times, and with each of its defects. The
exit status is 1 where a healthy run does not pass, a defect is missed, or another function than the
one that is meant for it does not pass. All of it takes most of an hour.
"""

import argparse
import json
import socket
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from support.programs import ProgramError, run
from support.tools import tool

SHOP: Final = Path(__file__).parents[1] / "examples" / "shop"
FILE: Final = "load.yaml"
PASSED: Final = "passed"
FAILED: Final = "failed"
_RAN: Final = (0, 1)


class Defect(NamedTuple):
    """Something wrong with the shop.

    Attributes:
        name: what it is.
        variables: what the shop has to find in its environment.
        found_by: the function that is meant for it.
    """

    name: str
    variables: Mapping[str, str]
    found_by: str


DEFECTS: Final = (
    Defect("a checkout that sleeps", {"SHOP_SLOW": "300ms"}, "checkout-under-load"),
    Defect("a cache that is off", {"SHOP_NO_CACHE": "1"}, "search"),
    Defect("a leak of 64 kB a session", {"SHOP_LEAK": "64kB"}, "memory-per-user"),
    Defect("a lock that serialises", {"SHOP_LOCK": "1"}, "headroom"),
)
_HEALTHY: Final = dict.fromkeys((name for each in DEFECTS for name in each.variables), "")


def main() -> int:
    options = _options()
    defects = [each for each in DEFECTS if not options.only or each.found_by in options.only]
    wrong = 0
    try:
        for number in range(1, options.healthy + 1):
            wrong += not _shown(f"healthy, run {number}", outcomes({}, options.only))
        for number in range(1, options.rounds + 1):
            for defect in defects:
                found = outcomes(defect.variables, options.only)
                wrong += not _shown(f"{defect.name}, run {number}", found, defect.found_by)
    except ProgramError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    runs = options.healthy + options.rounds * len(defects)
    print(f"\nshop under load: {runs - wrong} of {runs} runs as they should be")
    return int(wrong > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--healthy", type=int, default=20, help="how often the healthy shop is run")
    parser.add_argument("--rounds", type=int, default=1, help="how often each defect is run")
    parser.add_argument("--only", nargs="+", default=[], metavar="FUNCTION", help="these alone")
    return parser.parse_args()


def outcomes(variables: Mapping[str, str], only: Sequence[str] = ()) -> dict[str, list[str]]:
    """The outcomes of each function against a shop with these variables.

    Raises:
        ProgramError: the run did not come to any.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "verdicts.json"
        command: list[str | Path] = [
            *(tool("pytest"), "--fitness", "-q", "-p", "no:cacheprovider"),
            *(f"--fitness-config={FILE}", "--fitness-no-history", f"--fitness-json={report}"),
            *(f"{FILE}::{name}" for name in only),
        ]
        variables = {**_HEALTHY, "SHOP_PORT": str(_free_port()), **variables}
        run(command, SHOP, expect=_RAN, **variables)
        verdicts = json.loads(report.read_text(encoding="utf-8"))["verdicts"]
    found: dict[str, list[str]] = {}
    for verdict in verdicts:
        found.setdefault(verdict["function"], []).append(verdict["outcome"])
    return found


def as_it_should_be(found: Mapping[str, Collection[str]], meant: str | None = None) -> bool:
    """Whether the function that is meant for a defect failed, if there is any, and no other did."""
    others = [outcome for name, all_of in found.items() if name != meant for outcome in all_of]
    is_found = meant is None or FAILED in found.get(meant, ())
    return bool(found) and is_found and all(outcome == PASSED for outcome in others)


def _shown(what: str, found: Mapping[str, Collection[str]], meant: str | None = None) -> bool:
    """Print one line; whether it is as it should be."""
    told = [
        f"{name} {', '.join(sorted({outcome for outcome in all_of if outcome != PASSED}))}"
        for name, all_of in found.items()
        if any(outcome != PASSED for outcome in all_of)
    ]
    is_right = as_it_should_be(found, meant)
    mark = "ok" if is_right else "WRONG"
    print(f"{what:<36} {'; '.join(told) or 'all passed':<44} {mark}", flush=True)
    return is_right


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


if __name__ == "__main__":
    sys.exit(main())
