"""
What every request and answer has in common: errors, headers, methods, and who needs no door.

Knows nothing of what is answered. Start with `errors`, which tells the status of each error.
"""
