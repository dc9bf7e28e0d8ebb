"""
Results: a file that was checked, taken up again.

Its receipt is verified, its unresolved rows are mended, and the mended rows are merged into it. May
import everything else of `checking`. Start with `unresolved` for what is sent back, and
`verifying`, `mending` and `merging` for what comes of it.
"""
