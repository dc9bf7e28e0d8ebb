"""Write a comparison as CSV, XLSX, GeoPackage or HTML. Start with `write`."""
