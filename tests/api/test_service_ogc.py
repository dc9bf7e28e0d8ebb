"""Any GIS reads the areas: GDAL's own driver does, from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pyogrio
import pytest
from definition_cases import tiny_file
from owslib.ogcapi.features import Features
from service_cases import server_in, set_to

from localarea.definitions.store import DefinitionStore
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.places.outline import option_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore) -> Iterator[str]:
    """Give a server with one definition, from 1 April 2026 on."""
    folder = tmp_path_factory.mktemp("service")
    DefinitionStore(folder / "definitions").add(tiny_file())
    with server_in(folder, **set_to(small_tables)) as made:
        yield made + "/ogc"


def test_gdal_reads_an_option_as_it_is(address: str) -> None:
    read = pyogrio.read_dataframe(f"OAPIF:{address}", layer="options")
    council = read_council("colchester")
    ours = option_shape(option_zones("ttwa-official", council))
    theirs = read.to_crs("EPSG:27700").set_index("id").geometry["ttwa-official"]
    # There and back by way of degrees, rounded to a tenth of a metre.
    assert theirs.symmetric_difference(ours).area < 1e-4 * ours.area
    assert len(read) == httpx.get(f"{address}/collections/options/items").json()["numberMatched"]


def test_who_is_alone_on_the_computer_sees_every_collection(address: str) -> None:
    found = httpx.get(f"{address}/collections").json()["collections"]
    assert [each["id"] for each in found] == ["options", "definitions", "zones"]


def test_pages_together_are_the_whole(address: str) -> None:
    at: str | None = f"{address}/collections/zones/items?limit=100"
    found: list[str] = []
    while at:
        page = httpx.get(at, timeout=60).json()
        assert page["numberReturned"] == len(page["features"]) <= 100
        found += [feature["id"] for feature in page["features"]]
        at = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(found) == len(set(found)) == page["numberMatched"] > 100


def test_a_box_leaves_out_what_lies_elsewhere(address: str) -> None:
    def matched(box: str) -> int:
        answer = httpx.get(f"{address}/collections/zones/items", params={"bbox": box}, timeout=60)
        return int(answer.json()["numberMatched"])

    assert 0 < matched("0.88,51.87,0.92,51.9") < matched("0.5,51.5,1.5,52.5")  # Colchester's middle
    assert matched("-5.7,50.0,-5.6,50.1") == 0  # Land's End


@pytest.mark.parametrize(
    ("when", "count"),
    [("2026-03-31", 0), ("2026-04-01", 1), ("../2026-03-31", 0), ("2026-03-01/..", 1)],
)
def test_a_definition_is_there_on_its_days(address: str, when: str, count: int) -> None:
    at = f"{address}/collections/definitions/items"
    assert httpx.get(at, params={"datetime": when}).json()["numberMatched"] == count


def test_owslib_reads_the_collections(address: str) -> None:
    """Through the client library of the OGC's own kind, by pages and by a box."""
    service = Features(address)
    assert service.feature_collections() == ["options", "definitions", "zones"]
    assert service.conformance()["conformsTo"]
    assert service.api()["openapi"].startswith("3.0")
    described = service.collection("definitions")
    assert described["extent"]["temporal"]["interval"] == [["2026-04-01T00:00:00Z", None]]
    whole = service.collection_items("zones", limit=1000)
    page = service.collection_items("zones", limit=10, offset=10)
    assert [f["id"] for f in page["features"]] == [f["id"] for f in whole["features"]][10:20]
    near = service.collection_items("zones", bbox=[0.88, 51.87, 0.92, 51.9], limit=1000)
    assert 0 < near["numberMatched"] < whole["numberMatched"]
    one = whole["features"][0]
    assert service.collection_item("zones", one["id"])["geometry"] == one["geometry"]
