"""What the form of a contract sends, and its faults in the words of the form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Form

from localarea.errors import InputError, LocalareaError, SchemaError
from localarea.measures.report import ALL_QUARTERS
from localarea.service.pages.forms import Days, Fault, parse_day, read_day
from localarea.tables.money import plain_amount

if TYPE_CHECKING:
    from localarea.contracts.model import Contract

_MOST: Final = 120  # pledges, and milestones; more come by file or API
_NUMBERED: Final = re.compile(r"(pledge|milestone) (\d+): (.*)", re.DOTALL)
_QUOTED: Final = re.compile(r"'(\w+)'")
_FIELDS: Final = {"first_day": "first-day", "last_day": "last-day"}
_ASKED: Final = {
    "reference": "Enter the reference of the contract",
    "title": "Enter what the contract is for",
    "supplier": "Enter the name of the supplier",
    "department": "Enter the department",
    "value": "Enter the value in pounds, such as 250000 or 1234.50",
    "first_day": "Enter the first day",
    "last_day": "Enter the last day",
    "definition": "Choose the definition",
}
_AMOUNT: Final = "enter the target as a number, such as 1234.50, of at most 4 decimal places"
SHORT: Final = ("reference", "title", "supplier", "department", "value", "definition", "rule")
Line = Annotated[str, Form(max_length=1000)]
Short = Annotated[str, Form(max_length=30)]
Lines = Annotated[list[str] | None, Form()]


@dataclass
class Typed:
    """What was typed, so that the form can show it again."""

    words: dict[str, str] = field(default_factory=dict)
    first: Days = field(default_factory=Days)
    last: Days = field(default_factory=Days)
    pledges: list[tuple[str, str, str]] = field(default_factory=list)
    milestones: list[tuple[str, str, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, contract: Contract) -> Typed:
        """Return the fields as they are for a contract."""
        document = contract.as_document()
        first, last = contract.first_day, contract.last_day
        return cls(
            {name: document[name] for name in SHORT},
            Days(str(first.day), str(first.month), str(first.year)),
            Days(str(last.day), str(last.month), str(last.year)),
            [(p.measure, p.quarter, str(p.target)) for p in contract.pledges],
            [
                (m.title, m.due.strftime("%d/%m/%Y"), m.measure,
                 "" if m.target is None else str(m.target))
                for m in contract.milestones
            ],
        )  # fmt: skip

    def stated(self, faults: list[Fault]) -> dict[str, Any]:
        """Return the contract as :func:`parse_contract` takes it; days that are none are faults."""
        words = {name: value.strip() for name, value in self.words.items() if value.strip()}
        words["value"] = plain_amount(words.get("value", ""))
        made: dict[str, Any] = {name: value for name, value in words.items() if value}
        for name, days in (("first_day", self.first), ("last_day", self.last)):
            try:
                day = read_day(*days.parts, f"the {name.replace('_', ' ')}")
            except InputError as error:
                faults.append(Fault.said(str(error), f"{_FIELDS[name]}-day"))
                day = None
            if day is not None:
                made[name] = day.isoformat()
        made["pledges"] = [
            {"measure": m, "quarter": q or ALL_QUARTERS, "target": plain_amount(t)}
            for m, q, t in self.pledges
            if m or t.strip()
        ]
        made["milestones"] = [
            self._milestone(number, one, faults)
            for number, one in enumerate(self.milestones, start=1)
            if any(part.strip() for part in one)
        ]
        return made

    @staticmethod
    def _milestone(
        number: int, one: tuple[str, str, str, str], faults: list[Fault]
    ) -> dict[str, str]:
        title, due, measure, target = (part.strip() for part in one)
        try:
            day = parse_day(due, "the day of the milestone")
        except InputError as error:
            faults.append(Fault.said(str(error), f"milestone-{number}"))
            day = None
        made = {"title": title} if title else {}
        if day is not None:
            made["due"] = day.isoformat()
        if measure or target:
            made |= {"measure": measure, "target": plain_amount(target)}
        return made

    def require_few(self) -> None:
        """
        Require no more rows than the form sends back.

        InputError if there are more: to go on would leave the rest out.
        """
        if max(len(self.pledges), len(self.milestones)) > _MOST:
            raise InputError(
                f"the form takes at most {_MOST} pledges and {_MOST} milestones; get the contract "
                "as tables, change them and send them back"
            )

    def remove(self, kind: str, number: int) -> None:
        """Take a row out, as it is numbered where it is shown."""
        rows: list[Any] = self.pledges if kind == "pledge" else self.milestones
        del rows[number - 1 : number]

    def settle(self) -> None:
        """Leave out blank rows, so that rows are numbered as they are shown."""
        self.pledges = [one for one in self.pledges if one[0] or one[2].strip()]
        self.milestones = [one for one in self.milestones if any(part.strip() for part in one)]


def _typed(
    contract: Line = "",
    title: Line = "",
    supplier: Line = "",
    department: Line = "",
    value: Short = "",
    definition: Line = "",
    rule: Line = "",
    first_day: Short = "",
    first_month: Short = "",
    first_year: Short = "",
    last_day: Short = "",
    last_month: Short = "",
    last_year: Short = "",
    measure: Lines = None,
    quarter: Lines = None,
    target: Lines = None,
    milestone: Lines = None,
    due: Lines = None,
    milestone_measure: Lines = None,
    milestone_target: Lines = None,
) -> Typed:
    words = dict(
        zip(SHORT, (contract, title, supplier, department, value, definition, rule), strict=True)
    )
    return Typed(
        words,
        Days(first_day, first_month, first_year),
        Days(last_day, last_month, last_year),
        _rows(measure, quarter, target),  # type: ignore[arg-type]
        _rows(milestone, due, milestone_measure, milestone_target),  # type: ignore[arg-type]
    )


def _rows(*columns: list[str] | None) -> list[tuple[str, ...]]:
    """Put the fields of rows together again; a browser sends every one, blank or not."""
    parts = [column or [] for column in columns]
    return [
        tuple(part[at][:1000] if at < len(part) else "" for part in parts)
        for at in range(max(map(len, parts)))
    ]


FormTyped = Annotated[Typed, Depends(_typed)]


def told(error: LocalareaError, already: set[str]) -> list[Fault]:
    """Hang every fault on its field, in the words of the form."""
    if not isinstance(error, SchemaError):
        named = getattr(error, "parameter", "")
        place = f"{_FIELDS[named]}-day" if named in _FIELDS else "reference"
        return [Fault.said(str(error), named if named in ("definition", "rule") else place)]
    found = [_fault(text) for text in error.faults]
    return [one for one in found if one.field not in already]


def _fault(text: str) -> Fault:
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        plain = _AMOUNT if "an amount in quotes" in numbered[3] else _plain(numbered[3])
        place = f"{numbered[1]}-{numbered[2]}"
        return Fault(f"{numbered[1].capitalize()} {numbered[2]}: {plain}", place)
    named = _QUOTED.search(text)
    name = named[1] if named else "reference"
    place = f"{_FIELDS[name]}-day" if name in _FIELDS else name
    if text.startswith("it lacks") or (name == "value" and "must be" in text):
        return Fault(_ASKED.get(name, text), place)
    return Fault.said(_plain(text), place)


def _plain(text: str) -> str:
    return _QUOTED.sub(lambda m: f"the {m[1].replace('_', ' ')}", text)


def in_order(faults: list[Fault]) -> list[Fault]:
    """Put faults in the order of the fields."""
    order = (*SHORT[:5], "first-day-day", "last-day-day", *SHORT[5:])

    def place(fault: Fault) -> tuple[int, int]:
        name, _, number = fault.field.partition("-")
        if number.isdecimal():
            return len(order) + (name == "milestone"), int(number)
        return (order.index(fault.field) if fault.field in order else 0), 0

    return sorted(faults, key=place)
