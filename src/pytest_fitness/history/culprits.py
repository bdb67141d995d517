"""Who may have changed a number: the commits between the last good run and the first bad one."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.history.provenance import GIT_ELSEWHERE

TIMEOUT: Final = 10.0
_SHOWN: Final = 5
_FIELDS: Final = "%h%x00%an%x00%s"


class Author(NamedTuple):
    """A commit in a few words."""

    commit: str
    name: str
    subject: str

    def __str__(self) -> str:
        return f"{self.commit} {self.name}: {self.subject}"


class Suspects(NamedTuple):
    """Commits, newest first, and how many there are besides those that are shown."""

    shown: tuple[Author, ...] = ()
    more: int = 0

    def lines(self) -> tuple[str, ...]:
        """One commit a line."""
        if not self.more:
            return tuple(map(str, self.shown))
        plural = "" if self.more == 1 else "s"
        return (*map(str, self.shown), f"and {self.more:,} more commit{plural}")


def suspects(root: Path, good: str, bad: str = "HEAD") -> Suspects:
    """The commits that the first bad run had and the last good one had not.

    None of them where git is missing or silent, or this clone does not know the commits (it may be
    shallow): then nobody is to blame.

    Args:
        root: a directory in the repository.
        good: the commit of the last good run.
        bad: that of the first bad one.
    """
    if good.startswith("-") or bad.startswith("-"):
        return Suspects()
    span = f"{good}..{bad}"
    shown = _ask(root, "log", "-z", f"--format={_FIELDS}", f"--max-count={_SHOWN}", span, "--")
    found = tuple(Author(*fields) for fields in _triples(shown))
    if len(found) < _SHOWN:
        return Suspects(found)
    count = _ask(root, "rev-list", "--count", span, "--").strip()
    return Suspects(found, max(int(count or 0) - len(found), 0))


def _triples(shown: str) -> list[list[str]]:
    fields = shown.split("\0")
    return [fields[at : at + 3] for at in range(0, len(fields) - 2, 3)]


def _ask(root: Path, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    inherited = {name: text for name, text in os.environ.items() if name not in GIT_ELSEWHERE}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [git, "--no-pager", "-c", "log.showSignature=false", *arguments],
            cwd=root,
            env=inherited | quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
