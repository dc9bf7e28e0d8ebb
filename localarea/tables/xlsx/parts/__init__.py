"""
The parts of an .xlsx file: the ZIP, relations, styles, tables, and what stands around the rows.

Start with `package`; nothing here reads a row.
"""
