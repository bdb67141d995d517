"""What the shop does, whoever asks for it."""
