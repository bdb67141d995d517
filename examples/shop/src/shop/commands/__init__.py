"""What ``python -m shop`` can do: here the layers are put together."""
