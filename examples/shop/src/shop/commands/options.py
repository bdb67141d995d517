"""The command line; what breaks the shop on purpose can also be set in the environment."""

import argparse
import os
import re
from pathlib import Path
from typing import Final

from shop.storage.database import IN_MEMORY

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "": 1.0}
_DURATION: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(ms|s|)")
_BYTES: Final = {"B": 1, "kB": 1_000, "MB": 1_000_000, "": 1_000_000}
_SIZE: Final = re.compile(r"(\d{1,6})(B|kB|MB|)")
_PLENTY: Final = 1_000_000


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    made = argparse.ArgumentParser(prog="python -m shop", description="A small web shop.")
    commands = made.add_subparsers(dest="command", required=True)

    serve = _command(commands, "serve", "serve the shop until SIGTERM or SIGINT")
    _add_serving(serve)
    serve.set_defaults(port=8000)

    traffic = _command(commands, "traffic", "send customers to a shop that is running")
    traffic.add_argument("--url", required=True, help="where the shop is")
    traffic.add_argument("--products", type=int, default=500, help="products that the shop has")
    _add_customers(traffic)
    traffic.set_defaults(seconds=10.0)

    live = _command(commands, "live", "serve the shop and send customers to it")
    _add_serving(live)
    _add_customers(live)
    # Without an end of its own it ends by a signal, and nothing is sold out before.
    live.set_defaults(port=0, seconds=None, stock=_PLENTY)
    return made


def seconds(text: str) -> float:
    """A time like ``300ms``, ``0.3s`` or ``2``.

    Raises:
        argparse.ArgumentTypeError: it is not one.
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 300ms or 2s")
    return float(found[1]) * _SECONDS[found[2]]


def size(text: str) -> int:
    """A size in bytes like ``64kB`` or ``1MB``; a bare number is in MB.

    Raises:
        argparse.ArgumentTypeError: it is not one.
    """
    found = _SIZE.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 64kB or 1MB")
    return int(found[1]) * _BYTES[found[2]]


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=about,
        description=f"{about.capitalize()}.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )


def _add_serving(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on")
    add("--port", type=int, help="the port to listen on; 0 takes any free one")
    add("--port-file", type=Path, metavar="FILE", help="holds the port while the shop is open")
    add("--database", default=IN_MEMORY, metavar="FILE", help="an SQLite file")
    add("--products", type=int, default=500, help="products in a new database")
    add("--stock", type=int, default=1000, help="how many of each in a new database")
    add("--session-seconds", type=float, default=300.0, help="a silent session lives so long")
    add("--cache-entries", type=int, default=1000, help="size of the catalogue's cache")
    add("--cache-seconds", type=float, default=30.0, help="how old a cached product may be")
    _add_faults(command.add_argument_group("faults, to see them found"))


def _add_faults(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--slow",
        type=seconds,
        metavar="TIME",
        default=os.environ.get("SHOP_SLOW") or "0ms",
        help="make each checkout wait so long, such as 300ms (or set SHOP_SLOW)",
    )
    group.add_argument(
        "--leak",
        type=size,
        metavar="SIZE",
        nargs="?",
        const="1MB",
        default=os.environ.get("SHOP_LEAK") or "0B",
        help="keep so much for each session for ever, such as 64kB (or set SHOP_LEAK); bare, 1MB",
    )
    for name, about in {
        "no-cache": "keep no product in the cache (or set SHOP_NO_CACHE=1)",
        "lock": "answer one request at a time, each in 5 ms at least (or set SHOP_LOCK=1)",
    }.items():
        variable = f"SHOP_{name.upper().replace('-', '_')}"
        asked = os.environ.get(variable, "") not in {"", "0"}
        group.add_argument(f"--{name}", action="store_true", default=asked, help=about)


def _add_customers(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--users", type=int, default=10, help="how many shop at the same time")
    add("--seconds", type=seconds, metavar="TIME", help="how long they do")
    add("--pause", type=seconds, default="200ms", metavar="TIME", help="between two clicks")
    add("--seed", type=int, default=0, help="the same seed makes the same customers")
