"""A failure as pytest's own reports take it: the whole text, and the line that stands for it."""

from typing import Any, NamedTuple


class Headline(NamedTuple):
    """What short summaries show: one line, and where it comes from."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


class Explained:
    """The text of a failure.

    A plain text would do, but pytest repeats all of it in the short summary of a CI run,
    and in the message of a JUnit file.
    """

    def __init__(self, path: str, line: int, text: str) -> None:
        self.text = text
        self.reprcrash = Headline(path, line, text.partition("\n")[0])

    def toterminal(self, writer: Any) -> None:
        """Write the whole of it."""
        writer.line(self.text)

    def __str__(self) -> str:
        return self.text
