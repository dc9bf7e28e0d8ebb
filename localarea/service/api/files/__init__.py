"""The API of files: jobs, mended rows, receipts, measures and spend, and what they answer."""
