"""
A council and its candidate boundaries: criteria in, zones out.

It may know places, labour, roads and the tables. Figures of an option are made in `comparison`.
Begin with `membership.option_zones`; `council` reads a council's file, and `methods.registry` lists
the methods: a new one is a module there.
"""
