"""What is learnt of each file: one parse, one walk, one pass over the text."""
