"""The thresholds that hold where nobody states any, each against where it comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyproj
import pytest
from options_county import make_store

from localarea.classify.boundary import BORDERLINE_M
from localarea.errors import ColumnNotFoundError, OutsideCoverageError
from localarea.labour.catchment import FUNCTIONAL_URBAN_AREA_SHARE
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.membership import option_zones
from localarea.options.methods.composite import Thresholds
from localarea.options.methods.region_problem import RegionThresholds
from localarea.options.methods.simple import DEFAULT_MIN_SHARE
from localarea.options.methods.travel_to_work_areas import DEFAULT_CLUSTER_SC
from localarea.options.methods.ttwa_region import DEFAULT_MIN_INSIDE
from localarea.places.resolve import resolve_place
from localarea.roads.isochrone import BUFFER_M
from localarea.tables.columns import choose_column

if TYPE_CHECKING:
    from pathlib import Path


def test_catchment_is_that_of_functional_urban_areas(tmp_path: Path) -> None:
    """15%: Dijkstra, Poelman and Veneri (2019), The EU-OECD definition of an urban area."""
    assert FUNCTIONAL_URBAN_AREA_SHARE == 0.15
    assert DEFAULT_MIN_SHARE == 0.15
    store = make_store(tmp_path)
    council = council_of_anchor("Midham", store=store)  # has no file, so that the default holds
    assert option_zones("catchment", council, store=store).parameters["min_share"] == 0.15


def test_cluster_asks_what_the_official_criteria_ask_of_the_smallest_areas() -> None:
    """75% of self-containment: Coombes and ONS (2015), Travel to Work Areas, RR2015/05."""
    assert DEFAULT_CLUSTER_SC == 0.75


@pytest.mark.parametrize(
    ("method", "parameter", "value"),
    [
        ("ttwa-cluster", "target_sc", DEFAULT_CLUSTER_SC),
        ("composite", "min_link", Thresholds.of({}).min_link),
        ("composite", "max_minutes", Thresholds.of({}).max_minutes),
        ("ttwa-region", "min_inside", DEFAULT_MIN_INSIDE),
        ("composite-region", "min_link", RegionThresholds.of({}).min_link),
        ("composite-region", "min_held", RegionThresholds.of({}).min_held),
    ],
)
def test_thresholds_of_our_own_are_those_of_the_docs(
    method: str, parameter: str, value: Any, repository: Path
) -> None:
    page = (repository / "docs" / "options.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{method}` \| (`.*) \|$", page, re.MULTILINE)
    (stated,) = re.findall(rf"`{parameter}` \(([0-9.]+)\)", row)
    assert float(stated) == value


def test_distances_of_our_own_are_those_of_the_docs(repository: Path) -> None:
    isochrones = (repository / "docs" / "methods" / "isochrones.md").read_text(encoding="utf-8")
    checking = (repository / "docs" / "checking.md").read_text(encoding="utf-8")
    assert f"{BUFFER_M:.0f} m" in isochrones
    assert f"{BORDERLINE_M:.0f} metres" in checking


@pytest.mark.parametrize(("postcodes", "found"), [(5, True), (6, True), (4, False)])
def test_column_without_a_telling_header_needs_postcodes_in_half_of_its_cells(
    postcodes: int, found: bool
) -> None:
    """At least half of the cells with something in them, blank ones left out."""
    rows = [["CO1 1JB"]] * postcodes + [["elsewhere"]] * (10 - postcodes) + [[""]] * 10
    if found:
        assert choose_column(["x"], rows).index == 0
    else:
        with pytest.raises(ColumnNotFoundError):
            choose_column(["x"], rows)


@pytest.mark.parametrize(("metres", "found"), [(150, True), (199, True), (201, False)])
def test_point_off_the_generalised_coast_is_ashore_within_200_metres(
    metres: int, found: bool, tmp_path: Path
) -> None:
    """The county's coast is the line of easting 600,000; ONS generalises its own by up to 200 m."""
    store = make_store(tmp_path)
    back = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    longitude, latitude = back.transform(600_000 - metres, 222_500)
    text = f"{latitude:.7f}, {longitude:.7f}"
    if found:
        assert resolve_place(text, store=store).zones == ("E02000009",)
    else:
        with pytest.raises(OutsideCoverageError):
            resolve_place(text, store=store)
