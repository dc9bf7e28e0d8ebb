"""The regions that are left out in turn."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

FILE: Final = Path(__file__).with_name("regions.toml")
NEAR_MIN: Final = 100.0  # published minutes to the nearest place, beyond which a region is far off
NORTH_OF, WEST_OF = 330_000.0, 400_000.0


@dataclass(frozen=True, slots=True)
class Region:
    """A region, which LSOAs are used of it, and how much they weigh."""

    title: str
    every: int = 1
    weight: float = 1.0
    east: bool = True  # whether the errors told of all regions together count it


ELSEWHERE: Final = (
    Region("Rest within 100 minutes", 3, 0.5, east=False),
    Region("Far north", 10, 0.5, east=False),
    Region("Far west", 10, 0.5, east=False),
    Region("Rest of the south", 10, 0.5, east=False),
)


def read_regions() -> tuple[list[Region], dict[str, int]]:
    """Return the regions, and the position of that of each named district."""
    regions: list[Region] = []
    of_district: dict[str, int] = {}
    for entry in tomllib.loads(FILE.read_text(encoding="utf-8")).values():
        of_district |= dict.fromkeys(entry["districts"], len(regions))
        weight = entry.get("weight", 1.0)
        regions.append(Region(entry["title"], entry.get("every", 1), weight, east=weight == 1.0))
    return [*regions, *ELSEWHERE], of_district


def regions_of(lsoas: pd.DataFrame, nearest_min: np.ndarray) -> np.ndarray:
    """Return the position of the region of each LSOA."""
    regions, of_district = read_regions()
    named = len(regions) - len(ELSEWHERE)
    x, y = lsoas["x"].to_numpy(), lsoas["y"].to_numpy()
    far = np.where(y > NORTH_OF, named + 1, np.where(x < WEST_OF, named + 2, named + 3))
    rest = np.where(nearest_min <= NEAR_MIN, named, far)
    district = lsoas.index.str.rsplit(" ", n=1).str[0].map(of_district)
    return np.where(np.isnan(district), rest, np.nan_to_num(district)).astype(int)


def thinned(region: np.ndarray) -> np.ndarray:
    """Return the positions of the LSOAs to use: every so many of each region, in order of name."""
    parts = [np.flatnonzero(region == r)[:: one.every] for r, one in enumerate(read_regions()[0])]
    return np.sort(np.concatenate(parts))
