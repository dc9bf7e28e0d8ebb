"""Two months of payments with other columns, and a list of suppliers."""

from __future__ import annotations

APRIL = (
    "Supplier Name,Supplier Postcode,Payment Date,Expense Type,Net Amount\n"
    "Acme Ltd,CO1 1JB,01/04/2026,Repairs,1000.10\n"
    "=Beta,IP1 2DE,01/07/2026,Consultancy,(200.00)\n"
    "Acme Ltd,CO1 1JB,01/07/2026,Repairs,ten\n"
)
MAY = "Payee;Date Paid;Gross;VAT\nGamma Ltd;05/05/2026;120.00;20.00\n"
SUPPLIERS = "Name,Trading postcode\nGamma Limited,CO1 1JB\n"


def sent() -> list[tuple[str, tuple[str, bytes]]]:
    """Give them as the files of a form."""
    return [
        ("file", ("april.csv", APRIL.encode())),
        ("file", ("may.csv", MAY.encode())),
        ("suppliers", ("suppliers.csv", SUPPLIERS.encode())),
    ]
