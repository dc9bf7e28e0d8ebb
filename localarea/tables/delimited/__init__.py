"""
Text files of rows: encoding, delimiter, header, and the rows.

Nothing here knows of workbooks. Start with `layout`, which finds out how a file is laid out;
`csv_rows` reads its rows.
"""
