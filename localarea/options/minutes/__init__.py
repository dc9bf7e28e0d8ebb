"""
Minutes by road from a council's centre: computed once, stored and looked up.

Start with `anchor_minutes` for postcodes and `zone_minutes` for zones. `compute` calculates them on
the road network, and `encoding` defines how they are stored.
"""
