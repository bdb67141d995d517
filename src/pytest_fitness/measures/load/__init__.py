"""``load``: virtual users against HTTP, and what they see."""
