"""One module a step; their order is in their ``down_revision``."""
