"""
What delivery is worth in pounds, by proxy values that the council states.

Start with `worth`.
"""
