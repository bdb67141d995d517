"""Live systems, one file each."""
