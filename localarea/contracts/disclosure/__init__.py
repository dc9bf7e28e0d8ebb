"""
What may be published of contracts without telling what one person was paid or where one lives.

Figures that could be found by subtraction are withheld. Start with `withholding`; `solving` has the
arithmetic.
"""
