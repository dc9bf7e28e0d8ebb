"""
What people take away: maps, pictures, exported comparisons, the report to Cabinet.

It may know every room but `service` and `cli`. `maps` are for the web, `print_maps` for paper,
`comparison` writes comparisons as files, `cabinet` the report; begin with `demonstration` to see
all of them made.
"""
