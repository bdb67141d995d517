"""The pytest side: items, collection, controller and workers."""
