"""What children of the tests make of signals."""

import signal


def heed() -> None:
    """Let the tests, and so all that they start, heed what a terminal sends.

    A shell starts its background jobs with Ctrl-C ignored, and `nohup` with its end ignored; both
    are inherited by every child, which would then not end where a test interrupts it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    end = getattr(signal, "SIGHUP", None)
    if end is not None and signal.getsignal(end) is signal.SIG_IGN:
        signal.signal(end, signal.SIG_DFL)
