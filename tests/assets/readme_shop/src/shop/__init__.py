"""Part of the shop that the README shows."""
