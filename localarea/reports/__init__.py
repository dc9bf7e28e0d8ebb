"""
Outputs for people: maps, pictures, exported comparisons and the report to Cabinet.

It may import every room except `service` and `cli`. `maps` is for the web, `print_maps` for
paper, `comparison` writes comparisons to files, and `cabinet` writes the report; start with
`demonstration`, which produces all of them.
"""
