"""``traffic``: customers for a shop that is running."""

from argparse import Namespace

from shop.commands.signals import hold_signals, then_stop, wait_for_signal
from shop.traffic.crowd import Crowd
from shop.traffic.customers import Habits


def traffic(options: Namespace) -> int:
    """Send customers, and print one line about what they did; 1 if none got an answer."""
    hold_signals()
    habits = Habits(options.products, options.pause)
    crowd = Crowd(options.url, habits, options.users, options.seed)
    shopping = then_stop(lambda: crowd.shop(options.seconds))
    wait_for_signal()
    crowd.go_home()
    shopping.join()
    print(crowd.tally.summary(), flush=True)
    return 0 if crowd.tally.requests else 1
