"""``capacity``: how many users a system has room for."""
