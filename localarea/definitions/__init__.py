"""
Definitions: options frozen for use. Publish, seal, store, refresh and choose them by date.

This room may import `classify` and the rooms below, but no database: `decisions` keeps the record
of who approved what. Start with `publish`. `store` is the folder that checks read, and `geopackage`
the file format.
"""
