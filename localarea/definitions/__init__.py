"""
An option frozen for use: made, sealed in a file, stored, refreshed, chosen by its dates.

It may know `classify` and what lies below, and no database: `decisions` keeps the record of who
approved what. Begin with `publish`; `store` is the folder that checks read, `geopackage` the file.
"""
