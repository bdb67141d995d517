"""Who imports whom, and what can be measured of it."""
