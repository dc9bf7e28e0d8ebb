"""The commands that take a file: check, mend, receipts, measures and spend."""
