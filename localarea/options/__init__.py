"""
A council and its candidate boundaries: criteria in, zones out.

This room may import places, labour, roads and the tables; `comparison` computes the figures of an
option. Start with `membership.option_zones`. `council` reads a council's file, and
`methods.registry` lists the methods.
"""
