"""Make contracts and counted figures of the tables of an exchange; every fault is told at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.counting import CountedReturn
from localarea.contracts.exchange.columns import PUBLISHED
from localarea.contracts.exchange.faults import Faults, Place
from localarea.contracts.exchange.receipts import read_receipt
from localarea.contracts.model import parse_contract
from localarea.contracts.standing import RATIO, shown_figure
from localarea.errors import InputError, SchemaError
from localarea.measures.calendar import WEEK_DAYS, YEAR_DAYS
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS
from localarea.measures.returns import SCALE
from localarea.tables.money import plain_amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localarea.contracts.exchange.files import ReadTable
    from localarea.contracts.model import Contract

_LARGEST: Final = 1 << 62
_WHOLE: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")
_PARTS: Final = {"amount_parts": "amount", "other_parts": "other", "parts_in_unit": "divisor",
                 "people": "people", "other_people": "other_people"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """A contract as the tables state it, and what they say of its version and what is frozen."""

    contract: Contract
    version: int | None
    definition_sha256: str
    rule_version: str
    place: Place


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a quarter as the tables state them, and where its return stands."""

    reference: str
    counted: CountedReturn
    place: Place


@dataclass(slots=True)
class Exchange:
    """What the tables hold; ``read_only``: names of tables that are not taken in."""

    contracts: list[Stated] = field(default_factory=list)
    returns: list[Counted] = field(default_factory=list)
    read_only: list[str] = field(default_factory=list)


def parse_exchange(tables: Sequence[ReadTable]) -> Exchange:
    """
    Read tables.

    TableFaultsError if anything in them cannot be taken in; every fault is told, and no cell is
    repeated. InputError if there is nothing to take in.
    """
    faults = Faults([table.where for table in tables])
    made = Exchange(read_only=[table.where for table in tables if table.kind == PUBLISHED])
    pledges, milestones = _pledges(tables, faults), _milestones(tables)
    seen: set[str] = set()
    for place, row in _rows(tables, "contracts"):
        reference = row["reference"]
        if reference in seen:
            faults.tell(place, "reference", "the contract is there twice")
            continue
        seen.add(reference)
        own, due = pledges.pop(reference, []), milestones.pop(reference, [])
        made.contracts += _contract(place, row, own, due, faults)
    for left in (pledges, milestones):
        for place, _ in (line for lines in left.values() for line in lines):
            faults.tell(place, "contract", "there is no such contract in the table contracts")
    made.returns = _returns(tables, faults)
    faults.require_none()
    if not made.contracts and not made.returns:
        raise InputError("there is nothing to take in: give a table of contracts, or of returns")
    return made


_TERMS: Final = ("reference", "title", "supplier", "department", "definition", "rule")
_Lines = list[tuple[Place, dict[str, str]]]


def _contract(
    place: Place, row: Mapping[str, str], pledges: _Lines, milestones: _Lines, faults: Faults
) -> list[Stated]:
    stated: dict[str, Any] = {name: row[name] for name in _TERMS} | {
        "value": plain_amount(row["value"]),
        "first_day": _day(row["first_day"]),
        "last_day": _day(row["last_day"]),
        "pledges": [line for _, line in pledges],
        "milestones": [line for _, line in milestones],
    }
    whole = not row["version"] or _WHOLE.fullmatch(row["version"]) is not None
    if not whole:
        faults.tell(place, "version", "it must be a whole number, or blank")
    try:
        contract = parse_contract(stated)
    except SchemaError as error:
        where = [at for at, _ in pledges], [at for at, _ in milestones]
        faults.of_contract(error.faults, place, *where)
        return []
    version = int(row["version"]) if row["version"] and whole else None
    return [Stated(contract, version, row["definition_sha256"], row["rule_version"], place)]


def _rows(tables: Sequence[ReadTable], kind: str) -> Iterator[tuple[Place, dict[str, str]]]:
    for table in tables:
        if table.kind == kind:
            for number, row in table.rows:
                yield Place(table.where, number), row


def _day(text: str) -> str:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
    return text


def _pledges(tables: Sequence[ReadTable], faults: Faults) -> dict[str, _Lines]:
    found: dict[str, _Lines] = {}
    for place, row in _rows(tables, "pledges"):
        _require_unit(place, row, faults)
        made = {"measure": row["measure"], "quarter": row["quarter"] or ALL_QUARTERS,
                "target": plain_amount(row["target"])}  # fmt: skip
        found.setdefault(row["contract"], []).append((place, made))
    return found


def _require_unit(place: Place, row: Mapping[str, str], faults: Faults) -> None:
    measure = MEASURE_OF.get(row["measure"])
    if measure is not None and row["unit"].casefold() not in ("", measure.unit.casefold()):
        faults.tell(place, "unit", f"the unit of {measure.ref} is {measure.unit}")


def _milestones(tables: Sequence[ReadTable]) -> dict[str, _Lines]:
    found: dict[str, _Lines] = {}
    for place, row in _rows(tables, "milestones"):
        made = {"title": row["milestone"], "due": _day(row["due"])}
        if row["measure"] or row["target"]:
            made |= {"measure": row["measure"], "target": plain_amount(row["target"])}
        found.setdefault(row["contract"], []).append((place, made))
    return found


def _returns(tables: Sequence[ReadTable], faults: Faults) -> list[Counted]:
    figures: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    first: dict[tuple[str, str], Place] = {}
    for place, row in _rows(tables, "figures"):
        line = _figure(place, row, faults)
        key = row["contract"], row["quarter"]
        first.setdefault(key, place)
        if row["measure"] in figures.setdefault(key, {}):
            faults.tell(place, "measure", "the measure is there twice in that quarter")
        if line is not None:
            figures[key][row["measure"]] = line
    receipts: dict[tuple[str, str], tuple[Place, dict[str, Any] | None]] = {}
    for place, row in _rows(tables, "returns"):
        key = row["contract"], row["quarter"]
        if key in receipts:
            faults.tell(place, "quarter", "the return is there twice")
        receipts[key] = place, read_receipt(place, row, faults)
    for key in (key for key in figures if key not in receipts):
        faults.tell(first[key], "quarter", "its return is not in the table returns")
    return [
        Counted(reference, CountedReturn(quarter, figures.get((reference, quarter), {}), receipt),
                place)
        for (reference, quarter), (place, receipt) in receipts.items()
        if receipt is not None
    ]  # fmt: skip


def _figure(place: Place, row: Mapping[str, str], faults: Faults) -> dict[str, int] | None:
    ref = row["measure"]
    if ref not in MEASURE_OF:
        there = ", ".join(MEASURE_OF)
        faults.tell(place, "measure", f"there is no such measure; there are {there}")
        return None
    _require_unit(place, row, faults)
    unread = [name for name in _PARTS if not _WHOLE.fullmatch(row[name])]
    for name in unread:
        faults.tell(place, name, "it must be a whole number")
    if unread:
        return None
    line = {inner: int(row[name]) for name, inner in _PARTS.items()}
    found = [
        (name, "it is out of range")
        for name, inner in _PARTS.items()
        if abs(line[inner]) > _LARGEST or ("people" in inner and line[inner] < 0)
    ]
    if line["divisor"] != parts_in_unit(ref):
        found.append(("parts_in_unit", f"that of {ref} is {parts_in_unit(ref)}"))
    if not found and row["delivered"]:
        shown = shown_figure(ref, (line["amount"], line["other"]), line["divisor"])
        if shown is None or not _alike(row["delivered"], str(shown)):
            found.append(("delivered", "it is not what its parts make; change neither by hand"))
    for column, why in found:
        faults.tell(place, column, why)
    return None if found else line


def _alike(one: str, other: str) -> bool:
    try:
        return float(plain_amount(one)) == float(other)
    except ValueError:
        return False


def parts_in_unit(ref: str) -> int:
    """Return how many parts of an exact figure make one unit of a measure."""
    measure = MEASURE_OF[ref]
    if measure.unit == "weeks":
        return WEEK_DAYS
    return SCALE * YEAR_DAYS if measure.kind == "staff" and ref != RATIO else SCALE
