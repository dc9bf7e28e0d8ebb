"""Tables that a page carries to the next: whole, and no more than tables can be."""

from __future__ import annotations

import base64
import zlib

import pytest

from localarea.contracts.exchange.columns import TABLES
from localarea.contracts.exchange.files import ReadTable
from localarea.errors import InputError
from localarea.service import contract_exchange
from localarea.service.contract_exchange import carried, read_carried


def test_tables_come_back_as_they_were_looked_at() -> None:
    kind = next(iter(TABLES))
    row = dict.fromkeys(TABLES[kind].columns, "a [b] {c}")
    tables = [ReadTable("register.xlsx", kind, [(2, row), (3, row)])]
    assert read_carried(carried(tables)) == tables


@pytest.mark.parametrize("many", ["[]", "{}"])
def test_a_few_bytes_do_not_stand_for_hundreds_of_megabytes(
    many: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: object) -> None:
        raise AssertionError("it was loaded")

    text = f"[{','.join([many] * 600_000)}]".encode()
    sent = base64.urlsafe_b64encode(zlib.compress(text)).decode()
    assert len(sent) < 10_000
    monkeypatch.setattr(contract_exchange.json, "loads", never)
    with pytest.raises(InputError, match="send the files again"):
        read_carried(sent)
