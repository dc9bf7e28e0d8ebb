"""
Commuting flows in files of your own: as pairs, as a grid, or as a census table.

Start with `flow_files`, which finds out which of them a file is.
"""
