"""Why one zone is in an option or out of it: the measure that decides, and what would turn it."""
