"""What an ended Locust said last, without what Python adds as it ends."""

import pytest

from pytest_fitness.load.engine import _AT_EXIT

CAUSE = 'Traceback (most recent call last):\n  File "v.py", line 1\nRuntimeError: not today\n'
NOISE = (
    "Exception ignored in: <function _removeHandlerRef at 0x7fc23132d260>\n"
    "Traceback (most recent call last):\n"
    '  File "logging/__init__.py", line 855, in _removeHandlerRef\n'
    '  File "gevent/thread.py", line 76, in get_ident\n'
    "RuntimeError: greenlet is being finalized\n"
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (CAUSE, CAUSE),
        (CAUSE + NOISE, CAUSE),
        (CAUSE + NOISE + NOISE, CAUSE),
        (CAUSE + NOISE.rstrip(), CAUSE),
        (NOISE + CAUSE, NOISE + CAUSE),
        (NOISE + CAUSE + NOISE, NOISE + CAUSE),
        (NOISE, ""),
        ("", ""),
        ("Exception ignored in: nothing\n", "Exception ignored in: nothing\n"),
    ],
    ids=range(9),
)
def test_what_is_said_after_the_reason_is_left_out(text: str, left: str) -> None:
    assert _AT_EXIT.sub("", text) == left


def test_a_long_text_is_searched_all_the_same() -> None:
    text = NOISE * 300 + CAUSE
    assert _AT_EXIT.sub("", text) == text
