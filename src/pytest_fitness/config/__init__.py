"""``fitness.yaml`` to the model, every error gathered."""
