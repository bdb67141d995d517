"""A small web shop in four layers: web, services, storage and domain."""
