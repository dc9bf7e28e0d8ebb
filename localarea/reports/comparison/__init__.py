"""A comparison as a file: CSV, XLSX, GeoPackage or HTML. Begin with `write`."""
