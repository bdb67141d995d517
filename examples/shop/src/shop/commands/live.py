"""``live``: a shop and its customers, each in a process of its own."""

import subprocess
import sys
from argparse import Namespace
from typing import Final

from shop.commands.serve import open_shop
from shop.commands.signals import hold_signals, then_stop, wait_for_signal

_FOREVER: Final = 999_999.0
"""Seconds; whoever starts this stops it before."""


def live(options: Namespace) -> int:
    """Serve the shop to customers, until their time is over or a signal says so."""
    hold_signals()
    with (
        open_shop(options) as url,
        subprocess.Popen(_traffic(url, options)) as customers,
    ):
        # Apart from the shop, so that its memory and its answers are its own.
        waiting = then_stop(customers.wait)
        wait_for_signal()
        customers.terminate()
        waiting.join()
    return 0


def _traffic(url: str, options: Namespace) -> list[str]:
    wanted = {
        "url": url,
        "products": options.products,
        "users": options.users,
        "seconds": options.seconds or _FOREVER,
        "pause": options.pause,
        "seed": options.seed,
    }
    arguments = [f"--{name}={value}" for name, value in wanted.items()]
    return [sys.executable, "-m", "shop", "traffic", *arguments]
