"""
Text files and workbooks as rows and cells.

Encodings, separators, headers, sheets, limits and whole writes, for whoever reads a table; it knows
no postcode and no verdict. Begin with `layout` for text and `workbook_rows` for workbooks.
"""
