"""
Options as plain values for JSON: the document that scripts and the service answer with.

``docs/options.md`` lists the keys; a key once there keeps its name and meaning.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

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
    "those who work offshore, abroad, in Scotland or in Northern Ireland count as working outside."
)
_DECIMALS = 6  # a share to the millionth: more would be noise


def options_document(
    options: Sequence[Option],
    metrics: pd.DataFrame,
    council: Council,
    *,
    findings: Sequence[Finding] = (),
    store: DataStore | None = None,
) -> dict[str, Any]:
    """
    Put options and their figures into a document.

    Parameters
    ----------
    options : sequence of Option
        The options.
    metrics : pandas.DataFrame
        Their figures, as :func:`localarea.comparison.metrics.compute_metrics` gives them.
    council : Council
        Council that the options belong to.
    findings : sequence of Finding
        Findings about contested places.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    dict
        ``council``, ``anchor``, ``rule``, ``vintages``, ``options`` and ``findings``;
        only values that JSON has. A figure that is not known is None.
    """
    return {
        "council": council.key,
        "anchor": council.anchor,
        "rule": HOME_WORKER_RULE,
        "vintages": dict(metrics.attrs.get("vintages", {})),
        "options": [_option(option, metrics, store) for option in options],
        "findings": [_plain(asdict(finding)) for finding in findings],
    }


def comparison_document(
    comparison: Comparison,
    council: Council,
    *,
    findings: Sequence[Finding] = (),
    store: DataStore | None = None,
) -> dict[str, Any]:
    """
    Put a comparison into a document.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    council : Council
        Council that the options belong to.
    findings : sequence of Finding
        Findings about contested places.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    dict
        That of :func:`options_document`, with ``changes``, ``overlaps``,
        ``changes_by_zone``, ``jobs_by_industry`` and ``exposure``.
    """
    document = options_document(
        comparison.options, comparison.metrics, council, findings=findings, store=store
    )
    document["changes"] = _plain(comparison.changes.to_dict("records"))
    document["overlaps"] = _plain(comparison.overlaps.to_dict("records"))
    document["changes_by_zone"] = _plain(comparison.changes_by_zone.to_dict("records"))
    document["jobs_by_industry"] = _plain(comparison.jobs_by_industry.to_dict("records"))
    document["exposure"] = plain_rows(comparison.exposure)
    return document


def scenario_document(
    comparison: Comparison, council: Council, *, store: DataStore | None = None
) -> dict[str, Any]:
    """
    Put a what-if into a document: the scenario is its one option, its base stands beside it.

    Parameters
    ----------
    comparison : Comparison
        Of the option that the scenario starts from, and the scenario.
    council : Council
        Council that the options belong to.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    dict
        That of :func:`comparison_document`, with the scenario alone in ``options`` and the
        other in ``base``.
    """
    document = comparison_document(comparison, council, store=store)
    base, changed = document["options"]
    return {**document, "options": [changed], "base": base}


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Put a frame into rows that JSON has.

    Parameters
    ----------
    frame : pandas.DataFrame
        With a named index.

    Returns
    -------
    list of dict
        One a row, the index first; what is missing is None.
    """
    rows: list[dict[str, Any]] = _plain(frame.reset_index().to_dict("records"))
    return rows


def _option(option: Option, metrics: pd.DataFrame, store: DataStore | None) -> dict[str, Any]:
    parameters = dict(option.parameters)
    notes = parameters.pop("notes", ())
    return {
        "id": option.id,
        "title": option.title,
        "method": option.method,
        "zone_system": option.zone_system,
        "parameters": _plain(parameters),
        "vintages": dict(option.vintages),
        "notes": list(notes),
        "zones": list(option.zones),
        "districts": _districts(option, store),
        "metrics": {str(name): _plain(metrics[name].loc[option.id]) for name in metrics.columns},
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


def _plain(value: Any) -> Any:
    """Turn tuples, numpy's scalars and NaN into what JSON has."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return _number(value)
    return value


def _number(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) > 1 else round(value, _DECIMALS)
