"""``benchmark``: how long a function or a command takes, and how much memory."""
