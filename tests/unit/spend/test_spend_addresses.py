"""Postcodes that payments lack, from a list of suppliers and from Companies House."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.errors import FileFormatError
from localarea.geo.postcodes import postcode_of
from localarea.spend.addresses import (
    read_companies,
    read_suppliers,
    with_companies,
    with_suppliers,
)
from localarea.spend.payments import COMPANIES_HOUSE, PAYMENTS_FILE, SUPPLIER_FILE
from localarea.spend.reading import read_payments

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.spend.payments import Payments


@pytest.fixture
def payments(tmp_path: Path) -> Payments:
    """Give payments of a supplier under two spellings, and of others, without postcodes."""
    path = tmp_path / "april.csv"
    path.write_text(
        "Supplier,Supplier No,Company No,Postcode,Date,Amount\n"
        "Beta Ltd,S2,,,01/04/2026,1\nBETA (Ipswich branch),s2,,,01/04/2026,2\n"
        "Gamma,S3,1234567,,01/04/2026,4\nDelta Ltd,S4,,IP1 2DE,01/04/2026,8\n"
        "Eta Ltd,S5,,,01/04/2026,16\n"
    )
    return read_payments([path])


def origins(payments: Payments) -> list[int]:
    found: list[int] = payments.columns["origin"].tolist()
    return found


@pytest.mark.parametrize("header", ["Number", "No.", "ID", "Supplier Number", "Vendor code"])
@pytest.mark.parametrize("names", [True, False])
def test_a_number_fills_in_every_spelling_of_its_supplier(
    payments: Payments, tmp_path: Path, header: str, names: bool
) -> None:
    listed = tmp_path / "suppliers.csv"
    rows = [(header, "Name", "Postcode"), ("S2", "Beta Limited", "CO1 1JB")]
    kept = [row if names else (row[0], row[2]) for row in rows]
    listed.write_text("".join(f"{','.join(row)}\n" for row in kept))
    filled = with_suppliers(payments, read_suppliers(listed))
    assert origins(filled) == [SUPPLIER_FILE, SUPPLIER_FILE, *[PAYMENTS_FILE] * 3]
    assert filled.columns["number"][1] == filled.columns["number"][0]


def test_the_number_of_a_house_is_no_number_of_a_supplier(
    payments: Payments, tmp_path: Path
) -> None:
    listed = tmp_path / "suppliers.csv"
    listed.write_text("Name,Number,Street,Postcode\nZeta,S2,High Street,CO1 1JB\n")
    assert origins(with_suppliers(payments, read_suppliers(listed))) == [PAYMENTS_FILE] * 5


def test_a_list_of_company_numbers_fills_in_too(payments: Payments, tmp_path: Path) -> None:
    listed = tmp_path / "suppliers.csv"
    listed.write_text("Company Number,Postcode\n01234567,CO1 1JB\n")
    filled = with_suppliers(payments, read_suppliers(listed))
    assert origins(filled) == [PAYMENTS_FILE] * 2 + [SUPPLIER_FILE] + [PAYMENTS_FILE] * 2
    listed.write_text("Town,Postcode\nColchester,CO1 1JB\n")
    with pytest.raises(FileFormatError, match="lists no suppliers"):
        read_suppliers(listed)


def test_registered_offices_fill_in_only_what_nothing_else_does_and_are_marked(
    payments: Payments, tmp_path: Path
) -> None:
    listed, companies = tmp_path / "suppliers.csv", tmp_path / "companies.csv"
    listed.write_text("Number,Postcode\nS2,CO1 1JB\n")
    companies.write_text(
        '"CompanyName"," CompanyNumber","RegAddress.PostCode","CompanyStatus"\n'
        '"BETA LTD","00000001","IP1 2DE","Active"\n"GAMMA (UK) LTD","01234567","IP1 2DE","Active"\n'
        '"DELTA LIMITED","00000003","CO1 1JB","Active"\n"ETA LIMITED","00000004","","Active"\n'
    )
    filled = with_suppliers(payments, read_suppliers(listed))
    filled = with_companies(filled, read_companies(companies, filled))
    # Beta by the list, Gamma by its company number; Delta has its own, Eta's office is not known.
    assert origins(filled) == [
        *(SUPPLIER_FILE, SUPPLIER_FILE, COMPANIES_HOUSE, PAYMENTS_FILE, PAYMENTS_FILE),
    ]
    found = [postcode_of(number) for number in filled.columns["number"][:4].tolist()]
    assert found == ["CO1 1JB", "CO1 1JB", "IP1 2DE", "IP1 2DE"]
