"""
OpenDocument spreadsheets as bytes: their sheets read and changed in place, row by row.

It knows rows, cells and styles, and no verdict. Every byte that is not changed stays. Start with
`survey`, which reads a spreadsheet once, and `writing`, which writes it again with cells added.
"""
