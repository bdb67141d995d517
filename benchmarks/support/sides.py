"""Both sides of the comparison, as whole programs."""

import shutil

from support.codebases import Codebase
from support.installed import Installed
from support.programs import Run, run, together

_RADON = ("cc", "mi", "raw", "hal")


class Sides:
    """How a codebase is measured by us and by others."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self.pytest = installed.tool("pytest")
        self.python = installed.tool("python")
        self.bare_pytest = installed.bare_pytest
        self.checkout = installed.checkout

    def cold(self, codebase: Codebase) -> Run:
        """A first run: nothing is known yet."""
        shutil.rmtree(codebase.root / ".fitness", ignore_errors=True)
        return self.warm(codebase)

    def warm(self, codebase: Codebase, *options: str) -> Run:
        """Another run of all functions."""
        return run([self.pytest, "--fitness", "-q", *options], codebase.root)

    def bare(self) -> Run:
        """pytest with nothing to do, where this package is not installed."""
        return run([self.bare_pytest, "-q"], self._installed.empty, expect=(5,))

    def idle(self) -> Run:
        """pytest with nothing to do, where this package is installed."""
        return run([self.pytest, "-q"], self._installed.empty, expect=(5,))

    def hollow(self) -> Run:
        """pytest with nothing to do, where an empty plugin with as many files is installed."""
        path = str(self._installed.hollow)
        return run([self.bare_pytest, "-q"], self._installed.empty, expect=(5,), PYTHONPATH=path)

    def others(self, codebase: Codebase) -> Run:
        """radon, four times, and import-linter."""
        radon = self._installed.tool("radon")
        runs = [run([radon, command, codebase.package], codebase.root) for command in _RADON]
        return together([*runs, self.import_linter(codebase)])

    def import_linter(self, codebase: Codebase) -> Run:
        """The contracts alone; without a cache, which here costs more than it saves."""
        command = [str(self._installed.tool("lint-imports")), "--no-cache"]
        return run(command, codebase.root, expect=(0, 1))
