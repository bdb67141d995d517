"""The ``pytest-fitness`` command."""

import argparse
import os
import re
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, NoReturn

from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import ConfigError, FitnessError
from pytest_fitness.reports.safe import one_line
from pytest_fitness.version import __version__

UNUSABLE: Final = 4
_LINES: Final = ("export", "import")
_INTERRUPTED: Final = 128 + 2
_PIPE_CLOSED: Final = 128 + 13
_START_HERE: Final = "\nerror: name a COMMAND; `pytest-fitness init` is a good first one\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 not fit, 4 cannot be done."""
    try:
        options = _parse(sys.argv[1:] if arguments is None else arguments)
        status = int(options.run(options, Path.cwd()))
        sys.stdout.flush()
        return status
    except ConfigError as error:
        count = len(error.problems)
        _complain(
            f"{count} problem{'s' if count > 1 else ''} in the configuration\n{error.message}"
        )
    except FitnessError as error:
        _complain(str(error))
    except BrokenPipeError:
        _forget_output()
        return _PIPE_CLOSED
    except OSError as error:
        _complain(str(error))
        _forget_output()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    return UNUSABLE


def _complain(message: str) -> None:
    lines = [one_line(line, 1000) for line in message.splitlines()]
    print("error:", "\n".join(lines), file=sys.stderr)


def _forget_output() -> None:
    # What is still buffered cannot be written (`| head` has gone, the disk is full); the
    # interpreter would try once more on its way out, and print a traceback.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser, commands = _parser()
    # No option before the command takes a value.
    command = next((each for each in arguments if not each.startswith("-")), None)
    if command is None and not arguments:
        parser.print_help(sys.stderr)
        parser.exit(UNUSABLE, _START_HERE)
    if command is not None and command not in commands:
        raise FitnessError(
            f"there is no command {command!r}",
            f"{suggest(command, commands)} `pytest-fitness --help` describes them.",
        )
    return parser.parse_args(arguments)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors end with our own exit status."""

    def error(self, message: str) -> NoReturn:
        """Show how the command is used, and what is wrong."""
        self.print_usage(sys.stderr)
        self.exit(UNUSABLE, f"error: {message}\n")


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    parser = _Parser(
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
    baseline.add_argument(
        "action",
        nargs="?",
        choices=("set", "list", "remove"),
        help="pin the newest values of the history under a NAME; list the names; forget a NAME",
    )
    baseline.add_argument("name", nargs="?", metavar="NAME", help="what to compare with later")
    baseline.set_defaults(run=_baseline)

    history = _add(commands, "history", "show the values of a function over time")
    history.add_argument(
        "series", nargs="?", metavar="ID", help="a function (default: all); or export, or import"
    )
    history.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="with `export` or `import` in place of ID: where the lines of JSON are (default: -)",
    )
    history.add_argument("--limit", type=_positive, default=20, help="how many runs (default 20)")
    history.add_argument("--url", help="the history (default: as configured)")
    history.set_defaults(run=_history)

    trend = _add(commands, "trend", "show where the numbers go, and what got worse since when")
    trend.add_argument("series", nargs="?", metavar="ID", help="a function (default: all)")
    trend.add_argument(
        "--self-test", action="store_true", help="say how well changes would be noticed"
    )
    trend.add_argument("--url", help="the history (default: as configured)")
    trend.set_defaults(run=_trend)

    backfill = _add(commands, "backfill", "measure what needs nothing but code on past commits")
    backfill.add_argument(
        "--since",
        required=True,
        metavar="REV",
        help="measure what HEAD has and this commit, branch or tag has not; or a date (2026-01-31)",
    )
    backfill.add_argument(
        "--every", type=_positive, default=1, metavar="N", help="measure every Nth commit"
    )
    backfill.add_argument("--url", help="the history (default: as configured)")
    backfill.set_defaults(run=_backfill)
    return parser, commands.choices


def _add(
    commands: "argparse._SubParsersAction[_Parser]", name: str, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    command.add_argument(
        "--config", metavar="PATH", help="the configuration (default: fitness.yaml)"
    )
    return command


def _positive(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number from 1 to 999999")
    return int(text)


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
    if options.action is not None:
        return _pins(options, here)
    from pytest_fitness.commands.baseline import accept, prune, show

    if options.accept is not None:
        return accept(here, options.config, options.accept)
    return (prune if options.prune else show)(here, options.config)


def _pins(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.pinning import list_pins, remove_pins, set_pins

    if options.accept is not None or options.prune:
        raise FitnessError("frozen violations and pinned values are changed one after the other")
    if options.action == "list":
        return list_pins(here, options.config)
    if options.name is None:
        raise FitnessError(f"`baseline {options.action}` needs a NAME, such as v1.0")
    change = set_pins if options.action == "set" else remove_pins
    return change(here, options.config, options.name)


def _history(options: argparse.Namespace, here: Path) -> int:
    if options.series in _LINES:
        from pytest_fitness.commands.history_lines import export_history, import_history

        move = export_history if options.series == "export" else import_history
        return move(here, options.config, options.file, options.url)
    if options.file is not None:
        raise FitnessError(f"{options.file!r} is one name too many", "Name one function, or none.")
    from pytest_fitness.commands.history import history

    return history(here, options.config, options.series, limit=options.limit, url=options.url)


def _trend(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.trend import self_test, trend

    run = self_test if options.self_test else trend
    return run(here, options.config, options.series, url=options.url)


def _backfill(options: argparse.Namespace, here: Path) -> int:
    from pytest_fitness.commands.backfill import backfill

    return backfill(here, options.config, options.since, every=options.every, url=options.url)
