"""
Workbooks: a sheet checked in place, and the sheets that are added to it.

May import `checking.rows` and the readers of text files beside it. Start with `workbook`, which
checks an .xlsx or .ods; `xlsx` and `ods` go through the sheet, and `summary_sheet`,
`unresolved_sheet` and `receipt_sheet` are what is added.
"""
