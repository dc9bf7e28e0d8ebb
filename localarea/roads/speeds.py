"""
Speed model of the embedded network.

The speed of a major road depends on settlement and carriageway, between a lower and an upper limit.
The speed of a local road is modelled in the same way, but over the straight line, so that it allows
for the detour. The coefficients were fitted by ``scripts/calibrate_speeds.py``; their
cross-validation is in docs/validation-roads.md.
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
    from collections.abc import Mapping

    import pandas as pd

COEFFICIENTS_FILE = Path(__file__).with_name("coefficients.toml")

# Lower and upper limits of speed, km/h. The upper limit of major roads is near the national limit
# for cars on motorways and dual carriageways, 70 mph (Highway Code, rule 124).
MAJOR_KPH: Final = (8.0, 118.0)
LOCAL_KPH: Final = (5.0, 70.0)
KM_PER_MILE: Final = 1.609344
METRES_AT_KPH: Final = 0.06  # minutes per metre at 1 km/h


@dataclass(frozen=True, slots=True)
class SpeedModel:
    """
    Coefficients of speeds, access legs and terminal time.

    Attributes
    ----------
    major : float
        Base of a major road (log-odds between the speed limits above, as are all up to
        ``local_wide``).
    major_near : float
        Effect of a unit of settlement near a major road; <= 0.
    major_wide, major_wide_squared : float
        Effects of a unit of settlement in its wider surroundings, and of its square.
    major_dual : float
        Effect of a dual carriageway in open country; >= 0.
    major_dual_near : float
        Effect of a unit of settlement near a dual carriageway, in addition to ``major_near``.
    major_motorway : float
        Effect of a motorway, in addition to dual; >= 0.
    major_unsurveyed : float
        Effect of an unsurveyed road, for the average share of dual carriageways there.
    major_unsurveyed_dual : float
        Effect of an unsurveyed road that is known to be dual: mostly a motorway.
    local : float
        Base of a local road.
    local_near, local_wide : float
        Effects of a unit of settlement near a local road, and in its wider surroundings.
    access_detour : float
        Length of an access leg as a multiple of the straight line, at the local speed.
    terminal_min : float
        Total minutes at both ends of every journey, to the car and from it.
    """

    major: float
    major_near: float
    major_wide: float
    major_wide_squared: float
    major_dual: float
    major_dual_near: float
    major_motorway: float
    major_unsurveyed: float
    major_unsurveyed_dual: float
    local: float
    local_near: float
    local_wide: float
    access_detour: float
    terminal_min: float

    def __post_init__(self) -> None:
        """Raise an error for invalid coefficients."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        wrong = [name for name, value in values.items() if not np.isfinite(value)]
        if wrong or self.access_detour <= 0 or self.terminal_min < 0:
            raise SettingError(
                "speed model: every coefficient must be finite, access_detour above 0 and "
                f"terminal_min not negative; see {', '.join(wrong) or 'the last two'}"
            )

    def major_kph(self, edges: pd.DataFrame) -> np.ndarray:
        """
        Calculate the speed along major roads.

        Parameters
        ----------
        edges : pandas.DataFrame
            Columns ``near``, ``wide``, ``dual``, ``motorway`` and ``surveyed``.

        Returns
        -------
        numpy.ndarray, shape (n_edges,)
            Kilometres per hour along the road.
        """
        return _between(MAJOR_KPH, self._odds(major_terms(edges)))

    def local_kph(self, near: np.ndarray, wide: np.ndarray) -> np.ndarray:
        """
        Calculate the speed over local roads, by straight distance.

        Parameters
        ----------
        near, wide : numpy.ndarray, shape (n,)
            Settlement around the road.

        Returns
        -------
        numpy.ndarray, shape (n,)
            Kilometres per hour of straight distance.
        """
        return _between(LOCAL_KPH, self._odds(local_terms(near, wide)))

    def _odds(self, terms: Mapping[str, np.ndarray]) -> np.ndarray:
        parts = [getattr(self, name) * term for name, term in terms.items()]
        return np.asarray(np.sum(parts, axis=0))


def major_terms(edges: pd.DataFrame) -> dict[str, np.ndarray]:
    """
    Return what each coefficient of a major road is multiplied by, by its name.

    Parameters
    ----------
    edges : pandas.DataFrame
        Columns ``near``, ``wide``, ``dual``, ``motorway`` and ``surveyed``.
    """
    near, wide = edges["near"].to_numpy(float), edges["wide"].to_numpy(float)
    dual, unsurveyed = edges["dual"].to_numpy(float), ~edges["surveyed"].to_numpy(bool)
    return {
        "major": np.ones(len(near)),
        "major_near": near,
        "major_wide": wide,
        "major_wide_squared": wide**2,
        "major_dual": dual,
        "major_dual_near": dual * near,
        "major_motorway": edges["motorway"].to_numpy(float),
        "major_unsurveyed": unsurveyed.astype(float),
        "major_unsurveyed_dual": unsurveyed * dual,
    }


def local_terms(near: np.ndarray, wide: np.ndarray) -> dict[str, np.ndarray]:
    """Return what each coefficient of a local road is multiplied by, by its name."""
    return {"local": np.ones(len(near)), "local_near": near, "local_wide": wide}


def _between(limits: tuple[float, float], odds: np.ndarray) -> np.ndarray:
    low, high = limits
    kph: np.ndarray = low + (high - low) / (1.0 + np.exp(-np.asarray(odds, dtype=float)))
    return kph


@cache
def read_speed_model(path: Path = COEFFICIENTS_FILE) -> SpeedModel:
    """
    Read the coefficients of a speed model.

    ``path``: TOML with a table ``[coefficients]``; by default, the fitted ones of the package.
    SettingError if the file lacks a coefficient, has an unknown one or a value that is not a
    number.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))["coefficients"]
        return SpeedModel(**{name: float(value) for name, value in table.items()})
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingError(f"{path} is not a speed model: {error}") from error
