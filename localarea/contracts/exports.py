"""Tables of the register to download: one row for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.measures.rules import Proxies

_FIGURE: Final = ("target", "expected", "delivered", "withheld", "status")
_GROUPED: Final = (
    *("group", "theme", "measure", "title", "unit", "definition", "rule", "contracts"),
    *_FIGURE,
)
_CONTRACT: Final = (
    *("contract", "definition", "rule", "measure", "title", "unit", "quarter"),
    *_FIGURE,
)
_SERIES: Final = (
    *("measure", "title", "unit", "definition", "rule", "quarter"),
    *("target", "delivered", "withheld", "returns"),
)


def contract_table(
    contract: Mapping[str, Any], measures: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """
    Return the measures of a contract as rows.

    Parameters
    ----------
    contract : mapping
        As :func:`localarea.contracts.reading.contract_document` has it.
    measures : sequence of mapping
        As :func:`localarea.contracts.progress.progress` has them.

    Returns
    -------
    pandas.DataFrame
        A row for each measure and quarter, and one for ``all quarters``, which has ``expected``
        and ``status``.
    """
    lines = []
    for line in measures:
        words = {name: line[name] for name in ("measure", "title", "unit")}
        words |= {"contract": contract["reference"], "definition": contract["definition"]}
        words |= {"rule": contract["rule"]}
        lines += [{**words, **part} for part in line["by_quarter"]]
        whole = {name: line.get(name) for name in _FIGURE}
        lines.append({**words, **whole, "quarter": "all quarters"})
    return pd.DataFrame(lines, columns=list(_CONTRACT), dtype=object)


def grouped_table(
    lines: Sequence[Mapping[str, Any]], proxies: Proxies | None = None
) -> pd.DataFrame:
    """
    Return what :func:`localarea.contracts.monitoring.grouped` found as rows.

    With proxy values, each row has what it is worth, and the edition and source of the values.
    """
    if proxies is None:
        return pd.DataFrame(list(lines), columns=list(_GROUPED), dtype=object)
    table = pd.DataFrame(list(lines), columns=[*_GROUPED, "value_gbp"], dtype=object)
    return table.assign(proxy_edition=proxies.edition, proxy_source=proxies.source)


def series_table(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return what :func:`localarea.contracts.reading.kpi_document` has as rows, by series."""
    words = {name: document[name] for name in ("measure", "title", "unit")}
    lines = [
        {**words, "definition": one["definition"], "rule": one["rule"], **part}
        for one in document["series"]
        for part in (*one["by_quarter"], _whole(one))
    ]
    return pd.DataFrame(lines, columns=list(_SERIES), dtype=object)


def _whole(one: Mapping[str, Any]) -> dict[str, Any]:
    words = {"quarter": "all quarters", "delivered": one["delivered"], "withheld": one["withheld"]}
    return {**words, "returns": sum(part["returns"] for part in one["by_quarter"])}
