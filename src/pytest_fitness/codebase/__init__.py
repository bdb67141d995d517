"""Reading code: modules, what is in each, who imports whom."""
