"""The decision report as PDF, Word or HTML: each format of the same blocks. Start with `write`."""
