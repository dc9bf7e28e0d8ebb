"""
Minutes by road from a council's centre: worked out once, stored, looked up.

Begin with `anchor_minutes` for postcodes and `zone_minutes` for zones; `compute` works them out on
the road network, and `encoding` says how they are stored.
"""
