"""
A comparison as a file: CSV for any program, XLSX, GeoPackage for a map, HTML to read.

Every file carries the vintages of its data and the words that must go with them, and the
same comparison gives the same bytes.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.geo.crs import BRITISH_NATIONAL_GRID
from localarea.options.export_tables import (
    OVERLAP_FIGURES,
    ExportTable,
    comparison_tables,
    sources_frame,
)
from localarea.options.plain_cells import without_formulas
from localarea.options.sources import attributions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import geopandas as gpd

    from localarea.datasets.store import DataStore
    from localarea.options.comparison import Comparison
    from localarea.options.figures import Figure

    Writer = Callable[[Comparison, Path, Sequence[ExportTable], DataStore], None]

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
    "msoa11cd",
    "name",
    "industry",
)
OVERLAP_HEADINGS: Final = {figure.name: figure.heading for figure in OVERLAP_FIGURES}
_FIXED_DATE: Final = "2011-03-27T00:00:00.000Z"  # census day: files must not differ by the clock


def write_comparison(
    comparison: Comparison,
    path: Path,
    *,
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> Path:
    """
    Write a comparison; the ending of the name chooses the form.

    Parameters
    ----------
    comparison : Comparison
        As :func:`localarea.options.comparison.compare_options` gives it.
    path : pathlib.Path
        File to write, ``.csv``, ``.xlsx``, ``.gpkg`` or ``.html``; replaced whole or
        not at all.
    extras : sequence of ExportTable
        Tables to add, such as those of
        :func:`localarea.options.export_tables.robustness_table`.
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
    with replacing(path) as partial:
        write(comparison, partial, extras, store or default_store())
    return path


def writer_for(path: Path) -> Writer:
    """
    Choose how to write a file, before anything is computed.

    Parameters
    ----------
    path : pathlib.Path
        File to write.

    Returns
    -------
    callable
        Takes the comparison, the path, tables to add, and the store.

    Raises
    ------
    InputError
        If the ending is not one of those known, or the folder is not there.
    """
    from localarea.options.export_page import write_page
    from localarea.options.export_workbook import write_workbook

    writers: dict[str, Writer] = {
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
def replacing(path: Path) -> Iterator[Path]:
    """
    Give a path beside the file, and move it there once it is written.

    Parameters
    ----------
    path : pathlib.Path
        File to write.

    Yields
    ------
    pathlib.Path
        Where to write it; of the same name.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".localarea-", dir=path.parent) as folder:
            partial = Path(folder) / path.name  # the layer names of a GeoPackage follow the file
            yield partial
            partial.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path} cannot be written: {why}; name another file") from error


def tidy_comparison(comparison: Comparison, extras: Sequence[ExportTable] = ()) -> pd.DataFrame:
    """
    Put all figures of a comparison in one long table, one figure a row.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    extras : sequence of ExportTable
        Tables to add.

    Returns
    -------
    pandas.DataFrame
        Columns ``table`` (``figures``, ``changes``, ``changes_by_zone``,
        ``jobs_by_industry``, ``exposure``, ``overlaps``, and the names of those added),
        ``option``, ``against``, ``lad25cd``, ``district``, ``change``, ``figure``,
        ``heading``, ``value``, ``msoa11cd``, ``name`` and ``industry``; what does not
        apply is missing. Shares are fractions.
    """
    metrics = comparison.metrics.astype(float).reset_index(names="option")
    figures = ExportTable("figures", "Figures", metrics, comparison.figures)
    long = [_long(table) for table in (figures, *comparison_tables(comparison), *extras)]
    filled = [part.reindex(columns=list(TIDY_COLUMNS)).astype(object) for part in long]
    return pd.concat(filled, ignore_index=True)


def _long(table: ExportTable) -> pd.DataFrame:
    headings = {figure.name: figure.heading for figure in table.figures}
    keys = [name for name in table.frame.columns if name in TIDY_COLUMNS and name not in headings]
    long = table.frame.melt(keys, list(headings), var_name="figure", ignore_index=False)
    long["heading"] = [headings[name] for name in long["figure"]]
    # Figures of one option stay together.
    return long.sort_index(kind="stable").assign(table=table.name)


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


def _write_geopackage(
    comparison: Comparison, path: Path, extras: Sequence[ExportTable], store: DataStore
) -> None:
    import pyogrio  # type: ignore[import-untyped]

    others = {table.name: table.frame for table in (*comparison_tables(comparison), *extras)}
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
