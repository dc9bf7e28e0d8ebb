"""
Change an .xlsx workbook in place: a sheet's rows are streamed, other parts stay byte for byte.

`sheet_stream` has the rows of a sheet and `parts` everything around them; `row_writer` and
`new_sheet` write what is added. Transitional and Strict Office Open XML (ECMA-376) are read alike.
Nothing here knows of verdicts.
"""
