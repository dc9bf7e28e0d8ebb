"""Amounts, days, headers and names as councils write them, read by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from localarea.errors import InputError
from localarea.spend.cells import amount_of
from localarea.spend.columns import choose_columns
from localarea.spend.days import quarter_of, read_day
from localarea.spend.names import fold_name, group_rows
from localarea.spend.payments import BAD_AMOUNT, BLANK_AMOUNT, LARGE_AMOUNT, pounds, sums_by

numpy = pytest.importorskip("numpy")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("£1,234.50", "1234.50"),
        ("(200.00)", "-200.00"),
        ("(£200.00)", "-200.00"),
        ("200.00-", "-200.00"),
        ("200.00 CR", "-200.00"),
        ("1,500.00CR", "-1500.00"),
        ("200.00 DR", "200.00"),
        ("-£75", "-75.00"),
        ("GBP 12.5", "12.50"),
        ("\N{MINUS SIGN}3.10", "-3.10"),
        ("83.3333333333", "83.333333"),  # a program's 250 / 3
        ("0", "0.00"),
    ],
)
def test_an_amount_is_read_to_the_penny(text: str, said: str) -> None:
    millionths, fault = amount_of(text)
    assert (pounds(millionths), fault) == (Decimal(said), 0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", BLANK_AMOUNT),
        ("n/a", BAD_AMOUNT),
        ("1.234,50", BAD_AMOUNT),
        ("€20", BAD_AMOUNT),
        ("(20) CR", BAD_AMOUNT),  # twice a refund
        ("1000000000000", LARGE_AMOUNT),
    ],
)
def test_what_is_no_amount_in_pounds_is_said(text: str, fault: int) -> None:
    assert amount_of(text) == (0, fault)


@pytest.mark.parametrize(
    "text",
    [
        *("01/04/2026", "1/4/26", "01-04-2026", "01.04.2026", "2026-04-01", "2026-04-01T00:00:00"),
        *("01/04/2026 00:00", "01-Apr-26", "1 April 2026", "1st April 2026", "Wed, 1 Apr 2026"),
        *("20260401", "46113", "46113.5", "01APR2026"),
    ],
)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    assert read_day(text) == date(2026, 4, 1).toordinal()


@pytest.mark.parametrize("text", ["04/13/2026", "31/02/2026", "Q1", "2026", "1 Foo 2026", "0/4/26"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 3, 31), "2025-26 Q4"),
        (date(2026, 4, 1), "2026-27 Q1"),
        (date(2026, 6, 30), "2026-27 Q1"),
        (date(2026, 7, 1), "2026-27 Q2"),
        (date(2026, 12, 31), "2026-27 Q3"),
        (date(2027, 1, 1), "2026-27 Q4"),
        (date(2000, 1, 1), "1999-00 Q4"),
    ],
)
def test_financial_quarters_begin_in_april(day: date, quarter: str) -> None:
    assert quarter_of(day.toordinal()) == quarter


# Headers of published files, with what each column is.
PUBLISHED = [
    (
        "Body Name|Date|Transaction Number|Beneficiary|Amount|Purpose|Merchant Category",
        "Council|01/04/2026|T1|A Ltd|10.00|Paper|Stationery",
        {"date": 1, "reference": 2, "supplier": 3, "amount": 4, "category": 6},
    ),
    (
        "Supplier Name|Supplier ID|Paid Date|Invoice No|Expense Type|Gross £|VAT £|Net £",
        "A Ltd|77|01/04/2026|I1|Paper|12.00|2.00|10.00",
        {
            **{"supplier": 0, "supplier_number": 1, "date": 2, "reference": 3},
            **{"category": 4, "amount": 7},
        },
    ),
    (
        "VENDOR_NAME|INVOICE_DATE|PAYMENT_DATE|AMOUNT_EXCL_VAT|AMOUNT_INCL_VAT|DEPARTMENT",
        "A Ltd|01/03/2026|01/04/2026|10|12|Parks",
        {"supplier": 0, "date": 2, "amount": 3, "category": 5},
    ),
    (
        "Payee|Effective Date|Service Area|Description|Amount (GBP)|Irrecoverable VAT|SME?",
        "A Ltd|01/04/2026|Parks|Seeds|10|2|Yes",
        {"supplier": 0, "date": 1, "category": 3, "amount": 4, "size": 6},
    ),
    (
        "Creditor Name|Company Number|Posting Date|Voucher No|Subjective Description|Total",
        "A Ltd|01234567|01/04/2026|9|Seeds|10",
        {
            **{"supplier": 0, "company_number": 1, "date": 2, "reference": 3},
            **{"category": 4, "amount": 5},
        },
    ),
]


@pytest.mark.parametrize(("headers", "row", "expected"), PUBLISHED)
def test_the_columns_of_published_files_are_found(
    headers: str, row: str, expected: dict[str, int]
) -> None:
    found = choose_columns(headers.split("|"), [row.split("|")])
    assert found is not None
    assert dict(found.at) == expected


def test_vat_is_taken_off_where_only_the_gross_amount_stands() -> None:
    found = choose_columns(["Supplier", "Gross", "VAT"], [["A", "120", "20"]])
    assert found is not None
    assert (found.at["amount"], found.at["vat"]) == (1, 2)
    assert found.notes == ("amounts are net of VAT: 'Gross' less 'VAT'",)


def test_vat_that_cannot_be_recovered_is_not_taken_off() -> None:
    found = choose_columns(["Supplier", "Gross", "Irrecoverable VAT"], [["A", "120", "20"]])
    assert found is not None
    assert "vat" not in found.at
    assert "with VAT" in found.notes[0]


def test_a_column_that_is_named_and_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="the columns are 'Supplier', 'Net'"):
        choose_columns(["Supplier", "Net"], [], {"amount": "Gross"})


def test_spellings_of_a_firm_are_one_name_and_others_are_not() -> None:
    texts = ["ACME LTD", "Acme Limited", "Acme Ltd", "Acme Ltd", "Acme Group Ltd", ""]
    groups = group_rows(numpy.arange(6), texts, fold_name)
    assert sorted(groups.names) == ["Acme Group Ltd", "Acme Ltd", "not stated"]
    assert len({int(groups.of_row[i]) for i in range(4)}) == 1


def test_sums_are_exact_where_floats_and_64_bits_are_not() -> None:
    large = 999_999_999_999 * 1_000_000 + 10_000  # a penny more than a float keeps beside it
    amounts = numpy.array([large] * 20 + [10_000], numpy.int64)  # beyond 2 ** 63 together
    assert sums_by(numpy.zeros(21, numpy.intp), 1, amounts) == [20 * large + 10_000]
