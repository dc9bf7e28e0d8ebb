"""
Shortest paths over arrays, compiled: plain, and over a hierarchy for many origins.

Knows nodes and arcs by number alone. Start with `hierarchy`; `roads.travel_time` calls both.
"""
