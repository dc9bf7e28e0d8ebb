"""Add flows between own zones under a name, or put others in their place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.datasets import own_flows
from localarea.datasets.flow_formats.flow_files import read_any_flows
from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers._opening import as_path
from localarea.datasets.storage import renewed
from localarea.datasets.storage.registry import TableInfo
from localarea.renewal.stepping import not_written, require_unchanged, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from localarea.datasets.flow_formats.flow_files import AnyFlows

_SHOWN: Final = 3
_LICENCE: Final = "own data"


@dataclass(frozen=True, slots=True)
class Added:
    """
    Flows that were added.

    Attributes
    ----------
    name : str
        Their name, for ``localarea ttwa --flows NAME``.
    edition : int or None
        Number of the edition now in use; None for a dry run.
    form : str
        How the file was read: ``census``, ``matrix`` or ``pairs``.
    outlines : int
        Number of outlines; 0 if none were given.
    without_flows : int
        Outlines of zones that are in no flow.
    """

    name: str
    edition: int | None
    form: str
    zones: int
    workers: float
    outlines: int
    without_flows: int


def add_flows(
    path: Path,
    name: str,
    folder: Path,
    *,
    now: str,
    zones: Path | None = None,
    dry_run: bool = False,
) -> Added:
    """
    Add flows, with the outlines of their zones if there are any.

    Parameters
    ----------
    path : pathlib.Path
        Flows in any form that `localarea.datasets.flow_formats.flow_files.read_any_flows` reads.
    name : str
        Name by which to ask for them. Flows that have it already are replaced; ``data restore``
        steps back.
    now : str
        Time, ISO 8601 in UTC.
    zones : pathlib.Path, optional
        Polygons of the zones, with a column that holds their codes.

    Raises
    ------
    InputError
        If the name is not valid, or the tables cannot be written.
    FileFormatError, SchemaError
        If a file is not what it should be, or a zone has no outline.
    """
    own_flows.require_name(name)
    began_with = renewed.read_all(folder)
    found = read_any_flows(path)
    codes = set(found.flows["origin"]) | set(found.flows["destination"])
    outlines = None if zones is None else _outlines(zones, codes)
    counts = (
        found.form,
        len(codes),
        float(found.workers),
        0 if outlines is None else len(outlines),
    )
    spare = 0 if outlines is None else len(set(outlines.index) - codes)
    if dry_run:
        return Added(name, None, *counts, spare)
    of = own_flows.chain_of(name)
    try:
        with renewed.building(folder) as (number, work):
            before = require_unchanged(folder, began_with).get(of)
            tables = _written(path, found, name, zones, outlines, now, work)
            previous = before.number if before else 0
            edition = renewed.Edition(number, previous, "", tables, now, path.name, of)
            renewed.put_into_use(folder, work, edition)
    except OSError as error:
        raise not_written(folder, error) from error
    return Added(name, number, *counts, spare)


def _outlines(path: Path, codes: set[str]) -> gpd.GeoDataFrame:
    """Read the outlines, by the column that holds the codes of the flows."""
    from localarea.datasets.publishers.vectors import read_vectors

    frame = read_vectors(path)
    columns = [str(name) for name in frame.columns if name != "geometry"]
    held = {one: len(codes & set(frame[one].astype("str").str.strip())) for one in columns}
    column = max(held, key=lambda one: held[one], default="")
    faults = Faults(f"zones of {as_path(path).name}")
    if not column or not held[column]:
        faults.add(f"no column holds codes of the flows; the columns are {', '.join(columns)}")
        faults.stop()
    shapes = _valid(
        frame.assign(**{own_flows.ZONE: frame[column].astype("str").str.strip()}), faults
    )
    missing = sorted(codes - set(shapes.index))
    if missing:
        shown = ", ".join(missing[:_SHOWN])
        faults.add(f"{len(missing):,} zones of the flows have no outline, such as {shown}")
    faults.stop()
    return shapes


def _valid(frame: gpd.GeoDataFrame, faults: Faults) -> gpd.GeoDataFrame:
    import shapely

    codes, shapes = frame[own_flows.ZONE], frame.geometry
    twice = codes[codes.duplicated()]
    faults.rows(len(twice), f"repeat a {own_flows.ZONE}", twice.head(_SHOWN).tolist())
    lacking = ~(shapes.geom_type.isin(["Polygon", "MultiPolygon"]) & ~shapes.is_empty)
    faults.rows(int(lacking.sum()), "have no polygon", codes[lacking].head(_SHOWN).tolist())
    faults.stop()
    mended = shapely.make_valid(shapes.to_numpy(), method="structure", keep_collapsed=False)
    made = frame[[own_flows.ZONE, "geometry"]].set_geometry(mended, crs=frame.crs)
    return made.set_index(own_flows.ZONE).sort_index()


def _written(
    path: Path,
    found: AnyFlows,
    name: str,
    zones: Path | None,
    outlines: gpd.GeoDataFrame | None,
    now: str,
    work: Path,
) -> dict[str, TableInfo]:
    """Keep the file of flows as it is, and the outlines as a table."""
    ending = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    file = work / f"{own_flows.flows_table(name)}{ending}"
    shutil.copyfile(path, file)
    vintage = str(found.vintage or now[:4])
    tables = {}
    inputs = []
    if zones is not None and outlines is not None:
        table = work / f"{own_flows.zones_table(name)}.parquet"
        outlines.reset_index().to_parquet(table, compression="zstd")
        come = ((zones.name, sha256_of(zones)),)
        title = f"Zones of the flows {name!r}"
        info = _info(own_flows.zones_table(name), table, title, zones, len(outlines), vintage, come)
        tables[info.name] = info
        inputs.append((f"table: {info.name}", info.sha256))
    inputs.append((path.name, sha256_of(path)))
    title = f"Flows {name!r} between own zones, added by the user"
    rows = len(found.flows)
    info = _info(own_flows.flows_table(name), file, title, path, rows, vintage, tuple(inputs))
    return {info.name: info, **tables}


def _info(
    table: str,
    file: Path,
    title: str,
    source: Path,
    rows: int,
    vintage: str,
    inputs: tuple[tuple[str, str], ...],
) -> TableInfo:
    crs = "EPSG:27700" if file.suffix == ".parquet" and table.startswith("own_zones_") else ""
    return TableInfo(
        table,
        str(file),
        title,
        source=f"file {source.name} of the user",
        vintage=vintage,
        licence=_LICENCE,
        attribution="",
        crs=crs,
        rows=rows,
        sha256=sha256_of(file),
        inputs=inputs,
    )
