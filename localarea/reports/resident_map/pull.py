"""How firmly a zone belongs to an area: its commuters to the area against those elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.options.zone_figures import commuter_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix


def measure_pull(
    area: Iterable[str], zones: Iterable[str], *, store: DataStore | None = None
) -> NDArray[np.float64]:
    """
    Measure the pull of an area on zones, against the strongest other travel to work area.

    Parameters
    ----------
    area, zones : iterable of str
        Codes of MSOA 2011.

    Returns
    -------
    numpy.ndarray of float64
        Share of each zone's commuters of 2011 who work in the area, less the largest share who
        work in one travel to work area of 2011, what it has inside the area left out; from -1 to
        1, NaN without commuters.
    """
    flows = commuter_matrix(2011, store=store)
    table = read_ttwa11_msoa11(store=store).set_index("msoa11cd")["ttwa11cd"].astype(str)
    labels = table.reindex(flows.codes).to_numpy(dtype=object)
    return pull_of(flows, flows.indicator(area), labels, flows.positions(zones))


def pull_of(
    flows: FlowMatrix, inside: NDArray[np.bool_], others: NDArray[np.object_], at: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Measure the same from flows: ``others`` names the other area of each zone."""
    names, number = np.unique(others.astype(str), return_inverse=True)
    number = np.where(inside, len(names), number)  # the area is a place of its own, the last
    shape = (len(number), len(names) + 1)
    belongs = csr_array((np.ones(len(number)), (np.arange(len(number)), number)), shape=shape)
    sent = (csr_array(flows.matrix)[at] @ belongs).toarray()
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = sent / np.asarray(flows.employed_residents)[at][:, None]
    return np.asarray(shares[:, -1] - shares[:, :-1].max(axis=1), dtype=np.float64)
