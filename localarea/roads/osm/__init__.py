"""
Roads of OpenStreetMap: which ways may be driven, how fast, and the graph that they make.

May import graphs and speeds, and no journeys. Start with `osm_pbf` for an extract and `osmnx_graph`
for a graph of OSMnx.
"""
