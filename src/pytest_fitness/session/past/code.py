"""The functions of the present configuration, measured on the code of past commits."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.loader import CodebaseOptions, Config
from pytest_fitness.errors import FitnessError
from pytest_fitness.history.git import Change, Git
from pytest_fitness.model import Check, FitnessFunction, Outcome, Verdict, series_of
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.past.blobs import Blobs
from pytest_fitness.session.past.memory import Memory
from pytest_fitness.session.past.mirror import Mirror
from pytest_fitness.session.workspace import Workspace
from pytest_fitness.trends import TrendRule

TIMEOUT: Final = 60.0
"""How long git may take over the code of one commit, in seconds."""
Step = tuple[Kind, FitnessFunction, Check]

_ALONE: Final[Mapping[str, Any]] = {
    "every": None,
    "from_users": None,
    "compare": None,
    "compares": {},
    "trend": TrendRule("off"),
}
_SOURCES: Final = ("src", ".")


def steps_of(workspace: Workspace) -> dict[str, Step]:
    """The checks that need nothing but code, by their series.

    Each is judged by its own limit alone: the past has no users to be asked for, and is what
    trends and comparisons are judged by.
    """
    return {
        series_of(function.id, check.part): (kind, function._replace(**_ALONE), check)
        for kind, function, checks in workspace.plan
        if kind.static
        for check in checks
    }


def places_of(workspace: Workspace, top: Path) -> list[str]:
    """The files and directories that hold the packages, from the top of the repository.

    Raises:
        FitnessError: one of the directories they are looked up in lies elsewhere.
    """
    found: dict[str, None] = {}
    for codebase in workspace.codebases():
        for source in codebase.source or _SOURCES:
            place = _within(workspace.root / source, top)
            for package in codebase.packages:
                first = package.partition(".")[0]
                found |= dict.fromkeys(_candidates(place / first, top))
    return list(found)


class PastCode(Workspace):
    """The present configuration over the code of one past commit after another.

    Args:
        present: the project as it is.
        top: the directory that its repository has its top in.
        mirror: the directory that stands for it, with the files of the past.
        files: what fills that directory.
    """

    def __init__(self, present: Workspace, top: Path, mirror: Path, files: Mirror) -> None:
        config = _moved(present.config, top, mirror)
        cache = Path(present.shared["cache"])
        super().__init__(config, present.registry, cache)
        self._files = files
        self._learnt = Memory(cache, files.digests)
        self._real, self._stand_in = str(top), str(mirror)
        self._verdicts: dict[str, Verdict] = {}

    @cached_property
    def cache(self) -> Memory:
        """What is known of file contents, and of the tree of this commit."""
        return self._learnt

    def go_to(self, changes: Iterable[Change]) -> None:
        """Go to another commit.

        Raises:
            FitnessError: its files cannot be read, or not be written.
        """
        if self._files.apply(changes):
            self._verdicts.clear()
            self._values.clear()
            self._learnt.forget_results()
            self.__dict__.pop("codebase", None)
            self.root.mkdir(parents=True, exist_ok=True)

    def judge(self, steps: Iterable[tuple[str, Step]]) -> Iterator[Verdict]:
        """The verdicts on this commit; those of the commit before, where the code is the same."""
        for series, (kind, function, check) in steps:
            if series not in self._verdicts:
                self._verdicts[series] = self._verdict(kind, function, check)
            yield self._verdicts[series]

    def _verdict(self, kind: Kind, function: FitnessFunction, check: Check) -> Verdict:
        found = evaluate(kind, function, check, self)
        if kind.takes_limit and check.limit is None and found.outcome is Outcome.FAILED:
            # It is compared with its past and has no limit of its own.
            found = found._replace(outcome=Outcome.PASSED)
        # Messages name the project's own directories.
        return found._replace(reason=found.reason.replace(self._stand_in, self._real))


@contextmanager
def past_code(workspace: Workspace, repository: Git) -> Iterator[PastCode]:
    """The code of the past in a directory of its own, at no commit yet."""
    with (
        tempfile.TemporaryDirectory(prefix="pytest-fitness-") as name,
        Blobs(repository) as blobs,
    ):
        top = Path(name).resolve()
        with closing(PastCode(workspace, repository.top, top, Mirror(top, blobs))) as past:
            yield past


@contextmanager
def code_at(workspace: Workspace, commit: str) -> Iterator[PastCode]:
    """The code of one commit.

    Raises:
        FitnessError: this clone does not know it, or its files cannot be read.
    """
    repository = Git(workspace.root.resolve(), TIMEOUT)
    tree = repository.tree(commit)
    with past_code(workspace, repository) as past:
        (changes,) = repository.changes([tree], places_of(workspace, repository.top))
        past.go_to(changes)
        yield past


def _moved(config: Config, top: Path, mirror: Path) -> Config:
    """The configuration as if it lay in the mirror; the baseline stays where it is."""
    options = config.codebase
    source = None
    if options.source is not None:
        places = (_within(config.root / each, top) for each in options.source)
        source = tuple(str(mirror / place.relative_to(top)) for place in places)
    codebase = CodebaseOptions(packages=options.packages, source=source, exclude=options.exclude)
    return config._replace(path=mirror / config.path.relative_to(top), codebase=codebase)


def _within(path: Path, top: Path) -> Path:
    found = Path(os.path.normpath(path))
    if not found.is_relative_to(top):
        raise FitnessError(
            f"{path} lies outside of the repository {top}",
            "Only the past of one repository can be measured: see `codebase: {source: ...}`.",
        )
    return found


def _candidates(path: Path, top: Path) -> Iterator[str]:
    """Where a package or module may lie, and where it really does if that is behind a link."""
    for each in (path, path.with_name(f"{path.name}.py")):
        for place in (each, each.resolve()):
            if place.is_relative_to(top):
                yield place.relative_to(top).as_posix()
