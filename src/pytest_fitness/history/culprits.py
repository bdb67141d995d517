"""Who may have changed a number: the commits between the last good run and the first bad one."""

from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.history.git import Git, GitError

TIMEOUT: Final = 10.0
_SHOWN: Final = 5
_LOG: Final = ("log", "-z", "--no-show-signature", "--format=%h%x00%an%x00%s")


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
    try:
        git = Git(root.resolve(), TIMEOUT)
        ends = git.find(good), git.find(bad)
        if None in ends:
            return Suspects()
        span = "..".join(filter(None, ends))
        shown = git.ask(*_LOG, f"--max-count={_SHOWN}", span, "--").decode("utf-8", "replace")
        found = tuple(Author(*fields) for fields in _triples(shown))
        count = int(git.ask("rev-list", "--count", span, "--")) if len(found) == _SHOWN else 0
    except GitError:
        return Suspects()
    return Suspects(found, max(count - len(found), 0))


def _triples(shown: str) -> list[list[str]]:
    fields = shown.split("\0")
    return [fields[at : at + 3] for at in range(0, len(fields) - 2, 3)]
