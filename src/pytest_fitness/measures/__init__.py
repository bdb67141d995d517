"""The kinds of fitness function: how each number is obtained."""
