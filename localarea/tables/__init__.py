"""
Text files and workbooks as rows and cells.

Encodings, delimiters, headers, sheets, limits and atomic writes; nothing here knows of verdicts.
Start with `delimited` for text files and `workbooks` for sheets; `xlsx` and `ods` are the two
formats, and `finding` tells which column is which.
"""
