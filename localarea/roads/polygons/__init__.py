"""
From minutes at nodes to the polygons that an isochrone is made of.

Start with `_contours`; `roads.isochrone` calls it.
"""
