"""
OGC API Features, part 1: any GIS can read the areas of options and definitions.

Core, GeoJSON and OpenAPI 3.0 of OGC 17-069r4; longitude and latitude (CRS84). Published
definitions are public; options, and the zones that are in them, are working papers, for whoever
may view them. ``routes`` answers, ``question`` reads bbox, datetime and limit, ``collections``
makes the features.
"""
