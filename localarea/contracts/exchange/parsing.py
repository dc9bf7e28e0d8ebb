"""Make contracts and counted figures of the tables of an exchange; every fault is told at once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.counting import CountedReturn
from localarea.contracts.exchange.columns import PUBLISHED, RECEIPT
from localarea.contracts.model import parse_contract
from localarea.contracts.quarters import quarter_days
from localarea.contracts.standing import RATIO, shown_figure
from localarea.errors import InputError, SchemaError
from localarea.geo.addresses import find_postcodes
from localarea.measures.calendar import WEEK_DAYS, YEAR_DAYS
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS
from localarea.measures.returns import SCALE
from localarea.measures.returns import SENTENCES as REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localarea.contracts.exchange.files import ReadTable
    from localarea.contracts.model import Contract

_MOST_FAULTS: Final = 50
_LARGEST: Final = 1 << 62
_WHOLE: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")
_PARTS: Final = {"amount_parts": "amount", "other_parts": "other", "parts_in_unit": "divisor",
                 "people": "people", "other_people": "other_people"}  # fmt: skip
_HASH: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stated:
    """A contract as the tables state it, and what they say of its version and what is frozen."""

    contract: Contract
    version: int | None
    definition_sha256: str
    rule_version: str


@dataclass(slots=True)
class Exchange:
    """
    What the tables hold.

    Attributes
    ----------
    contracts : list of Stated
        In the order of the table.
    returns : list of (str, CountedReturn)
        References and what was counted.
    read_only : list of str
        Names of tables that are not taken in.
    """

    contracts: list[Stated] = field(default_factory=list)
    returns: list[tuple[str, CountedReturn]] = field(default_factory=list)
    read_only: list[str] = field(default_factory=list)


def parse_exchange(tables: Sequence[ReadTable]) -> Exchange:
    """
    Read tables.

    Raises
    ------
    SchemaError
        If anything in them cannot be taken in; no cell is repeated.
    """
    faults: list[str] = []
    made = Exchange(read_only=[table.where for table in tables if table.kind == PUBLISHED])
    pledges, milestones = _pledges(tables, faults), _milestones(tables, faults)
    for where, row in _rows(tables, "contracts"):
        reference = row["reference"]
        stated = {name: row[name] for name in _TERMS} | {
            "value": _amount(row["value"]),
            "first_day": _day(row["first_day"]),
            "last_day": _day(row["last_day"]),
            "pledges": pledges.pop(reference, []),
            "milestones": milestones.pop(reference, []),
        }
        if row["version"] and not _WHOLE.fullmatch(row["version"]):
            faults.append(f"{where}: the version must be a whole number, or blank")
            continue
        try:
            contract = parse_contract(stated)
        except SchemaError as error:
            faults.append(f"{where}: {error}")
            continue
        version = int(row["version"]) if row["version"] else None
        made.contracts.append(
            Stated(contract, version, row["definition_sha256"], row["rule_version"])
        )
    names = [one.contract.reference for one in made.contracts]
    faults += [
        f"contracts: {name} is there twice" for name in {n for n in names if names.count(n) > 1}
    ]
    for kind, left in (("pledges", pledges), ("milestones", milestones)):
        if left:
            faults.append(f"{kind}: {len(left)} of their contracts are not in the table contracts")
    made.returns = _returns(tables, faults)
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise SchemaError("exchange", faults[:_MOST_FAULTS] + more)
    if not made.contracts and not made.returns:
        raise InputError("there is nothing to take in: give a table of contracts, or of returns")
    return made


_TERMS: Final = ("reference", "title", "supplier", "department", "definition", "rule")


def _rows(tables: Sequence[ReadTable], kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    for table in tables:
        if table.kind == kind:
            for number, row in table.rows:
                yield f"{table.where}, row {number}", row


def _amount(text: str) -> str:
    """Return an amount as people write it without its sign of pounds and its commas."""
    return text.replace("\u00a3", "").replace(",", "").strip()


def _day(text: str) -> str:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
    return text


def _pledges(tables: Sequence[ReadTable], faults: list[str]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for where, row in _rows(tables, "pledges"):
        measure = MEASURE_OF.get(row["measure"])
        if measure is not None and row["unit"].casefold() not in ("", measure.unit.casefold()):
            faults.append(f"{where}: the unit of {measure.ref} is {measure.unit}")
        found.setdefault(row["contract"], []).append(
            {"measure": row["measure"], "quarter": row["quarter"] or ALL_QUARTERS,
             "target": _amount(row["target"])}
        )  # fmt: skip
    return found


def _milestones(tables: Sequence[ReadTable], faults: list[str]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for _, row in _rows(tables, "milestones"):
        made = {"title": row["milestone"], "due": _day(row["due"])}
        if row["measure"] or row["target"]:
            made |= {"measure": row["measure"], "target": _amount(row["target"])}
        found.setdefault(row["contract"], []).append(made)
    return found


def _returns(tables: Sequence[ReadTable], faults: list[str]) -> list[tuple[str, CountedReturn]]:
    figures: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for where, row in _rows(tables, "figures"):
        line = _figure(where, row, faults)
        key = row["contract"], row["quarter"]
        if row["measure"] in figures.setdefault(key, {}):
            faults.append(f"{where}: the measure is there twice in that quarter")
        if line is not None:
            figures[key][row["measure"]] = line
    receipts: dict[tuple[str, str], dict[str, Any]] = {}
    for where, row in _rows(tables, "returns"):
        key = row["contract"], row["quarter"]
        if key in receipts:
            faults.append(f"{where}: the return is there twice")
        receipt = _receipt(where, row, faults)
        if receipt is not None:
            receipts[key] = receipt
    lost = set(figures) - set(receipts)
    if lost and not faults:
        faults.append(f"figures: {len(lost)} of their returns are not in the table returns")
    return [
        (reference, CountedReturn(quarter, figures.get((reference, quarter), {}), receipt))
        for (reference, quarter), receipt in receipts.items()
    ]


def _figure(where: str, row: Mapping[str, str], faults: list[str]) -> dict[str, int] | None:
    ref = row["measure"]
    if ref not in MEASURE_OF:
        faults.append(f"{where}: there is no such measure; there are {', '.join(MEASURE_OF)}")
        return None
    if not all(_WHOLE.fullmatch(row[name]) for name in _PARTS):
        faults.append(f"{where}: {', '.join(_PARTS)} must be whole numbers")
        return None
    line = {inner: int(row[name]) for name, inner in _PARTS.items()}
    found = []
    if line["divisor"] != parts_in_unit(ref):
        found.append(f"parts_in_unit of {ref} is {parts_in_unit(ref)}")
    if min(line["people"], line["other_people"]) < 0 or max(map(abs, line.values())) > _LARGEST:
        found.append("a number is out of range")
    if row["unit"].casefold() not in ("", MEASURE_OF[ref].unit.casefold()):
        found.append(f"the unit of {ref} is {MEASURE_OF[ref].unit}")
    if not found and row["delivered"]:
        shown = shown_figure(ref, (line["amount"], line["other"]), line["divisor"])
        if shown is None or f"{shown}" != f"{shown:f}" or not _alike(row["delivered"], str(shown)):
            found.append("'delivered' is not what its parts make; change neither by hand")
    faults += [f"{where}: {fault}" for fault in found]
    return None if found else line


def _alike(one: str, other: str) -> bool:
    try:
        return float(_amount(one)) == float(other)
    except ValueError:
        return False


def parts_in_unit(ref: str) -> int:
    """Return how many parts of an exact figure make one unit of a measure."""
    measure = MEASURE_OF[ref]
    if measure.unit == "weeks":
        return WEEK_DAYS
    return SCALE * YEAR_DAYS if measure.kind == "staff" and ref != RATIO else SCALE


def _receipt(where: str, row: Mapping[str, str], faults: list[str]) -> dict[str, Any] | None:
    try:
        quarter_days(row["quarter"])
        receipt = json.loads(row["receipt"])
    except InputError as error:
        faults.append(f"{where}: {error}")
        return None
    except ValueError:
        receipt = None
    if not _is_receipt(receipt):
        faults.append(f"{where}: the receipt is not one that an export wrote")
        return None
    if find_postcodes(row["receipt"]):
        faults.append(f"{where}: the receipt holds a postcode")
        return None
    return dict(receipt)


def _is_receipt(receipt: Any) -> bool:
    if not isinstance(receipt, dict) or set(receipt) != set(RECEIPT):
        return False
    listed = ("files", "returns", "refused", "outside_quarter", "other_contract")
    if not all(isinstance(receipt[name], list) for name in listed):
        return False
    if not all(isinstance(receipt[name], str) for name in RECEIPT if name not in listed):
        return False
    lines = [line for name in listed[1:] for line in receipt[name]]
    numbers = {line.get("return") for line in receipt["returns"] if isinstance(line, dict)}
    return (
        all(isinstance(text, str) and _HASH.fullmatch(text) for text in receipt["files"])
        and all(isinstance(line, dict) and line.get("return") in numbers for line in lines)
        and all(line.get("reason") in REFUSALS for line in receipt["refused"])
        and all(isinstance(line.get("rows"), list) for line in lines[len(receipt["returns"]) :])
    )
