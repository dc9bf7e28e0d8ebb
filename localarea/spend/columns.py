"""Choose the columns of a table of payments by the headers that councils use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from localarea.errors import InputError
from localarea.spend.days import read_day
from localarea.tables.finding.amounts import choose_amounts, mostly_amounts
from localarea.tables.finding.headers import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Role = Literal[
    "amount",
    "vat",
    "date",
    "supplier",
    "supplier_number",
    "company_number",
    "category",
    "reference",
    "size",
]
# Those that a user may name.
ROLES: Final[tuple[Role, ...]] = tuple(role for role in get_args(Role) if role != "vat")

_PAYEE: Final = (
    r"(?:supplier|vendor|payee|beneficiary|merchant|creditor|recipient|contractor|provider|company"
    r"|organisation|organization|trader)s?"
)
NUMBER: Final = r"(?:number|no|num|id|code|ref|reference|key|urn)"
# Patterns of the words of a header, the best first.
_PATTERNS: Final[Mapping[Role, tuple[str, ...]]] = {
    "company_number": (
        r"compan(?:y|ies) (?:house )?(?:registration |reg(?:istered)? )?(?:number|no|num|id|code)",
        r"compan(?:y|ies) house",
        r"\bcrn\b",
        r"registered (?:company )?(?:number|no)\b",
        r"registration (?:number|no)\b",
    ),
    "supplier": (
        rf"^{_PAYEE}(?: [a-z])?(?: full| trading| legal)? name\b",
        rf"^name of (?:the )?{_PAYEE}",
        rf"^{_PAYEE}(?: t)?$",
        r"^paid to\b",
        rf"\b{_PAYEE}\b",
        r"^name\b",
    ),
    "supplier_number": (rf"\b{_PAYEE} {NUMBER}\b", rf"^{_PAYEE} account\b", r"^account (?:no|n)"),
    "date": (
        r"\b(?:payment|paid|pay|cleared|clearing)\b.*\bdate\b|\bdate\b.*\b(?:paid|payment|cleared)\b"
        r"|^paid on$",
        r"^(?:the )?date\b|\bexpenditure\b.*\bdate\b",
        r"\b(?:transaction|posting|posted|effective|accounting|ledger)\b.*\bdate\b",
        r"\b(?:invoice|document|voucher)\b.*\bdate\b",
        r"\bdate\b|\bdate time\b",
    ),
    "category": (
        r"\b(?:merchant|expense|expenses|expenditure|spend|procurement|purchase|product|service)"
        r"\b.*\bcategory\b",
        r"\bcategory\b|\bcategories\b",
        r"\b(?:expense|expenses|expenditure|spend|spending|cost)s? types?\b|\btypes? of (?:expense"
        r"|expenditure|spend)",
        r"\bpurpose\b",
        r"\b(?:pro ?class|cpv|classification)\b",
        r"\b(?:account|subjective|detail|gl|nominal|commodity|invoice|line)\b.*\bdescription\b",
        r"\bdescription\b|\bnarrative\b|\bdetails\b",
        r"\b(?:expense|expenses|expenditure|service|business) (?:area|unit|label)\b",
        r"\b(?:department|directorate|service|division|portfolio)\b",
    ),
    "reference": (
        rf"\binvoice {NUMBER}\b|^inv {NUMBER}\b",
        rf"\b(?:transaction|trans|document|doc|voucher|payment|internal|unique|journal)\b.*\b{NUMBER}\b",
        r"^trans ?no$|^transaction$|^ref(?:erence)?\b|^urn$",
    ),
    "size": (
        rf"\b(?:{_PAYEE}|business|enterprise|firm) size\b|^size\b|\bsize of (?:the )?{_PAYEE}",
        r"^(?:is |an )?sme\b|\bsme (?:flag|status|indicator)\b|\bsme\b|\bvcse\b",
    ),
}
# Words by which a header that would fit means something else.
_NOT: Final[Mapping[Role, str]] = {
    "supplier": r"\b(?:category|type|number|no|num|id|code|ref|reference|postcode|post|zip|address"
    r"|addr|town|city|county|country|size|vat|date|account|class|classification|status|email|url"
    r"|website|web|group|amount|key|sme|vcse|spend|value|invoice|region|ward|description|sector"
    r"|council|authority|house|registration|registered|urn|department|cost|charity)\b",
    "supplier_number": r"\b(?:vat|charity|postcode|category|invoice|phone|compan(?:y|ies) house)\b",
    "company_number": r"\b(?:vat|charity|name|address|postcode|status)\b",
    "date": r"\b(?:birth|due|created|updated|start|end|report|run|extract|published)\b",
    "category": rf"\b{NUMBER}\b|\bdate\b|\bamount\b|\bvat\b|\bcharity\b|\bsize\b",
    "reference": r"\b(?:date|amount|supplier|vendor|payee|charity|vat|postcode|company)\b",
    "size": r"\b(?:date|amount|postcode)\b",
}
_VAT: Final = re.compile(r"\bvat\b|\btax\b")
_NO_VAT_AMOUNT: Final = re.compile(
    r"\b(?:excl?|ex|excluding|exclusive|incl?|including|inclusive|with|without|net|gross|number|no"
    r"|reg|registration|code|type|rate|status|irrecoverable|non|recoverable|unrecoverable|not)\b"
)
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """
    The columns of a table of payments.

    Attributes
    ----------
    at : mapping of str to int
        Position of the column of each role, from 0; roles without one are left out. With ``vat``
        the amounts are with VAT, and it is taken off.
    notes : tuple of str
        How they were chosen, where that must be said.
    """

    at: Mapping[Role, int]
    headers: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def named(self) -> dict[str, str]:
        """Return the header of each role."""
        return {role: self.headers[at].strip() for role, at in self.at.items()}


def choose_columns(
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    wanted: Mapping[Role, str] | None = None,
    *,
    taken: Sequence[int] = (),
    by_name: bool = False,
) -> Columns | None:
    """
    Choose the columns of a table.

    Parameters
    ----------
    sample : sequence of sequence of str
        Cells of the first rows, which may be short.
    wanted : mapping of str to str, optional
        Header of the column of a role, where the user named it.
    taken : sequence of int
        Columns of postcodes, which are nothing else.
    by_name : bool, default False
        Whether the header of the amounts is enough, beside one of days or payees: for a table
        without rows, or with few amounts that can be read.

    Returns
    -------
    Columns or None
        None if no column is of amounts.

    Raises
    ------
    InputError
        If there is no column of a header that the user named.

    Examples
    --------
    >>> choose_columns(["Supplier", "Net", "VAT"], [["A Ltd", "100.00", "20.00"]]).at
    {'amount': 1, 'supplier': 0}
    """
    said = [" ".join(words_of(header)) for header in headers]
    at: dict[Role, int] = {}
    for role, name in (wanted or {}).items():
        at[role] = _named(headers, name)
    free = [i not in taken and i not in at.values() for i in range(len(headers))]
    notes: list[str] = []
    if "amount" not in at:
        offered = [h if free[i] else "" for i, h in enumerate(headers)]
        choice = choose_amounts(offered, sample, by_name=by_name)
        if choice is None:
            return None
        at["amount"] = choice.index
        vat = _vat_to_take_off(said, sample, choice.index)
        if vat is not None:
            at["vat"] = vat
        notes += _amount_notes(headers, choice.index, vat, choice.note)
    roles = [role for role in _PATTERNS if role not in at]
    found = best_columns(headers, sample, roles, taken=(*taken, *at.values()))
    if by_name and not {"date", "supplier"} & {*at, *found}:
        return None
    return Columns({**at, **found}, tuple(headers), tuple(notes))


def best_columns(
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    roles: Sequence[Role],
    *,
    taken: Sequence[int] = (),
) -> dict[Role, int]:
    """
    Choose a column for each of some roles, where one fits.

    Parameters
    ----------
    sample : sequence of sequence of str
        Cells of the first rows, which may be short.
    roles : sequence of str
        Roles, of which the first choose first.
    taken : sequence of int
        Columns that are something else.
    """
    said = [" ".join(words_of(header)) for header in headers]
    free = [i not in taken for i in range(len(headers))]
    at: dict[Role, int] = {}
    for role in roles:
        found = _best(role, said, sample, free)
        if found is not None:
            at[role] = found
            free[found] = False
    return at


def _named(headers: Sequence[str], name: str) -> int:
    plain = [header.strip().casefold() for header in headers]
    wanted = name.strip().casefold()
    if wanted in plain:
        return plain.index(wanted)
    have = ", ".join(repr(header[:_LONGEST_SHOWN]) for header in headers if header.strip())
    raise InputError(
        f"there is no column {name[:_LONGEST_SHOWN]!r}; the columns are {have or 'without names'}",
        parameter="column",
    )


def _best(
    role: Role, said: Sequence[str], sample: Sequence[Sequence[str]], free: Sequence[bool]
) -> int | None:
    """Return the free column whose header fits a role best, if its cells do not say otherwise."""
    without = re.compile(_NOT[role])
    for pattern in map(re.compile, _PATTERNS[role]):
        for i, header in enumerate(said):
            if not free[i] or not pattern.search(header) or without.search(header):
                continue
            if role == "date" and not _mostly_days(sample, i):
                continue
            if role in ("supplier", "category") and _mostly_numbers(sample, i):
                continue
            return i
    return None


def _cells(sample: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] for row in sample if at < len(row) and row[at].strip()]


def _mostly_days(sample: Sequence[Sequence[str]], at: int) -> bool:
    cells = _cells(sample, at)
    return not cells or 2 * sum(read_day(cell) is not None for cell in cells) >= len(cells)


def _mostly_numbers(sample: Sequence[Sequence[str]], at: int) -> bool:
    cells = _cells(sample, at)
    return bool(cells) and 2 * sum(cell.strip().isdecimal() for cell in cells) > len(cells)


def _vat_to_take_off(said: Sequence[str], sample: Sequence[Sequence[str]], at: int) -> int | None:
    """Return the column of VAT where the amounts are said to be with it."""
    if not re.search(
        r"\bgross\b|\b(?:incl?|including|inclusive|with)\b.*\b(?:vat|tax)\b", said[at]
    ):
        return None
    for i, header in enumerate(said):
        said_vat = _VAT.search(header) and not _NO_VAT_AMOUNT.search(header)
        if i != at and said_vat and mostly_amounts(sample, i):
            return i
    return None


def _amount_notes(headers: Sequence[str], at: int, vat: int | None, chosen: str) -> list[str]:
    name = repr(headers[at].strip()[:_LONGEST_SHOWN])
    words = set(words_of(headers[at]))
    others = chosen.partition(", not from ")[2]
    instead = f", not from {others}" if others else ""
    if vat is not None:
        taken = repr(headers[vat].strip()[:_LONGEST_SHOWN])
        return [f"amounts are net of VAT: {name} less {taken}"]
    if words & {"gross", "incl", "inc", "including", "inclusive"}:
        return [f"amounts are with VAT: there is {name}{instead}, and no column without it"]
    if words & {"net", "excl", "exc", "ex", "excluding", "exclusive", "without"}:
        return [f"amounts are net of VAT, from {name}{instead}"]
    return [f"amounts are from {name}{instead}, which does not say whether VAT is in them"]
