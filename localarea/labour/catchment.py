"""
The commuting catchment of an anchor.

In the functional urban areas of the OECD and the EU, the catchment is the zones that send at
least 15% of their employed residents to the core [1]_.

.. [1] Dijkstra, L., Poelman, H. and Veneri, P. (2019), The EU-OECD definition of a
   functional urban area, OECD Regional Development Working Papers 2019/11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localarea.labour.flow_matrix import FlowMatrix

FUNCTIONAL_URBAN_AREA_SHARE: Final = 0.15


def commuting_share(flows: FlowMatrix, anchor: Iterable[str]) -> pd.DataFrame:
    """
    Calculate the commuting between each zone and the anchor, in both directions.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, 4)
        ``to_anchor`` and ``from_anchor`` (persons who commute from the zone to the
        anchor, and the reverse), ``to_anchor_share`` (of the zone's employed residents) and
        ``from_anchor_share`` (of the zone's jobs), fractions in [0, 1], NaN where the
        divisor is zero; indexed by zone code in sorted order.

    Raises
    ------
    SchemaError
        If a code is not a zone of the flows.
    """
    inside = flows.indicator(anchor).astype(np.float64)
    to_anchor = np.asarray(flows.matrix @ inside)
    from_anchor = np.asarray(inside @ flows.matrix)
    with np.errstate(divide="ignore", invalid="ignore"):
        out_share = to_anchor / flows.employed_residents
        in_share = from_anchor / flows.jobs
    return pd.DataFrame(
        {
            "to_anchor": to_anchor,
            "from_anchor": from_anchor,
            "to_anchor_share": out_share,
            "from_anchor_share": in_share,
        },
        index=pd.Index(flows.codes, name=f"{flows.zone_system}cd"),
    )


def catchment(
    flows: FlowMatrix,
    anchor: Iterable[str],
    *,
    min_share: float = FUNCTIONAL_URBAN_AREA_SHARE,
) -> tuple[str, ...]:
    """
    Return the zones that send at least a given share of their workers to the anchor.

    The anchor's own zones are always included. Contiguity is not required.

    Parameters
    ----------
    flows : FlowMatrix
        Commuters between zones. If its rule counts home workers as working in their own zone,
        the shares are lower than among those who travel.
    min_share : float
        Least share of a zone's employed residents who work in the anchor, in [0, 1].
    """
    core = tuple(anchor)
    share = commuting_share(flows, core)["to_anchor_share"].to_numpy()
    sends = np.nan_to_num(share) >= min_share
    return tuple(str(code) for code in flows.codes[sends | flows.indicator(core)])
