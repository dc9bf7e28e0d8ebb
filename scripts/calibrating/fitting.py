"""Robust least squares over many journeys, and the errors on what is left out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import least_squares

from calibrating.journeys import NAMES, Journeys
from calibrating.regions import read_regions
from localarea.roads.speeds import SpeedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    MinutesAt = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

FITTED_UP_TO_MIN: Final = 260.0
CLIP_MIN: Final = 60.0  # no error counts more than this
SOFT_MIN: Final = 2.0  # weighted errors beyond this count by their size, not by its square
PRIOR: Final = 2.0  # per unit of a coefficient away from where the fit begins

# Where the fit begins, and between what it stays. The signs are what the words mean: roads are
# slower among houses, faster when dual. The terminal time is at most the least that was published
# for LSOAs next door to a place (6.9 minutes), less a minute's drive.
START: Final = {
    **{"major": 0.8, "major_near": -0.3, "major_wide": 0.0, "major_wide_squared": 0.0},
    **{"major_dual": 0.8, "major_dual_near": 0.1, "major_motorway": 0.8},
    **{"major_unsurveyed": 0.8, "major_unsurveyed_dual": 0.0},
    **{"local": 0.8, "local_near": 0.3, "local_wide": -0.3},
    **{"access_detour": 2.168, "terminal_min": 5.7},
}
LOWEST: Final = {
    **dict.fromkeys(NAMES, -3.0),
    **{"major": -5.0, "major_dual": 0.1, "major_dual_near": 0.0, "major_motorway": 0.0},
    **{"local": -5.0, "local_near": -2.0, "local_wide": -2.0},
    **{"access_detour": 1.0, "terminal_min": 3.0},
}
HIGHEST: Final = {
    **dict.fromkeys(NAMES, 4.0),
    **{"major": 6.0, "local": 5.0, "local_near": 1.0, "local_wide": 1.0},
    **{"access_detour": 3.0, "terminal_min": 5.8},
}
PRIOR_OF: Final = {"major_wide_squared": 5 * PRIOR}  # its term is five times the size of others


@dataclass
class Fit:
    """Journeys with published minutes, by region."""

    journeys: Journeys
    published: np.ndarray  # (n, p) minutes
    region: np.ndarray  # (n,)

    def all_journeys(self) -> np.ndarray:
        """Return a mask of the journeys that may be fitted on."""
        return self.published <= FITTED_UP_TO_MIN

    def run(self, used: np.ndarray) -> np.ndarray:
        """Fit the coefficients on some journeys."""
        return self._solve(used, self.journeys.minutes, None, 20)

    def left_out(self, fitted: np.ndarray) -> np.ndarray:
        """
        Calculate the minutes of each journey by a fit without its region and without its place.

        Each region and each place are left out together, so that nothing is fitted on any journey
        from the region nor on any journey to the place. Those fits take the ways of the fit on
        all journeys, with minutes that change in a straight line with the coefficients; the
        minutes that are told are then searched anew.
        """
        at_fit, slopes = self.journeys.minutes(fitted)

        def nearly(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return at_fit + slopes @ (values - fitted), slopes

        minutes = np.full(self.published.shape, np.nan)
        for region in np.unique(self.region):
            here = self.region == region
            for place in range(self.published.shape[1]):
                used = self.all_journeys() & ~here[:, None]
                used[:, place] = False
                values = self._solve(used, nearly, fitted, 40)
                minutes[here, place] = self.journeys.minutes(values)[0][here, place]
        return minutes

    def _solve(
        self, used: np.ndarray, minutes_at: MinutesAt, begin: np.ndarray | None, steps: int
    ) -> np.ndarray:
        start, low, high = (
            np.array([of[name] for name in NAMES]) for of in (START, LOWEST, HIGHEST)
        )
        prior = np.array([PRIOR_OF.get(name, PRIOR) for name in NAMES])
        weight = np.array([r.weight for r in read_regions()[0]])[self.region][:, None]
        weight = weight / np.sqrt(self.published / 40 + 0.3)
        kept: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}

        def both(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            if values.tobytes() not in kept:
                kept.clear()
                minutes, slopes = minutes_at(values)
                error = np.nan_to_num(minutes - self.published, posinf=CLIP_MIN)
                error = np.clip(error, -CLIP_MIN, CLIP_MIN)
                kept[values.tobytes()] = (
                    np.concatenate([(error * weight)[used], (values - start) * prior]),
                    np.vstack([(slopes * weight[..., None])[used], np.diag(prior)]),
                )
            return kept[values.tobytes()]

        def errors(values: np.ndarray) -> np.ndarray:
            return both(values)[0]

        def derivatives(values: np.ndarray) -> np.ndarray:
            return both(values)[1]

        found = least_squares(
            errors,
            start if begin is None else np.clip(begin, low + 1e-6, high - 1e-6),
            jac=derivatives,
            bounds=(low, high),
            loss="soft_l1",
            f_scale=SOFT_MIN,
            x_scale="jac",
            max_nfev=steps,
        )
        return np.asarray(found.x)


def model_of(values: np.ndarray) -> SpeedModel:
    """Return the speed model of some coefficients, rounded as they are written."""
    return SpeedModel(**dict(zip(NAMES, np.round(values, 3).tolist(), strict=True)))


def values_of(model: SpeedModel) -> np.ndarray:
    """Return the coefficients of a speed model."""
    return np.array([getattr(model, name) for name in NAMES])
