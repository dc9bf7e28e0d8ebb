"""
Readers of the publishers' own files.

``nomis`` reads commuting flows, ``onspd`` postcode directories, ``lookups`` the
lookups between areas, ``vectors`` polygons and lines as a whole and ``layers``
feature by feature. Each gives the columns that the tables of ``data/`` have, so
that what is made from a table can be made from a fresh download as well.
"""
