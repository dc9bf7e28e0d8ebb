"""Data of the map of the pages: routes, tags, size as sent, and tiles of another server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from service_cases import REPOSITORY, service_in

from localarea.errors import SettingError
from localarea.reports.resident_map.layer_names import LAYERS
from localarea.service.http.content_policy import POLICY, policy_with
from localarea.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

ADDRESSES = ["/map/base.json", "/map/options.json", "/map/layers/commuting.json"]
TILES = "https://tiles.council.example:8443/os/{z}/{x}/{y}.png?key=a1"
CREDIT = "© Crown copyright 2026"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service_in(tmp_path_factory.mktemp("service")) as made:
        yield made


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_has_not_changed_is_not_sent_again(client: TestClient, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(address, headers={"If-None-Match": '"something else"'})
    assert other.content == first.content


def test_the_map_holds_every_zone_of_every_option(client: TestClient) -> None:
    base = client.get("/map/base.json").json()
    known = {code for code, _, _, _ in base["zones"]}
    options = client.get("/map/options.json").json()["options"]
    assert {zone for one in options for zone in one["zones"]} <= known
    listed = client.get("/api/v1/options").json()["options"]
    assert [one["id"] for one in options] == [one["id"] for one in listed]
    assert len({(one["colour"], one["dash"], one["width"]) for one in options}) == len(options)
    assert base["tiles"] is None
    assert list(base["layers"]) == list(LAYERS)


def test_no_method_counts_twice_in_what_they_agree_on(client: TestClient) -> None:
    """Counted here over the options of the API: each method once, as it draws the boundary."""
    found = client.get("/map/layers/agreement.json").json()["zones"]
    options = client.get("/map/options.json").json()["options"]
    methods = [one for one in options if one["id"][-8:] not in {"+ipswich", "-ipswich"}]
    assert 8 < len(methods) < len(options)
    for code, (_, words) in found.items():
        held = sum(code in one["zones"] for one in methods)
        assert words == f"{held} of {len(methods)}"


def test_a_layer_that_is_not_there_names_those_that_are(client: TestClient) -> None:
    answer = client.get("/map/layers/rainfall.json")
    assert answer.status_code == 404
    assert "commuting, minutes, agreement, firmness, firms" in " ".join(answer.text.split())


def test_a_parameter_that_is_not_there_is_refused(client: TestClient) -> None:
    assert client.get("/map/base.json?colour=red").status_code == 422


def test_the_first_sight_is_less_than_600_kilobytes_as_sent(one_server: str) -> None:
    """Everything that a visitor's first look at the map asks for, compressed as it is sent."""
    static = REPOSITORY / "localarea" / "service" / "static"
    wanted = [
        "/options",
        "/map/base.json",
        "/map/options.json",
        "/static/options.js",
        "/static/early.js",
        "/static/start.js",
        "/static/resident-map.js",
        *(f"/static/resident/{path.name}" for path in sorted((static / "resident").glob("*.js"))),
        "/static/leaflet/leaflet-src.esm.js",
        "/static/leaflet/leaflet.css",
        "/static/vendor/govuk-frontend.js",
        "/static/vendor/govuk-frontend.css",
        "/static/localarea.css",
        "/static/study.css",
        "/static/resident-map.css",
        "/static/icon.svg",
    ]
    total = 0
    with httpx.Client(base_url=one_server, timeout=120) as asker:
        for address in wanted:
            with asker.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.status_code == 200, address
                total += sum(len(piece) for piece in answer.iter_raw())
    assert 200_000 < total < 600_000


def test_another_council_has_its_own_map(client: TestClient) -> None:
    own = client.get("/map/base.json").json()
    assert own["places"][0][0] == "Colchester"
    assert any(road[0] == "A12" for road in own["roads"])


# Tiles of another server.


def test_pictures_may_come_from_the_server_of_tiles_alone(tmp_path: Path) -> None:
    with service_in(tmp_path, tile_url=TILES, tile_attribution=CREDIT) as client:
        policy = client.get("/health").headers["content-security-policy"]
        tiles = client.get("/map/base.json").json()["tiles"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["img-src"] == "'self' data: https://tiles.council.example:8443"
    assert parts == {
        **dict(part.split(" ", 1) for part in POLICY.split("; ")),
        "img-src": parts["img-src"],
    }
    assert tiles == {"url": TILES, "attribution": CREDIT}
    assert policy_with(None) == POLICY


@pytest.mark.parametrize(
    "stated",
    [
        "tiles.council.example/{z}/{x}/{y}.png",
        "https://tiles.council.example/{z}/{x}.png",
        "https://{s}.tiles.council.example/{z}/{x}/{y}.png",
        "https://tiles.council.example/{z}/{x}/{y}/{y}.png",
        "https://tiles.council.example/{z}/{x}/{y}{r}.png",
        "https://user:secret@tiles.council.example/{z}/{x}/{y}.png",
        "https://tiles.council.example; script-src */{z}/{x}/{y}.png",
        "https://tiles.council.example/{z}/{x}/{y}.png\n",
        "javascript:alert({x}{y}{z})",
        "",
    ],
)
def test_an_address_that_is_not_understood_is_refused_at_the_start(
    stated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAREA_TILE_URL", stated)
    monkeypatch.setenv("LOCALAREA_TILE_ATTRIBUTION", CREDIT)
    with pytest.raises(SettingError, match="TILE_URL is") as refused:
        read_settings()
    assert "https://tiles.council.example/{z}/{x}/{y}.png" in str(refused.value)


def test_tiles_need_their_attribution_and_the_other_way_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCALAREA_TILE_URL", TILES)
    with pytest.raises(SettingError, match="needs LOCALAREA_TILE_ATTRIBUTION"):
        read_settings()
    monkeypatch.setenv("LOCALAREA_TILE_ATTRIBUTION", CREDIT)
    assert read_settings().tile_url == TILES
    monkeypatch.delenv("LOCALAREA_TILE_URL")
    with pytest.raises(SettingError, match="set both or neither"):
        read_settings()
