"""``file``: a number, or many with their times, in a JSON or CSV file."""
