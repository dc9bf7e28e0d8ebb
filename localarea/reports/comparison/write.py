"""
Write a comparison to a file: CSV, XLSX, GeoPackage or HTML.

Every file carries the vintages and attributions of its data, and the same comparison gives
the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.comparison.tables import (
    ExportTable,
    comparison_tables,
    figure_columns,
    option_titles,
    sources_frame,
    tidy_comparison,
    with_titles,
)
from localarea.datasets.store import default_store
from localarea.geo.crs import BRITISH_NATIONAL_GRID
from localarea.options.zone_figures import attributions
from localarea.places.gazetteer import read_gazetteer
from localarea.places.outline import option_shapes, zone_shapes
from localarea.tables.atomic import replacing, require_kind
from localarea.tables.plain_cells import without_formulas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import geopandas as gpd

    from localarea.comparison.comparison import Comparison
    from localarea.datasets.store import DataStore

    Writer = Callable[[Comparison, Path, Sequence[ExportTable], DataStore], None]

_FIXED_DATE: Final = (
    "2011-03-27T00:00:00.000Z"  # census day: the same comparison must give the same bytes
)


def write_comparison(
    comparison: Comparison,
    path: Path,
    *,
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> Path:
    """
    Write a comparison in the format of the file extension.

    Parameters
    ----------
    comparison : Comparison
        As returned by :func:`localarea.comparison.comparison.compare_options`.
    path : pathlib.Path
        File to write, ``.csv``, ``.xlsx``, ``.gpkg`` or ``.html``; replaced
        atomically.
    extras : sequence of ExportTable
        Tables to add, such as those of
        :func:`localarea.comparison.tables.robustness_table`.

    Raises
    ------
    InputError
        If the extension is not supported, or the file cannot be written.
    """
    write = writer_for(path)
    with replacing(path) as partial:
        write(comparison, partial, extras, store or default_store())
    return path


def writer_for(path: Path) -> Writer:
    """
    Choose the writer for a file, and check that its folder exists.

    Function of the comparison, the path, the tables to add and the store. InputError if the
    extension is not supported, or the folder does not exist.
    """
    from localarea.reports.comparison.html import write_page
    from localarea.reports.comparison.workbook import write_workbook

    writers: dict[str, Writer] = {
        ".csv": _write_csv,
        ".xlsx": write_workbook,
        ".gpkg": _write_geopackage,
        ".html": write_page,
    }
    return writers[require_kind(path, writers)]


def _write_csv(
    comparison: Comparison, path: Path, extras: Sequence[ExportTable], store: DataStore
) -> None:
    tidy = tidy_comparison(comparison, extras)
    tidy["value"] = [_shortest(value) for value in tidy["value"]]
    sources = sources_frame(comparison.vintages, store=store)
    said = sources["title"] + " (" + sources["vintage"] + "). " + sources["attribution"]
    stated = pd.DataFrame({"table": "sources", "figure": sources["table"], "heading": said})
    # The words that must go with the figures travel in the file itself, below them.
    whole = pd.concat([tidy, stated.reindex(columns=tidy.columns).astype(object)])
    plain = without_formulas(whole)
    plain.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _shortest(value: Any) -> str | None:
    """Format a number without floating-point noise, and whole numbers without a point."""
    if pd.isna(value):
        return None
    return np.format_float_positional(round(float(value), 6), trim="-")


def _write_geopackage(
    comparison: Comparison, path: Path, extras: Sequence[ExportTable], store: DataStore
) -> None:
    import pyogrio  # type: ignore[import-untyped]

    others = {table.name: table.frame for table in (*comparison_tables(comparison), *extras)}
    titles = option_titles(comparison)
    others = {name: with_titles(frame, titles) for name, frame in others.items()}
    others["gained_and_lost"] = others.pop("changes")
    zones = _zone_layer(comparison, store)
    if "robustness" in others:
        agreed = others.pop("robustness").set_index("msoa11cd")
        added = ["n_local", "n_options", "standing", "share_to_anchor", "minutes", "decided_by"]
        zones = zones.join(agreed[added], on="msoa11cd")
    sources = sources_frame(comparison.vintages, store=store)
    frames = {
        "options": _option_layer(comparison, store),
        "zones": zones,
        "gained_and_lost": others.pop("gained_and_lost"),
        **others,
        "sources": sources,
    }
    about = {
        "DESCRIPTION": f"Options for what is local to {comparison.options[0].anchor}",
        "ATTRIBUTION": " ".join(attributions(comparison.vintages, store=store)),
        "VINTAGES": "; ".join(f"{table}: {v}" for table, v in comparison.vintages.items()),
    }
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    try:
        for layer, frame in frames.items():
            first = layer == "options"
            pyogrio.write_dataframe(
                frame,
                path,
                layer=layer,
                driver="GPKG",
                append=not first,
                dataset_metadata=about if first else None,
                layer_metadata=about,
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _option_layer(comparison: Comparison, store: DataStore | None) -> gpd.GeoDataFrame:
    layer = option_shapes(comparison.options, store=store)
    layer.insert(2, "method", [option.method for option in comparison.options])
    layer.insert(3, "anchor", [option.anchor for option in comparison.options])
    figures = comparison.metrics[[f.name for f in figure_columns(comparison)]]
    for name in figures:
        layer[name] = figures[name].to_numpy()
    return layer


def _zone_layer(comparison: Comparison, store: DataStore | None) -> gpd.GeoDataFrame:
    import geopandas as gpd

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
