"""
How near the travel times of a network are to times that are known.

Known are driving minutes from many places to three postcodes, as somebody has published them:
docs/validation-roads.md says which, and how near the embedded network comes. They are not ours to
pass on, so a file of them is named by whoever has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import FileFormatError
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from localarea.roads.network import RoadNetwork

# Postcodes of the three places: column of the file, name, easting and northing (metres).
PLACES: Final = {
    "CO45JL": ("Colchester", 599_511, 227_486),
    "CM17ET": ("Chelmsford", 570_230, 211_319),
    "CB20QQ": ("Cambridge", 546_375, 254_988),
}
JUDGED_UP_TO_MIN: Final = 90.0
LEAST_REACHED: Final = 0.99  # of the journeys, by a network that covers them


@dataclass(frozen=True, slots=True)
class Closeness:
    """
    How near a network is to the known times.

    ``median_min``, ``p90_min``: median and 90th percentile of the error, minutes, without sign.
    """

    journeys: int
    median_min: float
    p90_min: float


def read_known_minutes(path: Path) -> pd.DataFrame:
    """
    Read known times.

    Returns
    -------
    pandas.DataFrame
        ``easting`` and ``northing`` of each start (EPSG:27700, metres), and minutes to each of
        `PLACES`.

    Raises
    ------
    FileFormatError
        If the file is no such table.
    """
    import pandas as pd

    columns = ["easting", "northing", *PLACES]
    try:
        found = pd.read_csv(path, comment="#")
        return found[columns].astype(float)
    except (KeyError, ValueError, OSError) as error:
        why = f"known minutes are a CSV file with the columns {', '.join(columns)}"
        raise FileFormatError(path, why) from error


def measure_nearness(network: RoadNetwork, known: pd.DataFrame) -> Closeness | None:
    """
    Compare a network with known times of up to 90 minutes.

    Parameters
    ----------
    known : pandas.DataFrame
        From :func:`read_known_minutes`.

    Returns
    -------
    Closeness or None
        None if the network does not cover the journeys.
    """
    published = known[list(PLACES)].to_numpy(float)
    points = known[["easting", "northing"]].to_numpy(float)
    places = np.array([[x, y] for _, x, y in PLACES.values()], dtype=float)
    judged = published <= JUDGED_UP_TO_MIN
    error = np.abs(travel_minutes(network, places, points).T - published)[judged]
    reached = np.isfinite(error)
    if reached.mean() < LEAST_REACHED:
        return None
    median, ninth = np.quantile(error[reached], (0.5, 0.9))
    return Closeness(int(reached.sum()), float(median), float(ninth))
