"""
Make tables of `data/` from what the publishers' files hold.

Pure functions: frames and shapes in, tables out. The data build of the repository and a refresh of
an installed package make a table by the same one.
"""
