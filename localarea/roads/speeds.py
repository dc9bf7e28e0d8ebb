"""
Speeds on the embedded network: a small model with named coefficients.

A major road is as fast as its settlement and its carriageway allow, between a floor and a
ceiling; a local road likewise, counted as the crow flies, so that its speed includes the
detour. The coefficients were fitted by ``scripts/calibrate_speeds.py``; how well they do
on places left out stands in docs/validation-roads.md.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.errors import SettingError

if TYPE_CHECKING:
    import pandas as pd

COEFFICIENTS_FILE = Path(__file__).with_name("coefficients.toml")

# Limits of what a coefficient can make of a road, km/h. The ceiling of a major road lies at the
# national limit for cars on motorways and dual carriageways, 70 mph (Highway Code, rule 124).
MAJOR_KPH: Final = (8.0, 118.0)
LOCAL_KPH: Final = (5.0, 70.0)
KM_PER_MILE: Final = 1.609344


@dataclass(frozen=True, slots=True)
class SpeedModel:
    """
    Coefficients of the speeds, of access legs and of the ends of a journey.

    Attributes
    ----------
    major : float
        Base of a major road (log-odds between floor and ceiling, like all down to
        ``local_wide``).
    major_near : float
        Per unit of settlement near a major road; <= 0.
    major_dual : float
        More on a dual carriageway; >= 0.
    major_motorway : float
        More on a motorway, on top of dual; >= 0.
    major_unsurveyed : float
        More where no carriageways were surveyed: the average share of dual roads there.
    local : float
        Base of a local road.
    local_near, local_wide : float
        Per unit of settlement near a local road, and in its wider surroundings.
    access_detour : float
        Length of an access leg as a multiple of the straight line, at the local speed.
    terminal_min : float
        Minutes at the two ends of every journey together: to the car, and from it.
    """

    major: float
    major_near: float
    major_dual: float
    major_motorway: float
    major_unsurveyed: float
    local: float
    local_near: float
    local_wide: float
    access_detour: float
    terminal_min: float

    def __post_init__(self) -> None:
        """Refuse coefficients that mean nothing."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        wrong = [name for name, value in values.items() if not np.isfinite(value)]
        if wrong or self.access_detour <= 0 or self.terminal_min < 0:
            raise SettingError(
                "speed model: every coefficient must be finite, access_detour above 0 and "
                f"terminal_min not negative; see {', '.join(wrong) or 'the last two'}"
            )

    def major_kph(self, edges: pd.DataFrame) -> np.ndarray:
        """
        Speed along major roads.

        Parameters
        ----------
        edges : pandas.DataFrame
            Columns ``near``, ``dual``, ``motorway`` and ``surveyed``.

        Returns
        -------
        numpy.ndarray, shape (n_edges,)
            Kilometres per hour along the road.
        """
        odds = (
            self.major
            + self.major_near * edges["near"].to_numpy(float)
            + self.major_dual * edges["dual"].to_numpy(float)
            + self.major_motorway * edges["motorway"].to_numpy(float)
            + self.major_unsurveyed * ~edges["surveyed"].to_numpy(bool)
        )
        return _between(MAJOR_KPH, odds)

    def local_kph(self, near: np.ndarray, wide: np.ndarray) -> np.ndarray:
        """
        Speed over local roads, as the crow flies.

        Parameters
        ----------
        near, wide : numpy.ndarray, shape (n,)
            Settlement around the road.

        Returns
        -------
        numpy.ndarray, shape (n,)
            Kilometres per hour of straight distance.
        """
        return _between(LOCAL_KPH, self.local + self.local_near * near + self.local_wide * wide)


def _between(limits: tuple[float, float], odds: np.ndarray) -> np.ndarray:
    low, high = limits
    kph: np.ndarray = low + (high - low) / (1.0 + np.exp(-np.asarray(odds, dtype=float)))
    return kph


@cache
def read_speed_model(path: Path = COEFFICIENTS_FILE) -> SpeedModel:
    """
    Read the coefficients of a speed model.

    Parameters
    ----------
    path : pathlib.Path
        TOML with a table ``[coefficients]``; the fitted ones of the package by default.

    Returns
    -------
    SpeedModel
        The model.

    Raises
    ------
    SettingError
        If the file lacks a coefficient, names an unknown one or holds no number.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))["coefficients"]
        return SpeedModel(**{name: float(value) for name, value in table.items()})
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingError(f"{path} is no speed model: {error}") from error
