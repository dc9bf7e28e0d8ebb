"""Documents of the register: what a command or a route shows of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.counting import SENTENCES, UNKNOWN
from localarea.contracts.quarters import quarter_days
from localarea.contracts.register import contracts, newest_returns
from localarea.contracts.standing import INDICATOR, indicator, series_of, shown_figure
from localarea.errors import InputError
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.exports import NOT_TO_BE_SHARED, SHAREABLE
from localarea.measures.refusal_words import say_refusal
from localarea.measures.unknown_places import SENTENCES as PLACES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from localarea.contracts.counting import CountedReturn
    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.standing import Series


NO_SHARE: Final = "credit notes leave none from 0 to 100%"


def register_series(connection: Connection, *, council: str) -> list[Series]:
    """
    Return all contracts of a council and the accepted figures, as series.

    What they withhold is for one look alone. What leaves the council is of
    :func:`localarea.contracts.releases.released_series`.
    """
    figures = {
        (kept.reference, kept.counted.quarter): kept.counted.figures
        for kept in newest_returns(connection)
    }
    return series_of([kept.contract for kept in contracts(connection, council=council)], figures)


def kpi_document(
    series: Sequence[Series], measure: str = INDICATOR, *, internal: bool = False
) -> dict[str, Any]:
    """
    Return a measure over time as JSON types.

    ``measure``, ``title``, ``unit``, ``privacy``, and ``series`` as
    :func:`localarea.contracts.standing.indicator` has them, with amounts as text. InputError if
    there is no such measure.
    """
    found = MEASURE_OF.get(measure)
    if found is None:
        raise InputError(
            f"there is no measure {measure!r}; there are: {', '.join(MEASURE_OF)}",
            parameter="measure",
        )
    return {
        "measure": measure,
        "title": found.title,
        "unit": found.unit,
        "privacy": NOT_TO_BE_SHARED if internal else SHAREABLE,
        "series": [plain(one) for one in indicator(series, measure, internal=internal)],
    }


def on_missing_shares(document: Mapping[str, Any]) -> str:
    """
    Say why the share of spend of a quarter is missing that has returns of spend; blank if none is.

    ``document``: as :func:`kpi_document` has it.
    """
    missing = any(
        part["returns"] and part["delivered"] is None and not part["withheld"]
        for one in document["series"]
        for part in one["by_quarter"]
    )
    if document["measure"] != INDICATOR or not missing:
        return ""
    return f"Where there are returns and no share is shown, nothing was spent or {NO_SHARE}."


def contract_document(kept: KeptContract, notes: Sequence[str] = ()) -> dict[str, Any]:
    """
    Return a contract as JSON types: its terms, version, and who entered it.

    ``notes``: of :func:`localarea.contracts.terms_notes.notes_on_terms` and the like.
    """
    return {**kept.contract.as_document(), "council": kept.council, "version": kept.version,
            "entered_by": kept.by, "entered_at": kept.at, "notes": list(notes)}  # fmt: skip


def return_document(kept: KeptReturn) -> dict[str, Any]:
    """Return a return as JSON types: its receipt, without figures, which may be small."""
    return {
        "reference": kept.reference,
        "quarter": kept.counted.quarter,
        "version": kept.version,
        "contract_version": kept.contract_version,
        "measures": list(kept.counted.figures),
        "sent_by": kept.by,
        "sent_at": kept.at,
        "state": kept.state,
        "comment": kept.decision.comment if kept.decision else "",
        "decided_by": kept.decision.by if kept.decision else None,
        "decided_at": kept.decision.at if kept.decision else None,
        "receipt": kept.counted.receipt,
    }


def faults_of(counted: CountedReturn) -> list[dict[str, Any]]:
    """
    List what was not counted of a return.

    Returns
    -------
    list of dict
        ``return`` (its number), ``kind``, ``rows`` (numbers), ``column`` (may be blank), ``why``
        (a sentence) and ``apart``: whether nothing is wrong with the rows, which are of another
        quarter or contract.
    """
    receipt = counted.receipt
    kinds = {line["return"]: line["kind"] for line in receipt["returns"]}
    found = [
        {
            **line,
            "why": say_refusal(line["reason"], kinds[line["return"]], line["column"]),
            "apart": False,
        }
        for line in receipt["refused"]
    ]
    found += [
        {**line, "column": "", "why": sentence, "apart": True}
        for reason, sentence in SENTENCES.items()
        for line in receipt[reason]
    ]
    return [{**line, "kind": kinds[line["return"]]} for line in found]


def unknown_in(counted: CountedReturn) -> list[dict[str, Any]]:
    """
    List the rows of a return whose place is unknown by a fault that can be mended.

    As :func:`faults_of`, without ``apart``; none of a return kept before they were told.
    """
    receipt = counted.receipt
    kinds = {line["return"]: line["kind"] for line in receipt["returns"]}
    return [
        {**line, "why": PLACES[line["reason"]], "kind": kinds[line["return"]]}
        for line in receipt.get(UNKNOWN, ())
    ]


def notes_on(kept: KeptReturn, names: Sequence[str]) -> list[str]:
    """
    Say what whoever sent a return should know, one sentence each.

    ``names``: name of each return in the order sent; they are not kept.
    """
    notes = []
    if kept.repeated:
        notes.append("the same return was sent before; nothing was changed")
    elif kept.version > 1:
        notes.append(f"it supersedes version {kept.version - 1}, which stays on record")
    notes += notes_on_figures(kept)
    if kept.state == "sent":
        notes.append("it counts once the contract manager has accepted it")
    if kept.decision is not None and kept.state == "returned":
        notes.append(f"it was returned by {kept.decision.by}: {kept.decision.comment}")
    return notes + notes_on_rows(kept.counted, names)


def notes_on_figures(kept: KeptReturn) -> list[str]:
    """Say what is to be known of the figures of a return, as :func:`notes_on` does."""
    notes = []
    quarter, figures = kept.counted.quarter, kept.counted.figures
    if quarter_days(quarter)[0].isoformat() > kept.at:
        notes.append(
            f"{quarter} had not begun when it was sent: check the quarter, and the year of its days"
        )
    if kept.lost:
        notes.append(
            f"the version before had figures of {', '.join(kept.lost)}, and this one has none: "
            "send all returns of the quarter together"
        )
    notes += [
        f"by this list more people count under {ref} in {quarter} than its return has: one person "
        "counts under one type over the whole contract, that of the first day. Give each time its "
        "own row, with what was true then, or correct the return of that quarter"
        for quarter, ref in kept.contradicted
    ]
    spent = figures.get(INDICATOR)
    parts = (spent["amount"], spent["other"]) if spent else (0, 0)
    if spent and any(parts) and shown_figure(INDICATOR, parts, spent["divisor"]) is None:
        notes.append(f"{INDICATOR} has no share: {NO_SHARE}. The amounts count in all totals")
    return notes


def notes_on_rows(counted: CountedReturn, names: Sequence[str]) -> list[str]:
    """List the rows of which something is wrong or to be known, as :func:`notes_on` does."""
    notes = []
    for line in (*faults_of(counted), *unknown_in(counted)):
        where = f"{names[line['return'] - 1]}: {say_rows(line['rows'])}"
        column = f" {line['column']}" if line["column"] else ""
        notes.append(f"{where}{column}: {line['why']}")
    return notes


def say_rows(numbers: Sequence[int]) -> str:
    """Write the first ten numbers of rows, and how many more there are."""
    listed = ", ".join(str(number) for number in numbers[:10])
    more = f" and {len(numbers) - 10:,} more" if len(numbers) > 10 else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {listed}{more}"


def plain(value: Any) -> Any:
    """Return JSON types, with amounts as text so that no digit is lost."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value
