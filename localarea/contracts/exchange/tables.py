"""Make the tables of an exchange of the contracts and figures of a register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.contracts.exchange.columns import PUBLISHED, TABLES
from localarea.contracts.standing import shown_figure, standing
from localarea.definitions.model import canonical_json
from localarea.measures.catalogue import MEASURE_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.standing import Series

Row = dict[str, str]


def terms_tables(kept: Sequence[KeptContract]) -> dict[str, list[Row]]:
    """Return the tables of contracts, their pledges and their milestones."""
    return {
        "contracts": [_contract(one) for one in kept],
        "pledges": [
            {"contract": one.contract.reference, **_measure(pledge.measure),
             "quarter": pledge.quarter, "target": str(pledge.target)}
            for one in kept for pledge in one.contract.pledges
        ],
        "milestones": [
            {"contract": one.contract.reference, "milestone": made.title,
             "due": made.due.isoformat(), "measure": made.measure,
             "target": "" if made.target is None else str(made.target)}
            for one in kept for made in one.contract.milestones
        ],
    }  # fmt: skip


def figure_tables(newest: Iterable[KeptReturn]) -> dict[str, list[Row]]:
    """Return the tables of exact figures and receipts: they show small counts."""
    figures, receipts = [], []
    for one in newest:
        words = {"contract": one.reference, "quarter": one.counted.quarter}
        text = canonical_json(one.counted.receipt).decode("utf-8")
        receipts.append({**words, "receipt": text})
        for ref, line in one.counted.figures.items():
            shown = shown_figure(ref, (line["amount"], line["other"]), line["divisor"])
            figures.append(
                {**words, **_measure(ref), "delivered": "" if shown is None else str(shown),
                 "amount_parts": str(line["amount"]), "other_parts": str(line["other"]),
                 "parts_in_unit": str(line["divisor"]), "people": str(line["people"]),
                 "other_people": str(line["other_people"])}
            )  # fmt: skip
    return {"figures": figures, "returns": receipts}


def published_table(kept: Sequence[KeptContract], series: Sequence[Series]) -> dict[str, list[Row]]:
    """
    Return what was pledged and delivered as it may be published.

    Parameters
    ----------
    series : sequence of Series
        As :func:`localarea.contracts.releases.released_series` gives them.
    """
    rows = []
    for one in kept:
        reference = one.contract.reference
        for line in standing(series, reference):
            words = {"contract": reference, **_measure(line["measure"])}
            whole = {**line, "quarter": "all quarters"}
            rows += [{**words, **_told(part)} for part in (*line["by_quarter"], whole)]
    return {PUBLISHED: rows}


def _told(part: dict[str, Any]) -> Row:
    return {
        "quarter": part["quarter"],
        "target": "" if part["target"] is None else str(part["target"]),
        "delivered": "" if part["delivered"] is None else str(part["delivered"]),
        "withheld": "yes" if part["withheld"] else "no",
    }


def _contract(one: KeptContract) -> Row:
    terms = one.contract.as_document()
    return {
        name: str(one.version) if name == "version" else terms[name]
        for name in TABLES["contracts"].columns
    }


def _measure(ref: str) -> Row:
    measure = MEASURE_OF[ref]
    return {"measure": ref, "title": measure.title, "unit": measure.unit}
