"""
A comparison as a file: CSV for any program, XLSX, GeoPackage for a map, HTML to read.

Every file carries the vintages or stands beside the program that states them, and
the same comparison gives the same bytes.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.errors import InputError
from localarea.geo.crs import BRITISH_NATIONAL_GRID
from localarea.options.comparison import CHANGE_FIGURES, Comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas as gpd

    from localarea.datasets.store import DataStore
    from localarea.options.figures import Figure

TIDY_COLUMNS: Final = (
    "table",
    "option",
    "against",
    "lad25cd",
    "district",
    "change",
    "figure",
    "heading",
    "value",
)
OVERLAP_HEADINGS: Final = {
    "jaccard_workers": "Overlap by employed residents (Jaccard)",
    "jaccard_jobs": "Overlap by jobs (Jaccard)",
    "jaccard_area": "Overlap by area (Jaccard)",
}
_FIXED_DATE: Final = "2011-03-27T00:00:00.000Z"  # census day: files must not differ by the clock


def write_comparison(comparison: Comparison, path: Path, *, store: DataStore | None = None) -> Path:
    """
    Write a comparison; the ending of the name chooses the form.

    Parameters
    ----------
    comparison : Comparison
        As :func:`localarea.options.comparison.compare_options` gives it.
    path : pathlib.Path
        File to write, ``.csv``, ``.xlsx``, ``.gpkg`` or ``.html``; replaced whole or
        not at all.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    InputError
        If the ending is another one, or the file cannot be written.
    """
    write = writer_for(path)
    with _replacing(path) as partial:
        write(comparison, partial, store)
    return path


def writer_for(path: Path) -> Callable[[Comparison, Path, DataStore | None], None]:
    """
    Choose how to write a file, before anything is computed.

    Parameters
    ----------
    path : pathlib.Path
        File to write.

    Returns
    -------
    callable
        Takes the comparison, the path and the store.

    Raises
    ------
    InputError
        If the ending is not one of those known, or the folder is not there.
    """
    from localarea.options.export_page import write_page
    from localarea.options.export_workbook import write_workbook

    writers: dict[str, Callable[[Comparison, Path, DataStore | None], None]] = {
        ".csv": _write_csv,
        ".xlsx": write_workbook,
        ".gpkg": _write_geopackage,
        ".html": write_page,
    }
    ending = path.suffix.casefold()
    if ending not in writers:
        raise InputError(f"{path} ends in {ending or 'nothing'}; use {', '.join(writers)}")
    if not path.parent.is_dir():
        raise InputError(f"the folder {path.parent} is not there; make it first")
    return writers[ending]


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a path beside the file, and move it there once it is written."""
    try:
        with tempfile.TemporaryDirectory(prefix=".localarea-", dir=path.parent) as folder:
            partial = Path(folder) / path.name  # the layer names of a GeoPackage follow the file
            yield partial
            partial.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path} cannot be written: {why}; name another file") from error


def tidy_comparison(comparison: Comparison) -> pd.DataFrame:
    """
    Put all figures of a comparison in one long table, one figure a row.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    pandas.DataFrame
        Columns ``table`` (``figures``, ``changes`` or ``overlaps``), ``option``,
        ``against``, ``lad25cd``, ``district``, ``change``, ``figure``, ``heading``
        and ``value``; what does not apply is missing. Shares are fractions.
    """
    headings = {f.name: f.heading for f in comparison.figures}
    figures = comparison.metrics.astype(float).reset_index(names="option")
    long = [
        _long(figures, ["option"], headings).assign(table="figures"),
        _long(
            comparison.changes,
            ["option", "against", "lad25cd", "district", "change"],
            {f.name: f.heading for f in CHANGE_FIGURES},
        ).assign(table="changes"),
        _long(
            comparison.overlaps.rename(columns={"other": "against"}),
            ["option", "against"],
            OVERLAP_HEADINGS,
        ).assign(table="overlaps"),
    ]
    filled = [part.reindex(columns=list(TIDY_COLUMNS)).astype(object) for part in long]
    return pd.concat(filled, ignore_index=True)


def _long(frame: pd.DataFrame, keys: list[str], headings: dict[str, str]) -> pd.DataFrame:
    long = frame.melt(keys, list(headings), var_name="figure", ignore_index=False)
    long["heading"] = [headings[name] for name in long["figure"]]
    return long.sort_index(kind="stable")  # figures of one option stay together


def _write_csv(comparison: Comparison, path: Path, store: DataStore | None) -> None:
    tidy = tidy_comparison(comparison)
    tidy["value"] = [_shortest(value) for value in tidy["value"]]
    tidy.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _shortest(value: Any) -> str | None:
    """Write a number without the noise of its last bits; whole ones without a point."""
    if pd.isna(value):
        return None
    return np.format_float_positional(round(float(value), 6), trim="-")


def figure_columns(comparison: Comparison) -> list[Figure]:
    """
    Choose the figures that are known for at least one option.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    list of Figure
        Those with a value, in order.
    """
    known = comparison.metrics.notna().any()
    return [f for f in comparison.figures if known[f.name]]


def _write_geopackage(comparison: Comparison, path: Path, store: DataStore | None) -> None:
    import pyogrio  # type: ignore[import-untyped]

    frames = {
        "options": _option_layer(comparison, store),
        "zones": _zone_layer(comparison, store),
        "gained_and_lost": comparison.changes,
    }
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    try:
        for layer, frame in frames.items():
            pyogrio.write_dataframe(
                frame, path, layer=layer, driver="GPKG", append=layer != "options"
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _option_layer(comparison: Comparison, store: DataStore | None) -> gpd.GeoDataFrame:
    from localarea.options.geometry import option_shapes

    layer = option_shapes(comparison.options, store=store)
    layer.insert(2, "method", [option.method for option in comparison.options])
    layer.insert(3, "anchor", [option.anchor for option in comparison.options])
    figures = comparison.metrics[[f.name for f in figure_columns(comparison)]]
    for name in figures:
        layer[name] = figures[name].to_numpy()
    return layer


def _zone_layer(comparison: Comparison, store: DataStore | None) -> gpd.GeoDataFrame:
    import geopandas as gpd

    from localarea.options.gazetteer import read_gazetteer
    from localarea.options.geometry import zone_shapes

    gazetteer = read_gazetteer("msoa11", store=store)
    codes = sorted({zone for option in comparison.options for zone in option.zones})
    districts = [gazetteer.zone_district[code] for code in codes]
    columns: dict[str, Any] = {
        "msoa11cd": codes,
        "name": [gazetteer.zone_names[code] for code in codes],
        "lad25cd": districts,
        "district": [gazetteer.districts[code] for code in districts],
    }
    for option in comparison.options:
        columns[f"in {option.id}"] = np.isin(codes, option.zones)
    shapes = zone_shapes(codes, store=store)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=BRITISH_NATIONAL_GRID)
