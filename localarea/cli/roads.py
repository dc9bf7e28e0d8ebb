"""The commands ``travel-times`` and ``isochrone``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from localarea.cli.shared.answers import print_json
from localarea.cli.shared.arguments import AsJson
from localarea.cli.shared.deployment import open_store
from localarea.cli.shared.numbers import finite
from localarea.errors import InputError

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.roads.network import RoadNetwork

From = Annotated[str, typer.Option("--from", help="Start: a postcode, district, town or lat,lon.")]
Peak = Annotated[
    float,
    typer.Option(
        "--peak",
        min=0.1,
        max=10,
        callback=finite,
        help="Factor to multiply driving times by, such as 1.2.",
    ),
]
Roads = Annotated[
    Path | None,
    typer.Option("--roads", help="Roads to use instead: an .osm.pbf, .osm or .graphml file."),
]
NOT_REACHED = "not reached"


def travel_times(
    start: From,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Destination; may be repeated.")
    ] = None,
    more: Annotated[
        list[str] | None, typer.Argument(metavar="[PLACE]...", help="More destinations.")
    ] = None,
    zones: Annotated[
        bool, typer.Option("--zones", help="Travel to every zone (MSOA 2011).")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write: .csv or .parquet.")
    ] = None,
    peak: Peak = 1.0,
    roads: Roads = None,
    as_json: AsJson = False,
) -> None:
    """Calculate minutes by road from one place to others."""
    from localarea.roads.anchor import minutes_from_anchor

    wanted = [*(to or ()), *(more or ())]
    if bool(wanted) == zones:
        raise InputError("name a destination with --to PLACE (may be repeated), or use --zones")
    if out is not None and out.suffix not in (".csv", ".parquet"):
        raise InputError(f"{out} is neither .csv nor .parquet; use one of these extensions")
    store = open_store()
    origin, origin_name = _point(start, store)
    names, codes, points = _zone_points(store) if zones else _places(wanted, store)
    network = _network(roads, store)
    from localarea.roads.anchor import make_anchor

    minutes = minutes_from_anchor(network, make_anchor(origin[None]), points, peak=peak)
    rows = [
        {"to": name, "code": code, "minutes": round(float(m), 1) if np.isfinite(m) else None}
        for name, code, m in zip(names, codes, minutes, strict=True)
    ]
    document = {"from": origin_name, **_about(network, peak), "times": rows}
    _answer(document, out, as_json=as_json)


def isochrone(
    start: From,
    minutes: Annotated[
        list[float],
        typer.Option(
            "--minutes",
            min=0.1,
            max=600,
            callback=finite,
            help="Time limit in minutes; may be repeated.",
        ),
    ],
    more: Annotated[
        list[float] | None,
        typer.Argument(
            metavar="[MINUTES]...", min=0.1, max=600, callback=finite, help="More time limits."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write: .geojson or .gpkg.")
    ] = None,
    form: Annotated[
        str, typer.Option("--form", help="Shape of the area: edges or grid.")
    ] = "edges",
    peak: Peak = 1.0,
    roads: Roads = None,
    as_json: AsJson = False,
) -> None:
    """Draw the area within a number of minutes by road of a place."""
    from localarea.roads.isochrone import compute_isochrone, require_form

    chosen = require_form(form)
    if out is not None and out.suffix not in (".geojson", ".gpkg"):
        raise InputError(f"{out} is neither .geojson nor .gpkg; use one of these extensions")
    store = open_store()
    origin, name = _point(start, store)
    network = _network(roads, store)
    place = (float(origin[0]), float(origin[1]))
    found = compute_isochrone(network, place, [*minutes, *(more or ())], form=chosen, peak=peak)
    if out is not None:
        found.write(out)
    rows = [
        {
            "minutes": limit,
            "area_km2": round(area.area / 1e6, 1),
            "reached_roads": len(reached.arcs),
        }
        for limit, area, reached in zip(found.minutes, found.areas, found.reached, strict=True)
    ]
    document = {"from": name, **_about(network, peak), "form": form, "areas": rows}
    if out is not None:
        document["out"] = str(out)
    if as_json:
        print_json(document)
        return
    for row in rows:
        typer.echo(f"{row['minutes']:g} minutes: {row['area_km2']:,.1f} km2")
    if out is not None:
        typer.echo(f"written to {out}")


def _network(roads: Path | None, store: DataStore) -> RoadNetwork:
    if roads is None:
        from localarea.roads.embedded import read_embedded_network

        return read_embedded_network(store=store)
    from localarea.roads.own_roads import use_roads

    network = use_roads(roads)
    if network.graph.notes:
        sys.stderr.write(f"localarea: {roads.name}: {'; '.join(network.graph.notes)}\n")
    return network


def _point(text: str, store: DataStore) -> tuple[np.ndarray, str]:
    """Return the point of a place: its own, or its population-weighted centre."""
    from localarea.places.centre import find_centre

    centre = find_centre(text, store=store)
    if centre.note:
        sys.stderr.write(f"localarea: {centre.note}\n")
    return np.array(centre.point, dtype=float), centre.name


def _places(wanted: list[str], store: DataStore) -> tuple[list[str], list[str | None], np.ndarray]:
    found = [_point(text, store) for text in wanted]
    return [f[1] for f in found], [None] * len(found), np.array([f[0] for f in found])


def _zone_points(store: DataStore) -> tuple[list[str], list[str], np.ndarray]:
    from localarea.datasets.centroids import read_centroids
    from localarea.datasets.zones import read_zones

    centres = read_centroids("msoa11", store=store).set_index("msoa11cd")
    names = read_zones("msoa11", store=store)["name"].reindex(centres.index)
    points = centres[["easting", "northing"]].to_numpy(float)
    return names.tolist(), centres.index.tolist(), points


def _about(network: RoadNetwork, peak: float) -> dict[str, Any]:
    return {
        "roads": network.graph.source,
        "roads_notes": list(network.graph.notes),
        "peak": peak,
        "terminal_min": network.terminal_min,
    }


def _answer(document: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    rows = document["times"]
    if out is not None:
        import pandas as pd

        from localarea.tables.plain_cells import without_formulas

        frame = pd.DataFrame(rows)
        if out.suffix == ".csv":
            without_formulas(frame).to_csv(out, index=False)
        else:
            frame.to_parquet(out, index=False)
        document = {**document, "out": str(out)}
    if as_json:
        print_json(document)
        return
    for row in rows if out is None else ():
        shown = NOT_REACHED if row["minutes"] is None else f"{row['minutes']:.1f} min"
        typer.echo(f"{row['to']}: {shown}")
    if out is not None:
        typer.echo(f"{len(rows):,} times written to {out}")
