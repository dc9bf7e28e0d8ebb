"""
What a name, a code, a postcode or a drawn polygon stands for.

It may know the tables and `geo`, and no option. Begin with `resolve`; `census_bridge` leads from
the zones of one census to those of the other, `contiguity` says which zones touch.
"""
