"""A live line below pytest's own, for a person who waits; nothing of it is left in the end."""

import os
import sys
from contextlib import nullcontext
from functools import cached_property
from typing import Any

import pytest

from pytest_fitness.reports.safe import one_line

_UP = "\x1b[1A"
_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Shows one line at a time, where the output is a terminal and no log."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        # Later on, pytest has put a file in its place.
        self._is_terminal = sys.stdout.isatty()
        self._is_shown = False

    def show(self, text: str) -> None:
        """Replace the line; an empty text takes it away."""
        if not (text or self._is_shown) or not self._is_watched:
            return
        writer = self._config.get_terminal_writer()
        shown = one_line(text)[: writer.fullwidth - 1]
        capture: Any = self._config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            # The cursor goes back to where pytest goes on.
            column = writer.width_of_current_line + 1
            sys.stdout.write(f"\n{_CLEAR_LINE}{shown}{_UP}\x1b[{column}G")
            sys.stdout.flush()
        self._is_shown = bool(text)

    @cached_property
    def _is_watched(self) -> bool:
        """Whether there is a terminal, and likely somebody before it."""
        config = self._config
        if not self._is_terminal or not config.pluginmanager.hasplugin("terminalreporter"):
            return False
        is_log = {"CI", "BUILD_NUMBER"} & os.environ.keys() or os.environ.get("TERM") == "dumb"
        return not is_log and config.get_terminal_writer().hasmarkup
