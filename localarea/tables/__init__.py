"""
Text files and workbooks as rows and cells.

Encodings, delimiters, headers, sheets, limits and atomic writes; nothing here knows of verdicts.
Start with `layout` for text and `sheet_texts` for workbooks.
"""
