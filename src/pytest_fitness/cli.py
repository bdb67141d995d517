"""The ``pytest-fitness`` command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_fitness import __version__
from pytest_fitness.errors import ConfigError, FitnessError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 not fit, 4 cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, Path.cwd()))
    except ConfigError as error:
        count = len(error.problems)
        print(
            f"error: {count} problem{'s' if count > 1 else ''} in the configuration",
            error.message,
            sep="\n",
            file=sys.stderr,
        )
    except FitnessError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`); there is nobody left to tell.
        sys.stderr.close()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pytest-fitness",
        description="Fitness functions: `pytest --fitness` runs them, this command does the rest.",
    )
    parser.add_argument("--version", action="version", version=f"pytest-fitness {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    init = _add(commands, "init", "write a first fitness.yaml and a baseline for this repository")
    init.add_argument("--force", action="store_true", help="replace the files that are there")
    init.add_argument(
        "--package", action="append", metavar="NAME", help="analyse this package (repeatable)"
    )
    init.set_defaults(run=_init)

    doctor = _add(commands, "doctor", "say what is found, matched, and not analysed")
    doctor.set_defaults(run=_doctor)

    schema = _add(commands, "schema", "print the JSON Schema of fitness.yaml, for editors")
    schema.set_defaults(run=_schema)

    baseline = _add(commands, "baseline", "show, accept or prune the frozen violations")
    change = baseline.add_mutually_exclusive_group()
    change.add_argument(
        "--accept",
        nargs="*",
        metavar="ID",
        help="accept all violations of these functions (by default: of all frozen ones)",
    )
    change.add_argument(
        "--prune", action="store_true", help="remove what was fixed, tighten what got better"
    )
    baseline.set_defaults(run=_baseline)

    history = _add(commands, "history", "show the values of a function over time")
    history.add_argument("series", nargs="?", metavar="ID", help="a function (default: all)")
    history.add_argument("--limit", type=_positive, default=20, help="how many runs (default 20)")
    history.add_argument("--url", help="the history (default: as configured)")
    history.set_defaults(run=_history)
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    command.add_argument(
        "--config", metavar="PATH", help="the configuration (default: fitness.yaml)"
    )
    return command


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _init(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.init import init

    return init(here, options.config, packages=options.package or (), force=options.force)


def _doctor(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.doctor import doctor

    return doctor(here, options.config)


def _schema(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.schema import schema

    return schema(here, options.config)


def _baseline(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.baseline import accept, prune, show

    if options.accept is not None:
        return accept(here, options.config, options.accept)
    return (prune if options.prune else show)(here, options.config)


def _history(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.history import history

    return history(here, options.config, options.series, limit=options.limit, url=options.url)
