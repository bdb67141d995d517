"""Show on real code that every verdict and figure is right: ``make corpus``.

    python benchmarks/corpus.py [--work DIRECTORY] [PROJECT ...]

Fetches Django, kedro and sqlfluff from the package registry and compares contracts with
import-linter, complexity with radon and the import graph with grimp. Then it lets
`pytest-fitness init` write a first configuration, runs it, and plants violations that the next run
has to find. Exits with 1 where anything differs.
"""

import argparse
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

import corpus_imports
from support import contracts, figures, planting
from support.fitness import report
from support.packages import unpacked
from support.programs import ProgramError, own_root, run
from support.projects import PROJECTS, Project
from support.tools import tool

_CHECKOUT = Path(__file__).resolve().parents[1]
_SHOWN = 20
_AS_WRITTEN, _STRIPPED = "pyproject.toml", "without-ignores.toml"


class Findings:
    """What was compared in one project, and what differs."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.differences: list[str] = []

    def add(self, what: str, count: int, differences: list[str], detail: str) -> None:
        """Take in one comparison, and print it as a row of the table."""
        self.counts[what] += count
        self.differences += differences
        verdict = f"{len(differences)} DIFFER" if differences else "equal"
        print(f"  {what:<12} {count:>7,}  {verdict:<9}  {detail}", flush=True)
        for line in differences[:_SHOWN]:
            print(f"      {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [project.name for project in PROJECTS]
    parser.add_argument("projects", nargs="*", metavar="PROJECT", help=", ".join(names))
    parser.add_argument("--work", type=Path, default=_CHECKOUT / "build" / "corpus")
    options = parser.parse_args()
    if unknown := set(options.projects) - set(names):
        parser.error(f"there is no project {min(unknown)!r}; there are {', '.join(names)}")
    chosen = [each for each in PROJECTS if each.name in (options.projects or names)]
    started = time.perf_counter()
    try:
        found = [examine(project, options.work.resolve()) for project in chosen]
    except ProgramError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    total = sum((each.counts for each in found), Counter[str]())
    differences = sum(len(each.differences) for each in found)
    print(f"took {time.perf_counter() - started:.0f} s")
    print(
        f"corpus: {len(found)} projects, {total['contracts']:,} contracts,"
        f" {total['functions']:,} functions, {total['imports']:,} imports compared,"
        f" {total['violations']} planted violations found, {differences} differences"
    )
    return 1 if differences else 0


def examine(project: Project, work: Path) -> Findings:
    """Compare everything of one project, on a copy of it."""
    sources = unpacked(project.package, work)
    print(f"{project.package.name} {project.package.version}")
    root = work / "scratch" / project.name
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(sources, root, symlinks=True)
    _write_contracts(project, root)
    findings = Findings()
    for file in (_AS_WRITTEN, _STRIPPED):
        _compare_contracts(findings, project, root, file)
    _compare_figures(findings, root / project.source / project.name)
    _compare_graph(findings, project, root)
    _first_run(findings, root)
    _plant(findings, project, root)
    return findings


def _write_contracts(project: Project, root: Path) -> None:
    as_written = root / _AS_WRITTEN
    if "tool.pytest" not in as_written.read_text("utf-8"):
        own_root(root)
    if project.contracts is not None:
        with as_written.open("a", encoding="utf-8") as file:
            file.write(f"\n{project.contracts.read_text('utf-8')}")
    (root / _STRIPPED).write_text(contracts.without_ignores(as_written.read_text("utf-8")))


def _compare_contracts(findings: Findings, project: Project, root: Path, file: str) -> None:
    theirs = contracts.by_import_linter(root, project.source, file)
    ours = contracts.by_fitness(root, project.name, project.source, file)
    broken = list(theirs.values()).count(contracts.BROKEN)
    which = "as written" if file == _AS_WRITTEN else "without ignore_imports"
    detail = f"{which}: {len(theirs) - broken} kept, {broken} broken, as lint-imports"
    findings.add("contracts", len(theirs), contracts.differences(ours, theirs), detail)


def _compare_figures(findings: Findings, directory: Path) -> None:
    found = figures.compare(directory)
    counts = found.counts
    detail = (
        f"complexity and Halstead of {counts['files'] - counts['unparsable files']:,} files,"
        f" raw and MI of {counts['raw and mi']:,}, as radon"
        f" ({counts['files too slow for radon.raw']} left out of raw: radon takes too long)"
    )
    findings.add("functions", counts["functions"], found.differences, detail)


def _compare_graph(findings: Findings, project: Project, root: Path) -> None:
    found = corpus_imports.compare_all(root / project.source, [project.name])
    modules = found[0].modules
    differences = [line for each in found for line in each.differences]
    detail = f"between {modules:,} modules, with lines, as grimp, in {len(found)} modes"
    findings.add("imports", max(each.imports for each in found), differences, detail)


def _first_run(findings: Findings, root: Path) -> None:
    run([tool("pytest-fitness"), "init"], root)
    done, verdicts = report(root)
    bad = [f"{each['id']}: {each['outcome']}" for each in verdicts if each["outcome"] != "passed"]
    if done.status:
        bad.append(f"exit status {done.status}")
    detail = "`pytest-fitness init`, then `pytest --fitness`: all green"
    findings.add("green", len(verdicts), bad, detail if not bad else "not green after init")


def _plant(findings: Findings, project: Project, root: Path) -> None:
    told = [planting.differences(root, plant) for plant in project.plants]
    missed = [line for lines in told for line in lines]
    sorts = ", ".join(plant.sort for plant in project.plants)
    detail = f"planted ({sorts}), found by file and line, exit status 1"
    found = sum(not lines for lines in told)
    findings.add("violations", found, missed, detail)


if __name__ == "__main__":
    sys.exit(main())
