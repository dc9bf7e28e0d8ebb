"""The register as tables, out and in, for the pages and the API."""

from __future__ import annotations

import base64
import binascii
import io
import json
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from localarea.contracts.exchange.columns import TABLES
from localarea.contracts.exchange.entering import enter_exchange, plan_exchange
from localarea.contracts.exchange.files import ReadTable, write_exchange
from localarea.contracts.exchange.parsing import parse_exchange
from localarea.contracts.exchange.tables import figure_tables, published_table, terms_tables
from localarea.contracts.register import contracts, newest_returns
from localarea.errors import InputError, TooLargeError
from localarea.hashing import text_sha256
from localarea.service.own_contracts import series_for
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.contracts.exchange.entering import Taken
    from localarea.contracts.exchange.parsing import Exchange
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State

Ending = Literal["xlsx", "zip"]
MEDIA_TYPES: Final[dict[str, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
MOST_CARRIED: Final = 1_000_000  # characters of a field of a form
_MOST_TEXT: Final = 30_000_000  # of tables that a page carried
_MOST_ROWS: Final = 500_000  # of these; else a few bytes could stand for hundreds of megabytes


def exported(state: State, who: Identity, ending: Ending, *, internal: bool) -> bytes:
    """Return contracts, pledges and figures as a workbook, or as CSV files in a ZIP file."""
    council = state.council.key
    series = [] if internal else series_for(state, who, internal=False)
    with state.database.reading() as connection:
        kept = contracts(connection, council=council)
        own = {one.contract.reference for one in kept}
        newest = [one for one in newest_returns(connection) if one.reference in own]
    tables = terms_tables(kept)
    tables |= figure_tables(newest) if internal else published_table(kept, series)
    with tempfile.TemporaryDirectory(prefix="localarea-") as name:
        path = Path(name) / ("register.xlsx" if ending == "xlsx" else "register")
        write_exchange(tables, path)
        return path.read_bytes() if ending == "xlsx" else _zipped(path)


def _zipped(folder: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())  # dated 1980
    return made.getvalue()


def planned(state: State, tables: Sequence[ReadTable]) -> tuple[Exchange, list[Taken]]:
    """Return what tables hold and what would become of it; nothing is entered."""
    found = parse_exchange(tables)
    with state.database.reading() as connection:
        taken = plan_exchange(connection, found, state.definitions, council=state.council.key)
    return found, taken


def entered(state: State, who: Identity, tables: Sequence[ReadTable]) -> list[Taken]:
    """Enter tables, all or nothing."""
    return enter_exchange(
        state.database, parse_exchange(tables), state.definitions,
        council=state.council.key, actor=who.acting("measure"), now=clock.now(),
    )  # fmt: skip


def carried(tables: Sequence[ReadTable]) -> str:
    """Write tables as a field of a form, so that nothing is kept until they are entered."""
    text = json.dumps(tables, ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(text, 9)).decode("ascii")
    if len(packed) > MOST_CARRIED or len(text) > _MOST_TEXT or not _is_loadable(text):
        raise TooLargeError("the tables together", "about 1 MB packed", hint="send some at a time")
    return packed


def read_carried(text: str) -> list[ReadTable]:
    """Return the tables of a field."""
    fault = InputError("what was looked at has been lost; send the files again", parameter="file")
    try:
        reader = zlib.decompressobj()
        found = reader.decompress(base64.b64decode(text, altchars=b"-_", validate=True), _MOST_TEXT)
        read = json.loads(found) if reader.eof and _is_loadable(found) else None
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise fault from None
    if not isinstance(read, list) or not all(_is_table(one) for one in read):
        raise fault
    return [
        ReadTable(where, kind, [(int(n), row) for n, row in rows]) for where, kind, rows in read
    ]


def _is_loadable(text: bytes) -> bool:
    """Return whether JSON has no more lists and objects than tables have rows."""
    return max(text.count(b"["), text.count(b"{")) <= _MOST_ROWS


def _is_table(one: object) -> bool:
    if not isinstance(one, list) or len(one) != len(ReadTable._fields):
        return False
    where, kind, rows = one
    return (
        isinstance(where, str)
        and isinstance(kind, str)
        and kind in TABLES
        and isinstance(rows, list)
        and all(_is_row(line, TABLES[kind].columns) for line in rows)
    )


def _is_row(line: object, columns: Sequence[str]) -> bool:
    return (
        isinstance(line, list)
        and len(line) == 2  # its number and its cells
        and isinstance(line[0], int)
        and isinstance(line[1], dict)
        and set(line[1]) == set(columns)
        and all(isinstance(cell, str) for cell in line[1].values())
    )


def seal_of(taken: Sequence[Taken]) -> str:
    """Return a mark of what somebody saw would be entered, to tell whether it still would be."""
    said = [(one.reference, one.quarter, one.version, one.result) for one in taken]
    return text_sha256(json.dumps(said))
