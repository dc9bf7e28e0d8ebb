"""
Postcodes and geometry: parsing, GSS codes, coordinate reference systems and validity.

Pure functions: they read no table and import nothing else of the package but `errors`. Start with
`postcodes`, `crs` and `validity`.
"""
