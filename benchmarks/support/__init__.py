"""What the corpus and the speed benchmark are made of."""
