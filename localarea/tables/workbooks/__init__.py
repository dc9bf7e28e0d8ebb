"""
Workbooks of any format: which sheet, its header and rows, limits, and sheets that are added.

Rests on `tables.xlsx` and `tables.ods`, one for each format. Start with `sheet_texts`, which reads
a sheet as rows of text, and `plain_workbook`, which writes a new one.
"""
