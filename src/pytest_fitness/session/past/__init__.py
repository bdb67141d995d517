"""The present configuration over the code of past commits."""
