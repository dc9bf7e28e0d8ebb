"""Options, comparisons and what-ifs: the figures beside one another, and maps of them."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from localarea.datasets.store import DataStore
from localarea.errors import ComputeError, InputError, LocalareaError, NotFoundError
from localarea.options.comparison import CHANGE_FIGURES, Comparison, compare_options
from localarea.options.council import Council
from localarea.options.exposure import exposure_figures
from localarea.options.figures import Figure, write_figure
from localarea.options.metrics import figures_of
from localarea.options.scenario import Scenario
from localarea.records import Option
from localarea.service import study
from localarea.service.errors import status_of
from localarea.service.identity import TheState, require
from localarea.service.pages.rendering import render
from localarea.service.state import State

router = APIRouter(dependencies=[Depends(require("view"))])

OptionId = Annotated[str, Query(max_length=200)]
_FILES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
}
_MOST_ZONES: Final = 20  # of those that change; the files have all
_PLAIN: Final = {"count": "{:+,.0f}", "number": "{:+,.3f}", "minutes": "{:+,.0f}"}


@router.get("/options/{option_id}", response_class=HTMLResponse)
def option(request: Request, state: TheState, option_id: str) -> HTMLResponse:
    """Show one option: its map, its figures and what they mean, its districts."""
    found = study.find_option(state, option_id)
    _, alt = _option_picture(found, state)
    figures = state.session.figures(found.id)
    (document,) = _documents(state, found, figures)
    rows = [
        (f, write_figure(figures[f.name], f.kind))
        for f in figures_of(state.council)
        if pd.notna(figures[f.name])
    ]
    values = {"option": found, "rows": rows, "alt": alt, "document": document}
    return render(request, "option.html", values)


@router.get("/options/{option_id}/map.png")
def option_map(state: TheState, option_id: str) -> Response:
    """Give the map of an option."""
    content, _ = _option_picture(study.find_option(state, option_id), state)
    return _png(content)


@router.get("/compare", response_class=HTMLResponse)
def compare(
    request: Request, state: TheState, first: OptionId = "", second: OptionId = ""
) -> HTMLResponse:
    """Hold two options beside each other."""
    values = _chosen(state, first, second)
    if not (first and second):
        return render(request, "compare.html", values)
    try:
        comparison = study.compare(state, [first, second])
    except (InputError, NotFoundError, ComputeError) as error:
        values["fault"] = _sentence(error)
        return render(request, "compare.html", values, status_code=status_of(error))
    _, values["alt"] = _changes_picture(comparison.options[0], comparison.options[1], state)
    return render(request, "compare.html", {**values, **_side_by_side(comparison)})


@router.get("/compare/map.png")
def compare_map(state: TheState, first: OptionId, second: OptionId) -> Response:
    """Give the map of what a second option gains and loses against a first."""
    both = [study.find_option(state, name) for name in (first, second)]
    content, _ = _changes_picture(both[0], both[1], state)
    return _png(content)


@router.get("/compare/comparison.{ending}")
def compare_file(state: TheState, ending: str, first: OptionId, second: OptionId) -> Response:
    """Give a comparison as a file for Excel or QGIS."""
    _require_kind(ending)
    return _comparison_file(state, study.compare(state, [first, second]), ending)


def _require_kind(ending: str) -> None:
    if ending not in _FILES:
        raise NotFoundError(f"a comparison comes as {', '.join(_FILES)}, not as {ending[:20]!r}")


def _comparison_file(state: State, comparison: Comparison, ending: str) -> Response:
    from localarea.options.exports import write_comparison

    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / f"comparison.{ending}"
        write_comparison(comparison, path, store=state.store)
        body = path.read_bytes()
    said = {"Content-Disposition": f'attachment; filename="comparison.{ending}"'}
    return Response(body, media_type=_FILES[ending], headers=said)


class WhatIfForm(BaseModel):
    """The form of a what-if; places one a line."""

    base: str = ""
    include: str = ""
    exclude: str = ""
    area: str = ""
    vintage: int = 2011

    def scenario(self) -> Scenario:
        """Give the scenario that the form states."""
        drawn = [study.read_drawn(self.area)] if self.area.strip() else []
        return study.WhatIf(
            self.base,
            include=_lines(self.include),
            exclude=_lines(self.exclude),
            include_areas=drawn,
            vintage=self.vintage,
        ).scenario()


@router.get("/scenario", response_class=HTMLResponse)
def ask_scenario(request: Request, state: TheState, base: OptionId = "") -> HTMLResponse:
    """Show the form."""
    asked = WhatIfForm(base=base or state.council.default_option)
    return render(request, "scenario.html", {**_chosen(state, asked.base, ""), "asked": asked})


@router.post("/scenario", response_class=HTMLResponse)
def scenario(
    request: Request, state: TheState, asked: Annotated[WhatIfForm, Form()]
) -> HTMLResponse:
    """Work a what-if out. By POST, for a place may be somebody's postcode."""
    values = {**_chosen(state, asked.base, ""), "asked": asked}
    try:
        comparison = _worked_out(state, asked)
    except (InputError, NotFoundError, ComputeError) as error:
        values["fault"] = _sentence(error)
        return render(request, "scenario.html", values, status_code=status_of(error))
    base, changed = comparison.options
    # In the page itself, for an address of its own would have to say what was asked.
    # Nor is the picture kept: a place may be somebody's postcode.
    a, b = (_plain_option(_key_of(option)) for option in (base, changed))
    picture, values["alt"] = _draw_pair(a, b, state.council, state.store)
    values["picture"] = base64.b64encode(picture).decode()
    moved = comparison.changes_by_zone.groupby("change")["msoa11cd"].agg(list).to_dict()
    values |= {"put_in": moved.get("gained", []), "taken_out": moved.get("lost", [])}
    values |= {"toml": asked.scenario().to_toml(), "notes": changed.parameters.get("notes", ())}
    return render(request, "scenario.html", {**values, **_side_by_side(comparison)})


@router.post("/scenario/comparison.{ending}")
def scenario_comparison(
    state: TheState, ending: str, asked: Annotated[WhatIfForm, Form()]
) -> Response:
    """Give what a what-if changes as a file for Excel or QGIS."""
    _require_kind(ending)
    return _comparison_file(state, _worked_out(state, asked), ending)


def _worked_out(state: State, asked: WhatIfForm) -> Comparison:
    what_if = asked.scenario()
    base = study.find_option(state, what_if.base)
    changed = state.session.option(what_if)
    if what_if.id == what_if.base:
        raise study.nothing_changed()
    return compare_options([base, changed], state.council, store=state.store)


@router.post("/scenario/scenario.toml")
def scenario_file(asked: Annotated[WhatIfForm, Form()]) -> Response:
    """Give a what-if as a file, for the notebook and the command line."""
    said = {"Content-Disposition": 'attachment; filename="scenario.toml"'}
    body = asked.scenario().to_toml()
    return Response(body, media_type="application/toml; charset=utf-8", headers=said)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sentence(error: LocalareaError) -> str:
    said = str(error)
    return said[:1].upper() + said[1:]


def _chosen(state: State, first: str, second: str) -> dict[str, Any]:
    options = [(o.id, o.title) for o in state.session.options]
    return {"options": options, "first": first, "second": second, "fault": "", "sides": None}


def _documents(state: State, found: Option, figures: pd.Series) -> list[dict[str, Any]]:
    from localarea.options.documents import options_document

    document = options_document([found], figures.to_frame().T, state.council, store=state.store)
    rows: list[dict[str, Any]] = document["options"]
    return rows


def _side_by_side(comparison: Comparison) -> dict[str, Any]:
    first, second = comparison.options
    sides = [
        _side(
            f, comparison.metrics.loc[first.id, f.name], comparison.metrics.loc[second.id, f.name]
        )
        for f in comparison.figures
    ]
    exposed = comparison.exposure
    sides += [
        _side(f, exposed.loc[first.id, f.name], exposed.loc[second.id, f.name])
        for f in exposure_figures(exposed)
    ]
    zones = comparison.changes_by_zone
    return {
        "pair": (first, second),
        "sides": [side for side in sides if side is not None],
        "changes": _change_rows(comparison.changes, "district", CHANGE_FIGURES),
        "zones": _change_rows(
            zones.sort_values("jobs", ascending=False).head(_MOST_ZONES),
            "name",
            [f for f in CHANGE_FIGURES if f.name != "zones"],
        ),
        "zones_in_all": len(zones),
        "change_heads": [f.heading for f in CHANGE_FIGURES],
    }


def _side(figure: Figure, here: Any, there: Any) -> tuple[Figure, str, str, str] | None:
    if pd.isna(here) and pd.isna(there):
        return None
    texts = write_figure(here, figure.kind), write_figure(there, figure.kind)
    return (figure, *texts, _difference(figure, here, there))


def _difference(figure: Figure, here: Any, there: Any) -> str:
    if pd.isna(here) or pd.isna(there) or figure.kind in ("yes_no", "text"):
        return ""
    change = float(there) - float(here)
    if figure.kind == "share":
        return f"{change * 100:+.1f} points"
    return _PLAIN[figure.kind].format(change)


def _change_rows(
    frame: pd.DataFrame, name: str, figures: Sequence[Figure]
) -> list[tuple[str, str, list[str]]]:
    return [
        (row[name], row["change"], [write_figure(row[f.name], f.kind) for f in figures])
        for row in frame.to_dict("records")
    ]


def _option_picture(option: Option, state: State) -> tuple[bytes, str]:
    return _draw_option(_key_of(option), state.council, state.store)


def _key_of(option: Option) -> tuple[str, str, tuple[str, ...], str]:
    return option.id, option.title, option.zones, option.anchor


@lru_cache(maxsize=64)
def _draw_option(
    key: tuple[str, str, tuple[str, ...], str], council: Council, store: DataStore
) -> tuple[bytes, str]:
    from localarea.reports.pictures import write_option_picture

    option = _plain_option(key)
    return _drawn(lambda path: write_option_picture(option, council, path, store=store))


def _changes_picture(first: Option, second: Option, state: State) -> tuple[bytes, str]:
    return _draw_changes(_key_of(first), _key_of(second), state.council, state.store)


@lru_cache(maxsize=64)
def _draw_changes(
    first: tuple[str, str, tuple[str, ...], str],
    second: tuple[str, str, tuple[str, ...], str],
    council: Council,
    store: DataStore,
) -> tuple[bytes, str]:
    return _draw_pair(_plain_option(first), _plain_option(second), council, store)


def _draw_pair(a: Option, b: Option, council: Council, store: DataStore) -> tuple[bytes, str]:
    from localarea.reports.pictures import write_comparison_picture

    return _drawn(lambda path: write_comparison_picture(a, b, council, path, store=store))


def _plain_option(key: tuple[str, str, tuple[str, ...], str]) -> Option:
    """Make an option of what a picture needs; options themselves cannot be hashed."""
    name, title, zones, anchor = key
    return Option(name, title, "", "msoa11", zones, anchor)


def _drawn(draw: Callable[[Path], str]) -> tuple[bytes, str]:
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / "map.png"
        alt = draw(path)
        return path.read_bytes(), alt


def _png(content: bytes) -> Response:
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(content, media_type="image/png", headers=headers)
