"""The code of past commits, measured as if it were the present."""
