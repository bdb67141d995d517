"""What the ``pytest-fitness`` command does, one file a command."""
