"""
Geometry and postcodes as such: reference systems, valid shapes, keys, codes of areas.

Pure functions that know no table and no other room but errors. Begin with `postcodes`, `crs` and
`validity`.
"""
