"""What the files of past commits held, from one git that is asked again and again."""

import os
import selectors
import sys
from collections.abc import Iterator, Sequence
from typing import Final, Self

from pytest_fitness.codebase.files.reading import MAX_FILE_SIZE
from pytest_fitness.history.git import TIMEOUT, Git, GitError

# So many ids fit into any pipe, so that neither side waits for the other for ever.
_ASKED_AT_ONCE: Final = 256
_CHUNK: Final = 1024 * 1024


class Blobs:
    """Contents by their id, read as they are stored: no filter runs."""

    def __init__(self, repository: Git) -> None:
        self._process = repository.start("cat-file", "--batch")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions = self._process.stdin
        self._answers = self._process.stdout.fileno()
        self._unread = bytearray()
        self._selector = selectors.DefaultSelector()
        if sys.platform != "win32":  # only sockets can be waited for there
            self._selector.register(self._answers, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._selector.close()
        self._process.kill()  # it has nothing to finish
        self._process.communicate()

    def read(self, ids: Sequence[str]) -> Iterator[bytes | None]:
        """The content of each; None where it is larger than what is analysed.

        Raises:
            GitError: one is missing, or git has ended.
        """
        for start in range(0, len(ids), _ASKED_AT_ONCE):
            asked = ids[start : start + _ASKED_AT_ONCE]
            self._ask("".join(f"{each}\n" for each in asked).encode())
            for _ in asked:
                yield self._answer()

    def _ask(self, question: bytes) -> None:
        try:
            self._questions.write(question)
            self._questions.flush()
        except OSError as error:
            raise GitError("git cat-file has ended early") from error

    def _answer(self) -> bytes | None:
        name, *rest = self._line().split(b" ")
        if len(rest) != 2:
            raise GitError(
                f"the repository lacks the object {name.decode('ascii', 'replace')}",
                "`git fsck` tells what else it lacks.",
            )
        size = int(rest[1])
        content = None
        if size <= MAX_FILE_SIZE:
            content = self._take(size)
        else:
            self._skip(size)
        self._take(1)  # the end of the line
        return content

    def _line(self) -> bytes:
        while (end := self._unread.find(b"\n")) < 0:
            self._fill()
        return self._take(end + 1)[:-1]

    def _take(self, size: int) -> bytes:
        while len(self._unread) < size:
            self._fill()
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def _skip(self, size: int) -> None:
        while size:
            if not self._unread:
                self._fill()
            size -= len(self._take(min(size, len(self._unread))))

    def _fill(self) -> None:
        if self._selector.get_map() and not self._selector.select(TIMEOUT):
            raise GitError(f"git cat-file has not answered for {TIMEOUT:g} s")
        chunk = os.read(self._answers, _CHUNK)
        if not chunk:
            raise GitError("git cat-file has ended early", "`git fsck` may tell why.")
        self._unread += chunk
