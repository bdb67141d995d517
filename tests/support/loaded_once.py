"""What each run of pytest inside of a test would load anew; imported, it is loaded once.

Such a run forgets what it imported, and the C part of yaml does not survive that.
"""

import yaml

import pytest_fitness.session.controller
import pytest_fitness.session.start

__all__ = ["pytest_fitness", "yaml"]
