"""
Check files and frames: rows in, the same rows with verdicts out.

`tables` reads a file, `classify` gives each row its verdict, and the output keeps everything in the
input. This room may import every room below, and nothing here decides what is local. Start with
`check_file`, which detects the type of file. `rows` has what rows of any file have in common,
`workbooks` the sheets, and `results` what is done with a file that was checked.
"""
