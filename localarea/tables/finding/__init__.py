"""
Find the postcode of each row: in which columns it may be, and in which rows there is none.

`sources` chooses the columns of a sheet, `reading` reads one row by them, `no_payment` tells totals
and footers from payments, and `own_columns` knows what an earlier check added.
"""
