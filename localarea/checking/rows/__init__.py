"""
Rows of any file: what each says, its verdict in words, and what rows add up to.

Nothing here knows how a file is laid out. Start with `row_evidence`, which finds the postcode and
the date of a row, and `csv_checker`, which checks rows of text; `counts` and `spend_by_answer` add
up.
"""
