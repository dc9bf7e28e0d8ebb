"""
Options as JSON documents, for scripts and the service.

``docs/options.md`` lists the keys. A published key never changes its name or meaning.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.options.figure_years import years_of_figures
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.comparison.comparison import Comparison
    from localarea.comparison.findings import Finding
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

HOME_WORKER_RULE = (
    "People who work at home or at no fixed place count as working in the zone where they live; "
    "those who work offshore, abroad, in Scotland or in Northern Ireland count as working outside. "
    "Those who live there and work here are not in the tables."
)
_DECIMALS = 6  # of a share; more would be noise


def options_document(
    options: Sequence[Option],
    metrics: pd.DataFrame,
    council: Council,
    *,
    findings: Sequence[Finding] = (),
    store: DataStore | None = None,
) -> dict[str, Any]:
    """
    Build the document of options and their figures.

    Parameters
    ----------
    metrics : pandas.DataFrame
        Their figures, from :func:`localarea.comparison.metrics.compute_metrics`.

    Returns
    -------
    dict
        ``council``, ``anchor``, ``rule``, ``vintages``, ``figure_years``, ``options`` and
        ``findings``; only JSON types. Unknown figures are None.
    """
    vintages = dict(metrics.attrs.get("vintages", {}))
    figures = json_value(metrics.to_dict("index"))
    return {
        "council": council.key,
        "anchor": council.anchor,
        "rule": HOME_WORKER_RULE,
        "vintages": vintages,
        "figure_years": years_of_figures(vintages),
        "options": [_option(option, figures[option.id], store) for option in options],
        "findings": [json_value(asdict(finding)) for finding in findings],
    }


def comparison_document(
    comparison: Comparison,
    council: Council,
    *,
    findings: Sequence[Finding] = (),
    store: DataStore | None = None,
) -> dict[str, Any]:
    """
    Build the document of a comparison.

    The keys of :func:`options_document`, with ``changes``, ``overlaps``, ``changes_by_zone``,
    ``jobs_by_industry`` and ``exposure``.
    """
    document = options_document(
        comparison.options, comparison.metrics, council, findings=findings, store=store
    )
    document["changes"] = json_value(comparison.changes.to_dict("records"))
    document["overlaps"] = json_value(comparison.overlaps.to_dict("records"))
    document["changes_by_zone"] = json_value(comparison.changes_by_zone.to_dict("records"))
    document["jobs_by_industry"] = json_value(comparison.jobs_by_industry.to_dict("records"))
    document["exposure"] = plain_rows(comparison.exposure)
    return document


def scenario_document(
    comparison: Comparison, council: Council, *, store: DataStore | None = None
) -> dict[str, Any]:
    """
    Build the document of a scenario and the option it starts from.

    ``comparison``: comparison of the base option with the scenario, in that order. Returns the keys
    of :func:`comparison_document`, with only the scenario in ``options`` and the base option in
    ``base``.
    """
    document = comparison_document(comparison, council, store=store)
    base, changed = document["options"]
    return {**document, "options": [changed], "base": base}


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Convert a frame to rows of JSON types.

    Parameters
    ----------
    frame : pandas.DataFrame
        Frame with a named index.

    Returns
    -------
    list of dict
        One per row, with the index first; missing values are None.
    """
    rows: list[dict[str, Any]] = json_value(frame.reset_index().to_dict("records"))
    return rows


def _option(option: Option, figures: dict[str, Any], store: DataStore | None) -> dict[str, Any]:
    parameters = dict(option.parameters)
    notes = parameters.pop("notes", ())
    return {
        "id": option.id,
        "title": option.title,
        "description": option.description,
        "method": option.method,
        "zone_system": option.zone_system,
        "parameters": json_value(parameters),
        "vintages": dict(option.vintages),
        "notes": list(notes),
        "zones": list(option.zones),
        "districts": _districts(option, store),
        "metrics": figures,
    }


def _districts(option: Option, store: DataStore | None) -> list[dict[str, Any]]:
    gazetteer = read_gazetteer(option.zone_system, store=store)
    inside: dict[str, int] = {}
    for zone in option.zones:
        code = gazetteer.zone_district[zone]
        inside[code] = inside.get(code, 0) + 1
    return [
        {
            "lad25cd": code,
            "name": gazetteer.districts[code],
            "zones_inside": count,
            "zones": len(gazetteer.district_zones[code]),
        }
        for code, count in sorted(inside.items())
    ]


def json_value(value: Any) -> Any:
    """Convert tuples, numpy scalars and NaN to JSON types."""
    if isinstance(value, dict):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, np.generic):
        return json_value(value.item())
    if isinstance(value, float):
        return _number(value)
    return value


def _number(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) > 1 else round(value, _DECIMALS)
