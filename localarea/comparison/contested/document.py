"""The answer to the question of a place as JSON types: for the API and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.comparison.contested.facts import LOCKDOWN, find_facts, five_sentences
from localarea.comparison.documents import json_value

if TYPE_CHECKING:
    from localarea.comparison.contested.answer import Answer
    from localarea.comparison.contested.commuting import Destination
    from localarea.comparison.contested.trades import SumHeld


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON types."""
    asked, pair, firm = answer.question, answer.pair, answer.firmness
    mandated, sources = answer.mandated, answer.sources
    document: dict[str, Any] = json_value(
        {
            "council": asked.council.title,
            "anchor": asked.council.anchor,
            "place": asked.place,
            "key": asked.contested.key,
            "listed": asked.listed,
            "note": asked.note,
            "zones": list(asked.zones),
            "option": asked.base,
            "without": {"id": asked.without.id, "title": asked.without.title},
            "with": {"id": asked.with_place.id, "title": asked.with_place.title},
            "sentences": list(five_sentences(answer)),
            "facts": [
                {"side": f.side, "words": f.words, "meaning": f.meaning, "source": f.source}
                for f in find_facts(answer)
            ],
            "commuting": {
                "source": f"{sources['flows_2011']}; {sources['flows_2021']}",
                "caveat": LOCKDOWN,
                "between": [
                    {
                        "year": link.vintage,
                        "to_anchor": link.to_anchor,
                        "to_anchor_share": link.to_anchor_share,
                        "from_anchor": link.from_anchor,
                        "from_anchor_share": link.from_anchor_share,
                    }
                    for link in answer.finding.links
                ],
                "from_place": [_destination(row) for row in answer.from_place],
                "from_anchor": [_destination(row) for row in answer.from_anchor],
            },
            "industries": {
                "source": sources["jobs_msoa21_2024"],
                "year": answer.years["employees_2024"],
                "rows": [{"industry": t.industry, **_held(t.jobs)} for t in answer.trades],
            },
            "firms": {
                "source": sources["enterprises_lad"],
                "year": answer.years["enterprises_2022"],
                **_held(answer.firms),
            },
            "figures": [
                {
                    "name": figure.name,
                    "heading": figure.heading,
                    "meaning": figure.definition,
                    "without": answer.metrics[figure.name].iloc[0],
                    "with": answer.metrics[figure.name].iloc[1],
                }
                for figure in answer.figures
            ],
            "mandate": mandated
            and {
                "words": mandated.words,
                "source": mandated.source,
                "role": mandated.role,
                "sentence": mandated.sentence,
                "readings": [
                    {"area": words, "share_of_place": share} for words, share in mandated.readings
                ],
            },
            "firmness": {
                "methods": [
                    {"id": m.id, "title": m.title, "share": m.share, "standing": m.standing}
                    for m in firm.methods
                ],
                "inside": len(firm.standing("inside")),
                "partly_inside": len(firm.standing("partly inside")),
                "outside": len(firm.standing("outside")),
                "supply_side": [list(_interval(answer, "supply", at)) for at in (0, 1)],
                "demand_side": [list(_interval(answer, "demand", at)) for at in (0, 1)],
                "postcodes_near_boundary": list(firm.near),
            },
            "parts": list(pair.parts),
        }
    )
    return document


def _interval(answer: Answer, side: str, at: int) -> tuple[float, float, float]:
    """Return a share, and the ends of its 95% interval."""
    row = answer.firmness.intervals.iloc[at]
    return float(row[f"{side}_side"]), float(row[f"{side}_low"]), float(row[f"{side}_high"])


def _destination(row: Destination) -> dict[str, Any]:
    return {
        "lad25cd": row.lad25cd or None,
        "district": row.name,
        **{f"workers_{year}": workers for year, workers in row.workers.items()},
        **{f"share_{year}": share for year, share in row.shares.items()},
    }


def _held(sums: SumHeld) -> dict[str, Any]:
    before, after = sums.anchor_share
    return {
        "anchor": sums.anchor,
        "without": sums.without,
        "with": sums.with_place,
        "becomes_local": sums.gained,
        "anchor_share_without": before,
        "anchor_share_with": after,
    }
