"""``python -m shop``: serve the shop, shop there, or both."""

import logging
import sys

from shop.commands.live import live
from shop.commands.options import parser
from shop.commands.serve import serve
from shop.commands.traffic import traffic

_COMMANDS = {"serve": serve, "traffic": traffic, "live": live}


def main() -> int:
    """Run one command to its end; its exit status."""
    options = parser().parse_args()
    logging.basicConfig(level=logging.WARNING)
    return _COMMANDS[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
