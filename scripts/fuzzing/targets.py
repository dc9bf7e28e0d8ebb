"""
What reads from outside, as functions of bytes.

Each returns for whatever was read or refused with an error of localarea; another error is a find,
and so is a row that went missing.
"""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import tempfile
import threading
import zipfile
import zlib
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fuzzing.seeds import DEFINITION_PARTS, TEMPLATES, definition
from localarea.errors import LocalareaError, PostcodeFormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.classify.classifier import Classifier

OUR_OWN: Final[dict[str, Any]] = {}  # what a test has at hand already


def postcodes(data: bytes) -> None:
    """Read any text as a postcode and as an address: the same by each way."""
    from localarea.geo.addresses import find_postcodes, read_cell_or_address
    from localarea.geo.postcodes import BLANK, MALFORMED, OUTWARD, WHOLE, parse_postcode, read_cell

    text = data.decode("utf-8", "replace")
    kind, number, _ = read_cell(text)
    try:
        parsed = parse_postcode(text)
    except PostcodeFormatError:
        _require(kind in (BLANK, MALFORMED) and number == 0, "refused, yet read")
    else:
        _require(kind == (OUTWARD if parsed.inward is None else WHOLE), "read as another kind")
        _require(parse_postcode(parsed.postcode).postcode == parsed.postcode, "read again, changed")
    for found in find_postcodes(text):
        _require(parse_postcode(found).inward is not None, "half a postcode in an address")
    whole = read_cell_or_address(text)
    _require(kind != WHOLE or whole[:2] == (kind, number), "an address is read otherwise")
    # The compiled reading of a column gives what is given cell by cell.
    import pyarrow as pa

    from localarea.classify.codes import MEANINGS

    try:
        column = pa.array([text])
    except UnicodeEncodeError:  # half a pair of surrogates, which no file can hold
        return
    meaning = MEANINGS[int(classifier().check_arrow(column)[0])]
    _require(meaning.status == classifier().check(text).status, "a column is read otherwise")


def delimited_text(data: bytes) -> None:
    """Check a text file: every line of it is in the result."""
    _checked(".csv", data)


def xlsx_parts(data: bytes) -> None:
    """Check a workbook with one part replaced: the first byte says which."""
    _checked(".xlsx", _with_part("xlsx", data))


def ods_parts(data: bytes) -> None:
    """Check an OpenDocument sheet with one part replaced."""
    _checked(".ods", _with_part("ods", data))


def scenario_files(data: bytes) -> None:
    """Read a scenario: once written it is read again as the same."""
    from localarea.comparison.toml import read_scenario, write_scenario

    try:
        read = read_scenario(data.decode("utf-8", "replace"))
    except LocalareaError:
        return
    _require(read_scenario(write_scenario(read)) == read, "another scenario once written")


def council_files(data: bytes) -> None:
    """Read a council's file."""
    from localarea.options.council import read_council_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a-council.toml"
        path.write_bytes(data)
        try:
            council = read_council_file(path)
        except LocalareaError:
            return
        _require(bool(council.options), "a council without options")


def query_strings(data: bytes) -> None:
    """Ask a route of the service with any query: an answer, or a refusal that says why."""
    from fuzzing.asking import ask

    ask(client(), data)


def contract_imports(data: bytes) -> None:
    """Read a table of the register, as CSV or as a part of a workbook."""
    from localarea.contracts.exchange.files import read_exchange
    from localarea.contracts.exchange.parsing import parse_exchange

    is_book = data[:1] == b"\xff"
    content = _with_part("register", data[1:]) if is_book else data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"contracts.{'xlsx' if is_book else 'csv'}"
        path.write_bytes(content)
        try:
            parse_exchange(read_exchange(path))
        except LocalareaError:
            return


def definition_files(data: bytes) -> None:
    """
    Read a definition's file with one part replaced and its seal made anew.

    What passes its check answers for any postcode and can be read to the end.
    """
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.sealed_directory import classifier_under

    try:
        opened = OpenDefinition(_sealed_again(data))
        opened.check()
    except LocalareaError:
        return
    judge = classifier_under(opened)
    judge.check("CO1 1JB")
    judge.check("CO1")
    judge.check_many(["CO1 1JB", "CO1 1AA", "IP1"])


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "postcodes": postcodes,
    "delimited-text": delimited_text,
    "xlsx-parts": xlsx_parts,
    "ods-parts": ods_parts,
    "scenario-files": scenario_files,
    "council-files": council_files,
    "query-strings": query_strings,
    "definition-files": definition_files,
    "contract-imports": contract_imports,
}


class FoundError(AssertionError):
    """Something that must never be the case."""


def _require(holds: bool, said: str) -> None:
    if not holds:
        raise FoundError(said)


@cache
def _made_classifier() -> Classifier:
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    return Classifier(boundary_of_option(option_zones("ttwa-official", read_council())))


def classifier() -> Any:
    """Give the one classifier of all targets."""
    return OUR_OWN.get("classifier") or _made_classifier()


@cache
def _made_client() -> Any:
    import logging

    from fastapi.testclient import TestClient

    from localarea.service.app import create_app
    from localarea.settings import Settings

    logging.disable(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="localarea-fuzz-"))
    settings = Settings(
        database_url=f"sqlite:///{folder}/record.sqlite",
        definitions_dir=folder / "definitions",
        requests_per_minute=0,  # or nearly every answer would be that there were too many
        checks_per_minute=0,
    )
    made = TestClient(create_app(settings))
    made.__enter__()
    for thread in threading.enumerate():
        if thread.name == "localarea-warm":
            thread.join()  # what it does would count as time of the first inputs
    return made


def client() -> Any:
    """Give the one client of a service, without people or contracts."""
    return OUR_OWN.get("client") or _made_client()


def _with_part(name: str, data: bytes) -> bytes:
    """Give a template with a part replaced; a further byte says which."""
    template = TEMPLATES[name]()
    if not data:
        return template
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as given, zipfile.ZipFile(made, "w") as out:
        names = given.namelist()
        chosen = names[data[0] % len(names)]
        for one in names:
            out.writestr(one, data[1:] if one == chosen else given.read(one))
    return made.getvalue()


def _sealed_again(data: bytes) -> bytes:
    from localarea.definitions.geopackage_writer import BLANK, SEAL

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(definition())
        if data:
            table, column, where = DEFINITION_PARTS[data[0] % len(DEFINITION_PARTS)]
            told = column in ("value", "code", "status")
            value = data[1:].decode("utf-8", "replace") if told else data[1:]
            if column == "data":
                value = zlib.compress(data[1:])
            database.execute(f"UPDATE {table} SET {column} = ? {where}", (value,))  # noqa: S608
        seal = (SEAL + BLANK).decode()
        database.execute("UPDATE definition SET value = ? WHERE key = 'seal'", (seal,))
        made = bytes(database.serialize())
    if made.count(SEAL) != 1:  # a part that holds the marker of a seal itself
        return made
    start = made.index(SEAL) + len(SEAL)
    return made[:start] + hashlib.sha256(made).hexdigest().encode() + made[start + 64 :]


def _checked(ending: str, data: bytes) -> None:
    from localarea.checking.check_file import check_any, ending_of

    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / f"given{ending}", Path(folder) / "checked"
        path.write_bytes(data)
        try:
            out = out.with_suffix(ending_of(path))
            report: Any = check_any(path, classifier(), out=out)
        except LocalareaError:
            _require(not out.is_file(), "a result of a file that was refused")
            return
        _require(sum(report.by_status.values()) == report.rows, "statuses do not add up to rows")
        if out.suffix == ".csv":
            _require_lines(data, out.read_bytes(), report.encoding.split(" with ")[0])


def _require_lines(given: bytes, made: bytes, encoding: str) -> None:
    """Find every line of a file in the result, in the same order: cells are only added."""
    text, at = made.decode(encoding, "replace"), 0
    for line in re.split(r"[\r\n]+", given.decode(encoding, "replace")):
        at = text.find(line, at)
        _require(at >= 0, "a line went missing")
        at += len(line)
