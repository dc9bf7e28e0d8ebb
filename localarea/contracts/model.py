"""A contract as it stands on the register: who, what, when, and what was pledged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from localarea.contracts.quarters import quarter_days, quarters_of
from localarea.errors import InputError, SchemaError
from localarea.geo.addresses import find_postcodes
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS
from localarea.measures.returns import LOOKS_LIKE_POSTCODE

MOST_TEXT: Final = 500  # characters of a title or a name
MOST_REFERENCE: Final = 60
_MOST_PARTS: Final = 1000  # pledges or milestones
_MOST_YEARS: Final = 50
_MOST_VALUE: Final = Decimal(10) ** 12
_MOST_DECIMALS: Final = 4
_WHOLE_SHARE: Final = 100  # per cent
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_NEEDED: Final = ("reference", "title", "supplier", "department", "value", "first_day", "last_day",
                  "definition")  # fmt: skip
_KNOWN: Final = frozenset({*_NEEDED, "rule", "pledges", "milestones"})


@dataclass(frozen=True, slots=True)
class Pledge:
    """
    What a supplier promised of one measure.

    Attributes
    ----------
    quarter : str
        Name such as ``2026-27 Q1``, or ``all quarters``.
    target : decimal.Decimal
        In the unit of the measure.
    """

    measure: str
    quarter: str
    target: Decimal


@dataclass(frozen=True, slots=True)
class Milestone:
    """
    What is due on a day.

    Attributes
    ----------
    measure : str
        Reference of the measure whose pledge it spreads; blank for none.
    target : decimal.Decimal or None
        Of that measure, from the first day of the contract to this day together.
    """

    title: str
    due: date
    measure: str = ""
    target: Decimal | None = None

    def as_document(self) -> dict[str, str]:
        """Return JSON types."""
        said = {"title": self.title, "due": self.due.isoformat()}
        return (
            {**said, "measure": self.measure, "target": str(self.target)} if self.measure else said
        )


@dataclass(frozen=True, slots=True)
class Contract:
    """
    A contract.

    Attributes
    ----------
    reference : str
        Letters, digits, full stops, hyphens and underscores; also in the returns.
    value : decimal.Decimal
        In pounds.
    definition, definition_sha256 : str
        Published definition that its returns are measured under, and the hash of its terms.
        Blank hash: not looked up yet.
    rule, rule_version : str
        Counting rule. Blank rule: the default; blank version: not looked up yet.
    """

    reference: str
    title: str
    supplier: str
    department: str
    value: Decimal
    first_day: date
    last_day: date
    definition: str
    rule: str = ""
    pledges: tuple[Pledge, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    definition_sha256: str = ""
    rule_version: str = ""

    @property
    def quarters(self) -> list[str]:
        """Return the quarters that the contract overlaps."""
        return quarters_of(self.first_day, self.last_day)

    @property
    def basis(self) -> tuple[str, str, str, str]:
        """Return what its returns are counted under: definition, its hash, rule, its version."""
        return self.definition, self.definition_sha256, self.rule, self.rule_version

    def as_document(self) -> dict[str, Any]:
        """Return JSON types, with amounts and days as text."""
        return {
            "reference": self.reference, "title": self.title, "supplier": self.supplier,
            "department": self.department, "value": str(self.value),
            "first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat(),
            "definition": self.definition, "definition_sha256": self.definition_sha256,
            "rule": self.rule, "rule_version": self.rule_version,
            "pledges": [
                {"measure": p.measure, "quarter": p.quarter, "target": str(p.target)}
                for p in self.pledges
            ],
            "milestones": [m.as_document() for m in self.milestones],
        }  # fmt: skip


def contract_of(document: Mapping[str, Any]) -> Contract:
    """Return a contract from a document that the register holds."""
    stated = dict(document)
    frozen = {name: stated.pop(name) for name in ("definition_sha256", "rule_version")}
    made = parse_contract(stated)
    return Contract(**{**{n: getattr(made, n) for n in _FIELDS}, **frozen})


_FIELDS: Final = (*_NEEDED, "rule", "pledges", "milestones")


def parse_contract(stated: Mapping[str, Any]) -> Contract:
    """
    Read a contract as a person states it, in TOML or JSON.

    ``stated``: ``docs/contracts.md`` describes the keys. Amounts are text or whole numbers, because
    a binary fraction is not the number as written. SchemaError if anything is missing, unknown or
    not allowed; every fault is reported.
    """
    faults = [f"the key {name!r} is not known" for name in stated if name not in _KNOWN]
    faults += [f"it lacks {name!r}" for name in _NEEDED if name not in stated]
    read = _Reader(stated, faults)
    reference = read.text("reference", MOST_REFERENCE)
    if LOOKS_LIKE_POSTCODE.search(reference):  # a return refuses it
        faults.append("'reference' holds a postcode; leave it out")
    elif reference and not _REFERENCE.fullmatch(reference):
        faults.append("'reference' may have letters, digits, full stops, hyphens and underscores")
    first, last = read.day("first_day"), read.day("last_day")
    period = None
    if first and last:
        if not first <= last or last.year - first.year > _MOST_YEARS:
            faults.append(f"'last_day' must be after 'first_day', by at most {_MOST_YEARS} years")
        else:
            period = (first, last)
    value = _amount(stated.get("value", 0), "'value'", faults)
    contract = Contract(
        reference=reference,
        title=read.text("title"),
        supplier=read.text("supplier"),
        department=read.text("department"),
        value=value,
        first_day=first or date.min,
        last_day=last or date.min,
        definition=read.text("definition"),
        rule=read.text("rule") if stated.get("rule", "") != "" else "",
        pledges=tuple(_pledges(read.parts("pledges"), period, faults)),
        milestones=tuple(_milestones(read.parts("milestones"), faults)),
    )
    if faults:
        raise SchemaError("contract", faults)
    return contract


class _Reader:
    def __init__(self, stated: Mapping[str, Any], faults: list[str], where: str = "") -> None:
        self.stated, self.faults, self.where = stated, faults, where

    def text(self, name: str, most: int = MOST_TEXT) -> str:
        value = self.stated.get(name)
        shown = f"{self.where}{name!r}"
        if name not in self.stated:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.faults.append(f"{shown} must be non-blank text")
        elif len(value) > most or not value.isprintable():
            self.faults.append(f"{shown} must be one line of at most {most} characters")
        elif find_postcodes(value):  # the text is not repeated here
            self.faults.append(f"{shown} holds a postcode; leave it out")
        else:
            return value.strip()
        return ""

    def day(self, name: str) -> date | None:
        value = self.stated.get(name)
        if name not in self.stated:
            return None
        try:
            day = value if type(value) is date else date.fromisoformat(str(value))
        except ValueError:
            day = None
        if day is None or not 2000 <= day.year < 2100:
            fault = f"{self.where}{name!r} must be a day from 2000 to 2099, such as 2026-04-01"
            self.faults.append(fault)
            return None
        return day

    def parts(self, name: str) -> list[Mapping[str, Any]]:
        value = self.stated.get(name, ())
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            self.faults.append(f"{name!r} must be a list of tables")
            return []
        if len(value) > _MOST_PARTS or not all(isinstance(part, Mapping) for part in value):
            self.faults.append(f"{name!r} must be a list of at most {_MOST_PARTS} tables")
            return []
        return list(value)


def _amount(value: Any, what: str, faults: list[str]) -> Decimal:
    number = _decimal(value)
    if number is None:
        faults.append(
            f"{what} must be an amount in quotes, such as '1234.50', not negative and of at most "
            f"{_MOST_DECIMALS} decimal places"
        )
    return number or Decimal(0)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, float | bool):  # a binary fraction is not the number as written
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    good = number.is_finite() and 0 <= number <= _MOST_VALUE
    if not good or number != round(number, _MOST_DECIMALS):
        return None
    return Decimal(f"{number:f}")  # 1E+3 is what a program makes of 1000


def _pledges(
    parts: list[Mapping[str, Any]], period: tuple[date, date] | None, faults: list[str]
) -> list[Pledge]:
    made: dict[tuple[str, str], Pledge] = {}
    covered = quarters_of(*period) if period else None
    for number, part in enumerate(parts, start=1):
        where = f"pledge {number}: "
        found: list[str] = [f"the key {k!r} is not known" for k in part if k not in _PLEDGE]
        measure, quarter = part.get("measure"), part.get("quarter", ALL_QUARTERS)
        if not isinstance(measure, str) or measure not in MEASURE_OF:
            found.append(f"'measure' must be one of {', '.join(MEASURE_OF)}")
        elif MEASURE_OF[measure].unit == "%" and _over_hundred(part.get("target")):
            found.append("a share is at most 100")
        found += _quarter_faults(quarter, covered)
        if "target" not in part:
            found.append("it lacks 'target'")
        target = _amount(part.get("target", 0), "'target'", found)
        pledge = Pledge(str(measure), str(quarter), target)
        if (pledge.measure, pledge.quarter) in made:
            found.append("it repeats an earlier pledge of the same measure and quarter")
        made[pledge.measure, pledge.quarter] = pledge
        faults += [where + fault for fault in found]
    return list(made.values())


_PLEDGE: Final = ("measure", "quarter", "target")


def _over_hundred(target: Any) -> bool:
    faults: list[str] = []
    return _amount(target, "", faults) > _WHOLE_SHARE and not faults


def _quarter_faults(quarter: Any, covered: list[str] | None) -> list[str]:
    if quarter == ALL_QUARTERS:
        return []
    try:
        quarter_days(str(quarter))
    except InputError as error:
        return [str(error)]
    if covered is not None and quarter not in covered:
        return [f"the contract does not run in {quarter}"]
    return []


def _milestones(parts: list[Mapping[str, Any]], faults: list[str]) -> list[Milestone]:
    made = []
    for number, part in enumerate(parts, start=1):
        where = f"milestone {number}: "
        found = [f"the key {k!r} is not known" for k in part if k not in _MILESTONE]
        found += [f"it lacks {name!r}" for name in ("title", "due") if name not in part]
        read = _Reader(part, found)
        title, due = read.text("title"), read.day("due")
        measure, target = _milestone_target(part, found)
        faults += [where + fault for fault in found]
        made.append(Milestone(title, due or date.min, measure, target))
    return made


_MILESTONE: Final = ("title", "due", "measure", "target")


def _milestone_target(part: Mapping[str, Any], found: list[str]) -> tuple[str, Decimal | None]:
    measure = part.get("measure", "")
    if not measure and "target" not in part:
        return "", None
    if not isinstance(measure, str) or measure not in MEASURE_OF:
        found.append(f"'measure' must be one of {', '.join(MEASURE_OF)}")
    elif not MEASURE_OF[measure].adds_up:
        found.append(f"'measure' {measure} is a share or a ratio, which no milestone spreads")
    if "target" not in part:
        found.append("it lacks 'target'")
    return str(measure), _amount(part.get("target", 0), "'target'", found)
