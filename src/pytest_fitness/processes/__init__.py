"""Child processes that are bounded, and surely ended with the run."""
