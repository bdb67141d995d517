"""Compare a backfill with `wily build` of the same commits: ``make bench-backfill``.

    python benchmarks/backfill.py [--repository DIRECTORY --package NAME --source DIRECTORY]
                                  [--commits 200] [--times 1] [--work DIRECTORY]

By default the history of this project. Both sides measure the same trees, each in a clone of its
own whose history is one line, and each begins with nothing: whole programs, in turn. What wily
measures by default (raw, Halstead, cyclomatic, maintainability) are ten functions of ours.
"""

import argparse
import shutil
import sys
from pathlib import Path

from support.linear import linear_clone
from support.programs import ProgramError, Run, alternate, run
from support.table import Table, spread
from support.tools import tool

_CHECKOUT = Path(__file__).resolve().parents[1]
_WILY = "wily==1.25.0"
_TARGET = 5
_RULES = """\
codebase: {{packages: [{package}], source: [{source}]}}
functions:
  cyclomatic: {{complexity: {{measure: cyclomatic}}, max: 10}}
  maintainability: {{complexity: {{measure: maintainability}}, min: 20}}
  volume: {{complexity: {{measure: volume}}, max: 10000}}
  difficulty: {{complexity: {{measure: difficulty}}, max: 100}}
  effort: {{complexity: {{measure: effort}}, max: 100000}}
  bugs: {{complexity: {{measure: bugs}}, max: 10}}
  loc: {{complexity: {{measure: loc}}, max: 1000}}
  lloc: {{complexity: {{measure: lloc}}, max: 1000}}
  sloc: {{complexity: {{measure: sloc}}, max: 1000}}
  comments: {{complexity: {{measure: comments}}, min: 0%}}
"""


class Sides:
    """The same commits for both; each side has a clone, and what it keeps is thrown away."""

    def __init__(self, options: argparse.Namespace, work: Path) -> None:
        self._place = Path(options.source, options.package)
        self._home = work / "home"
        self._wily = tool("wily", _environment(work / "wily"))
        self._ours, self._theirs = work / "ours", work / "theirs"
        for clone in (self._ours, self._theirs):
            self.commits = linear_clone(options.repository, clone, options.commits)
        rules = _RULES.format(package=options.package, source=options.source)
        self._rules = self._ours / "backfill.yaml"
        self._rules.write_text(rules)

    def ours(self) -> Run:
        """A first backfill."""
        shutil.rmtree(self._ours / ".fitness", ignore_errors=True)
        return self.ours_again()

    def ours_again(self) -> Run:
        """The same command, wherever it was."""
        options = ["--config", self._rules.name, "--since", "1970-01-02"]
        return run([tool("pytest-fitness"), "backfill", *options], self._ours)

    def theirs(self) -> Run:
        """A first build."""
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir()
        options = ["--max-revisions", str(self.commits)]
        return run([self._wily, "build", self._place, *options], self._theirs, HOME=str(self._home))

    def covered(self) -> int:
        """How many commits wily has measured."""
        return len([each for each in self._home.rglob("git/*.json") if each.stem != "index"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", type=Path, default=_CHECKOUT)
    parser.add_argument("--package", default="pytest_fitness")
    parser.add_argument("--source", default="src", help="the directory that the package lies in")
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--work", type=Path, default=_CHECKOUT / "build" / "backfill")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    try:
        _compare(Sides(options, work), options)
    except ProgramError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _compare(sides: Sides, options: argparse.Namespace) -> None:
    table = Table()
    table.head()
    table.section(f"{sides.commits} commits of {options.package}")
    found = alternate(options.times, ours=sides.ours, theirs=sides.theirs)
    table.times_faster("a first time", found["ours"], found["theirs"], _TARGET)
    ours, theirs = (
        f"{sides.commits / min(each.seconds for each in found[side]):,.1f}"
        for side in ("ours", "theirs")
    )
    table.row("commits a second, at best", ours, theirs, "")
    again = [sides.ours_again() for _ in range(3)]
    table.row("the same command again", spread([each.seconds for each in again]), "", "")
    table.row("commits measured", _told(found["ours"][0]), f"{sides.covered()}", "")
    table.foot()


def _told(side: Run) -> str:
    """The number of commits in `measured 200 commits: 2,000 numbers`."""
    line = next(line for line in side.output.splitlines() if line.startswith("measured "))
    return line.split()[1]


def _environment(directory: Path) -> Path:
    """A virtual environment with wily, made once."""
    if not tool("wily", directory).exists():
        run([sys.executable, "-m", "venv", directory], directory.parent)
        pip = ["-m", "pip", "--quiet", "--disable-pip-version-check", "install", _WILY]
        run([tool("python", directory), *pip], directory.parent)
    return directory


if __name__ == "__main__":
    sys.exit(main())
