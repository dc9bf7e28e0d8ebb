"""
Change an .xlsx workbook in place: a sheet's rows are streamed, other parts stay byte for byte.

`package` is the ZIP of parts, `sheet_stream` the rows of a sheet, `skeleton` what stands around
them; `styles`, `list_objects` and `new_sheet` write what is added. Transitional and Strict Office
Open XML (ECMA-376) are read alike. Nothing here knows of verdicts.
"""
