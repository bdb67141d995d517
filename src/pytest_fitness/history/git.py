"""Questions to git, which change nothing: no work tree, no index, no ref, no program of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.errors import FitnessError
from pytest_fitness.history.provenance import BRANCH_VARIABLES, GIT_ELSEWHERE

TIMEOUT: Final = 600.0
"""How long git may take over one answer, in seconds; a history can be long, a disk slow."""
OPTIONS: Final = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_QUIET: Final = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# What one process is asked at once, so that its answer fits into memory whatever was changed.
_PAIRS_AT_ONCE: Final = 64


class GitError(FitnessError):
    """git cannot answer, or answered with a complaint."""


class PastCommit(NamedTuple):
    """A commit as git knows it.

    Attributes:
        tree: the id of its files.
        committed: when, in seconds since the epoch, by the clock of whoever committed.
        has_parents: whether anything came before it, as far as this clone knows.
    """

    id: str
    tree: str
    committed: int
    has_parents: bool


class Change(NamedTuple):
    """A file that two trees differ by; ``mode`` and ``blob`` are those of the newer one.

    The mode is 0 where it has no such file; the path is relative to the top of the repository.
    """

    path: bytes
    mode: int
    blob: str


class Git:
    """The repository that holds a directory.

    Args:
        directory: the directory, without symbolic links on the way to it.
        timeout: how many seconds it may take over one answer.

    Raises:
        GitError: git is not there, or there is no repository.
    """

    def __init__(self, directory: Path, timeout: float = TIMEOUT) -> None:
        self.top = directory
        self._timeout = timeout
        shallow, prefix = self._place(directory)
        self.is_shallow = shallow == b"true"
        self.prefix = os.fsdecode(prefix)
        for _ in Path(self.prefix).parts:
            self.top = self.top.parent

    @property
    def branch(self) -> str | None:
        """The branch that is checked out; what the service says where a bare commit is."""
        done = self._run("symbolic-ref", "--quiet", "--short", "HEAD")
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "replace").removesuffix("\n")
        return next((os.environ[name] for name in BRANCH_VARIABLES if os.environ.get(name)), None)

    def find(self, revision: str) -> str | None:
        """The id of the commit that a revision names; None where there is none."""
        if revision.startswith("-"):
            return None
        done = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def tree(self, commit: str) -> str:
        """The id of the files of a commit.

        Raises:
            GitError: it is not known here.
        """
        found = self.find(commit)
        if found is None:
            raise GitError(f"{commit} is no commit of this clone")
        return self.ask("rev-parse", "--verify", f"{found}^{{tree}}").decode().strip()

    def are_related(self, one: str, other: str) -> bool:
        """Whether two commits have a common ancestor."""
        return self._run("merge-base", one, other).returncode == 0

    def first_parents(self, since: str | None = None) -> list[PastCommit]:
        """HEAD, its first parent, that one's first parent ...: those that ``since`` has not."""
        excluded = [f"^{since}"] if since else []
        shown = self.ask(
            "rev-list", "--first-parent", "--format=%H %T %ct %P", "HEAD", *excluded, "--"
        )
        # Each is announced by a line of its own, `commit ID`.
        lines = (line.split() for line in shown.decode().splitlines()[1::2])
        return [
            PastCommit(commit, tree, int(committed), bool(parents))
            for commit, tree, committed, *parents in lines
        ]

    def changes(self, trees: Sequence[str], paths: Sequence[str]) -> Iterator[list[Change]]:
        """What each tree differs by from the one before it, and the first from an empty one.

        Args:
            trees: their ids.
            paths: the files and directories of interest, from the top of the repository.
        """
        empty = self.ask("hash-object", "-t", "tree", "--stdin").decode().strip()
        pairs = list(pairwise([empty, *trees]))
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            asked = pairs[start : start + _PAIRS_AT_ONCE]
            question = "".join(f"{older} {newer}\n" for older, newer in asked)
            answer = self.ask(
                *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"),
                *("--", *paths),
                given=question.encode(),
            )
            found = _sections(answer)
            assert len(found) == len(asked), "git answers each line"
            yield from found

    def ask(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git answers.

        Raises:
            GitError: it complains, or says nothing for too long.
        """
        done = self._run(*arguments, given=given)
        if done.returncode:
            raise GitError(f"git {arguments[0]} failed: {_complaint(done)}")
        return done.stdout

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A git that is asked again and again."""
        return subprocess.Popen(
            [_git(), *OPTIONS, *arguments],
            cwd=self.top,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _place(self, directory: Path) -> tuple[bytes, bytes]:
        done = self._run("rev-parse", "--is-shallow-repository", "--show-prefix")
        if done.returncode:
            raise GitError(
                f"the past of {directory} cannot be read: {_complaint(done)}",
                "A backfill needs the git repository that the code is in.",
            )
        shallow, _, prefix = done.stdout.partition(b"\n")
        return shallow, prefix.removesuffix(b"\n")

    def _run(self, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        try:
            return subprocess.run(
                [_git(), *OPTIONS, *arguments],
                cwd=self.top,
                env=_environment(),
                input=given,
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"git {arguments[0]} has not answered for {self._timeout:g} s"
            raise GitError(message, "Try `git fsck`, or look at the disk.") from error


def _git() -> str:
    git = shutil.which("git")
    if git is None:
        raise GitError("git is not installed, or not on the PATH", "A backfill reads with it.")
    return git


def _environment() -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if name not in GIT_ELSEWHERE}
    return inherited | _QUIET


def _complaint(done: "subprocess.CompletedProcess[bytes]") -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"exit status {done.returncode}"


def _sections(answer: bytes) -> list[list[Change]]:
    """The changes of each pair of trees: a line that names the pair, then what zeros end."""
    found: list[list[Change]] = []
    place = 0
    while place < len(answer):
        if not answer.startswith(b":", place):
            place = answer.index(b"\n", place) + 1
            found.append([])
            continue
        start = answer.index(b"\0", place) + 1
        end = answer.index(b"\0", start)
        _, mode, _, blob, _ = answer[place : start - 1].split(b" ")
        found[-1].append(Change(answer[start:end], int(mode, 8), blob.decode()))
        place = end + 1
    return found
