"""
Resolve names, codes, postcodes and drawn polygons to zones.

It uses the tables and `geo`, but no options. Start with `resolve`; `census_bridge` converts zones
of one census to the other, and `contiguity` finds neighbouring zones.
"""
