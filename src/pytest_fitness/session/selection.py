"""What the arguments of a run ask for, as pytest collects it."""

import os
from pathlib import Path

import pytest

from pytest_fitness.config.marked.tests import MarkedTest
from pytest_fitness.config.reader import suggest
from pytest_fitness.reports.safe import one_line
from pytest_fitness.session.workspace import Workspace


class Selection:
    """Turns what was named on the command line into what has to be collected."""

    def __init__(self, config: pytest.Config, workspace: Workspace) -> None:
        self._config = config
        self._workspace = workspace
        self._here = config.invocation_params.dir
        self._file = workspace.config.path
        self._tests = workspace.config.tests

    def arguments(self) -> list[str]:
        """The arguments to collect: everything, or the functions that were named.

        Raises:
            pytest.UsageError: something else was named, or a function that does not exist.
        """
        if self._config.args_source is not pytest.Config.ArgsSource.ARGS:
            return self._everything()
        named = [each for argument in self._config.args for each in self._argument(argument)]
        return list(dict.fromkeys(named))

    def asks_for(self, test: MarkedTest) -> bool:
        """Whether a test is to be collected: by its file, by a class around it, or itself."""
        for argument in self.arguments():
            name, _, rest = argument.partition("::")
            wanted = rest.partition("[")[0]
            within = not wanted or f"{test.name}::".startswith(f"{wanted}::")
            if within and self._path(name) == test.path:
                return True
        return False

    def _path(self, name: str) -> Path:
        return Path(os.path.abspath(self._here / name))  # noqa: PTH100 - links stay, as in pytest

    def _everything(self) -> list[str]:
        return [self._shown(self._file), *self._below(None)]

    def _below(self, directory: Path | None) -> list[str]:
        """The files of marked tests: those below a directory, or all of them."""
        files = dict.fromkeys(test.path for test in self._tests)
        return [
            self._shown(path) for path in files if directory is None or directory in path.parents
        ]

    def _shown(self, path: Path) -> str:
        """A file as pytest is told of it: relative, as it trips over brackets on the way."""
        try:
            shown = os.path.relpath(path, self._here)
        except ValueError:  # on another drive of Windows
            shown = str(path)
        if "[" in shown or "::" in shown:
            raise pytest.UsageError(
                f"pytest cannot collect {one_line(shown)}: there is '[' or '::' in its path\n"
                f"Start it in the directory of {path.name}, or rename what holds them."
            )
        return shown

    def _argument(self, argument: str) -> list[str]:
        name, separator, rest = argument.partition("::")
        given = self._path(name)
        if given.resolve() == self._file:
            return self._of_file(rest, argument) if separator else self._everything()
        if given.resolve() in self._file.parents:
            return self._everything()
        if any(test.path == given for test in self._tests):
            if separator:
                self._require_marked(given, rest, argument)
            return [f"{self._shown(given)}{separator}{rest}"]
        below = [] if separator else self._below(given)
        if not below:
            raise pytest.UsageError(
                f"--fitness runs the functions of {self._file.name} and no other tests; "
                f"got {argument}\nSelect functions by `{self._file.name}::ID`, by -k or by -m."
            )
        return below

    def _of_file(self, wanted: str, argument: str) -> list[str]:
        """A function that was named by its id, or a check of one."""
        for test in self._tests:
            if test.function.id == wanted:
                return [f"{self._shown(test.path)}::{test.name}"]
        self._require(wanted, argument)
        return [f"{self._shown(self._file)}::{wanted}"]

    def _require(self, wanted: str, argument: str) -> None:
        """Refuse what is neither a function nor a check of one."""
        parts = {
            function.id: [check.part for check in checks if check.part is not None]
            for _, function, checks in self._workspace.plan
        }
        parts |= {test.function.id: [] for test in self._tests}
        name, separator, part = wanted.partition("::")
        if name not in parts:
            what, known = f"there is no function {one_line(name)!r}", list(parts)
        elif separator and part not in parts[name]:
            what, known = f"{name} has no check {one_line(part)!r}", parts[name]
        else:
            return
        self._refuse(argument, what, part if name in parts else name, known)

    def _require_marked(self, path: Path, wanted: str, argument: str) -> None:
        """Refuse a test that carries no marker, or does not exist."""
        name = wanted.partition("[")[0]
        known = [test.name for test in self._tests if test.path == path]
        if not any(each == name or each.startswith(f"{name}::") for each in known):
            what = f"no test {one_line(name)!r} is marked `fitness` there"
            self._refuse(argument, what, name, known)

    def _refuse(self, argument: str, what: str, name: str, known: list[str]) -> None:
        nearest = suggest(name, known)
        raise pytest.UsageError(f"not found: {one_line(argument)}: {what}\n{nearest}")
