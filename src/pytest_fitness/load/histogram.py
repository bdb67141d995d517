"""Times in buckets: small however many there are, and right to within half a percent."""
