"""
Files and frames in, verdicts out.

A file is read by `tables`, each row gets the verdict of `classify`, and all that was in the file
comes back with it. It may know every room below; nothing here decides what is local. Begin with
`check_file`, which tells the kinds of file apart; `csv_checker` and `text_checker` do the rows.
"""
