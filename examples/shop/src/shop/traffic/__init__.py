"""Customers: they know the shop only by its address."""
