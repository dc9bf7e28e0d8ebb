"""
Readers of the publishers' files.

``nomis`` reads commuting flows, ``onspd`` postcode directories, ``lookups`` lookups
between areas, ``vectors`` whole layers of polygons and lines, and ``layers`` the same
feature by feature. Each returns the columns of the tables of ``data/``, so that a fresh
download can replace a table.
"""
