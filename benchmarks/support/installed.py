"""Virtual environments with this package installed as users install it: a compiled wheel."""

import shutil
import sys
from pathlib import Path

from support.programs import own_root, run
from support.tools import tool

_RADON = "radon==6.0.1"


class Installed:
    """Two environments that differ in nothing but this package."""

    def __init__(self, checkout: Path, work: Path) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self.checkout = checkout
        self.empty = work / "empty"
        self.empty.mkdir(exist_ok=True)
        own_root(self.empty)
        self._with, self._without = work / "with", work / "without"
        wheel = _build_wheel(checkout, work)
        for environment in (self._with, self._without):
            _install(environment, wheel, work)
        python = str(tool("python", self._without))
        package = wheel.name.partition("-")[0]
        run([python, "-m", "pip", "--quiet", "uninstall", "--yes", package], work)

    @property
    def hollow(self) -> Path:
        """A directory with an empty plugin, whose distribution lists as many files as ours."""
        directory = self._with.parent / "hollow"
        information = directory / "hollow-1.dist-info"
        information.mkdir(parents=True, exist_ok=True)
        (ours,) = self._with.glob("lib/python*/site-packages/pytest_fitness-*.dist-info")
        record = (ours / "RECORD").read_text().replace("pytest_fitness", "hollow")
        (information / "RECORD").write_text(record)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: hollow\nVersion: 1\n")
        (information / "entry_points.txt").write_text("[pytest11]\nhollow = hollow\n")
        (directory / "hollow.py").write_text("")
        return directory

    def tool(self, name: str) -> Path:
        """A program of the environment that has the package."""
        return tool(name, self._with)

    @property
    def bare_pytest(self) -> Path:
        """pytest where the package is not installed."""
        return tool("pytest", self._without)


def _build_wheel(checkout: Path, work: Path) -> Path:
    wheels = work / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--quiet"]
    run([*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(checkout)], work)
    (wheel,) = wheels.glob("*.whl")
    return wheel


def _install(environment: Path, wheel: Path, work: Path) -> None:
    if not tool("python", environment).exists():
        run([sys.executable, "-m", "venv", environment], work)
    pip = [str(tool("python", environment)), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run([*pip, "install", str(wheel), _RADON], work)
    run([*pip, "install", "--no-deps", "--force-reinstall", str(wheel)], work)
