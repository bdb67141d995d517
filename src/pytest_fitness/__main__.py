"""``python -m pytest_fitness``: the same as the ``pytest-fitness`` command."""

import sys

from pytest_fitness.cli import main

if __name__ == "__main__":
    sys.exit(main())
