"""
Every comparison beside its peers, in one run: ``scripts/bench``.

Start reading in `measuring.py`: a part gives comparisons, a comparison gives ways to do the same
work, and the ways take turns. `table.py` makes Markdown of what was found, `__main__.py` runs each
part in a process of its own. A peer that is not installed is told as absent, with the reason.
"""
