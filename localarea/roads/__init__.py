"""
Roads: graphs, speeds, travel times and isochrones.

Knows places by coordinates alone, and no council. Start with `embedded` for the network that comes
with the package, or `own_roads` for yours; then `travel_time` and `isochrone`. `ground` and `osm`
have what a network is made of, `search` its shortest paths, `polygons` what is drawn of them.
"""
