"""A place in dispute: every fact about it in one answer, and no conclusion."""
