"""
Files from their publishers: addresses, downloads that can be taken up again, and what changed.

Start with `sources`, which lists what is fetched, and `update`, which fetches it.
"""
