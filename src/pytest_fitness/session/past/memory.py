"""A cache for code that changes at each step: what is learnt of files is kept, all else is not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.reading import Digest

Look = Callable[[Sequence[str]], list[Digest]]


class Memory(Cache):
    """The project's cache for the facts of files, and this process for the results of a commit.

    The results of past commits would fill the file, and are in the history once they are found.

    Args:
        directory: where the project's cache is.
        look: tells what identifies the content of files.
    """

    def __init__(self, directory: Path, look: Look) -> None:
        super().__init__(directory)
        self._look = look
        self._facts: dict[bytes, FileFacts] = {}
        self._results: dict[str, Any] = {}

    def forget_results(self) -> None:
        """Begin with another commit."""
        self._results.clear()

    def digests(self, paths: Sequence[str]) -> list[Digest]:
        """What identifies the content of files."""
        return self._look(paths)

    def facts(self, digests: Iterable[bytes]) -> dict[bytes, FileFacts]:
        """The facts of those files that are known; most were those of the commit before, too."""
        wanted = list(digests)
        known = {each: self._facts[each] for each in wanted if each in self._facts}
        known |= super().facts(each for each in wanted if each not in known)
        self._facts = known
        return dict(known)

    def get(self, key: str) -> Any:
        """A result of this commit, or None."""
        return self._results.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a result until another commit."""
        self._results[key] = value

    def shared(self, key: str, compute: Callable[[], Any]) -> Any:
        """A result of this commit, which nobody else needs."""
        if key not in self._results:
            self._results[key] = compute()
        return self._results[key]

    @contextmanager
    def exclusive(self, name: str) -> Iterator[bool]:  # noqa: ARG002
        """Nobody else is at the same work."""
        yield True
