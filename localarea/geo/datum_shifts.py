"""
Convert places to the National Grid (EPSG:27700), the same on every machine.

The datum shifts are written out, because what EPSG:27700 means to PROJ depends on which
grid files a machine happens to have: 2 m here or there, and other bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Seven-parameter shift of Ordnance Survey, "A guide to coordinate systems in Great Britain",
# section 6.6: good to about 5 m, 2 m in most places.
_WGS84_TO_NATIONAL_GRID = (
    "+step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)
_DEGREES = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
)
# Irish Grid (TM75, modified Airy) to WGS84 by the shift of EPSG operation 1954, good to 1 m.
_IRISH_GRID = (
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1.000035 "
    "+x_0=200000 +y_0=250000 +ellps=mod_airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=mod_airy "
    "+step +proj=helmert +x=482.5 +y=-130.6 +z=564.6 "
    "+rx=-1.042 +ry=-0.214 +rz=-0.631 +s=8.15 +convention=position_vector "
)


def to_national_grid(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Convert degrees of WGS84 to the National Grid.

    Parameters
    ----------
    longitude, latitude : numpy.ndarray of float, shape (n,)
        Degrees.

    Returns
    -------
    numpy.ndarray of float, shape (n, 2)
        Eastings and northings in metres, EPSG:27700.
    """
    transformer = pyproj.Transformer.from_pipeline(_DEGREES + _WGS84_TO_NATIONAL_GRID)
    return np.column_stack(transformer.transform(longitude, latitude))


def irish_to_national_grid(
    easting: NDArray[np.float64], northing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Convert the Irish Grid to the National Grid.

    Parameters
    ----------
    easting, northing : numpy.ndarray of float, shape (n,)
        Metres of the Irish Grid (TM75), as postcode directories have them in Northern Ireland.

    Returns
    -------
    numpy.ndarray of float, shape (n, 2)
        Eastings and northings in metres, EPSG:27700.
    """
    transformer = pyproj.Transformer.from_pipeline(_IRISH_GRID + _WGS84_TO_NATIONAL_GRID)
    return np.column_stack(transformer.transform(easting, northing))
