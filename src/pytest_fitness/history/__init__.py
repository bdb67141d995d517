"""What is remembered: measurements, and what was accepted."""
