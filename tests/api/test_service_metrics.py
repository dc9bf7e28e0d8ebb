"""Figures for Prometheus, compression and other sites' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from service_cases import service_in
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.datasets.store import DataStore


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    """Give a service that one other site's pages may ask."""
    folder = tmp_path_factory.mktemp("service")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, cors_origins=("https://maps.example.org",), **tables) as made:
        yield made


def _here(client: TestClient) -> TestClient:
    return TestClient(client.app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000))


def _value(text: str, series: str) -> float:
    found = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(series + " ")]
    return float(found[0]) if found else 0.0


def test_checks_are_counted_by_route_and_status_and_no_postcode_is_named(
    client: TestClient,
) -> None:
    local = 'localarea_checks_total{status="local"}'
    route = 'localarea_requests_total{method="GET",route="/api/v1/check",status="200"}'
    before = _here(client).get("/metrics").text
    client.get("/api/v1/check", params={"postcode": "CO1 1JB"})
    client.post("/api/v1/check", json={"postcodes": ["CO1 1JB", "CO1 1JB", "M1 1AE"]})
    client.get("/invented/CO1 1JB")
    after = _here(client).get("/metrics").text
    assert _value(after, local) - _value(before, local) == 3
    assert _value(after, route) - _value(before, route) == 1
    assert "CO1" not in after
    assert "invented" not in after


def test_figures_are_for_this_machine_or_who_may_administer(client: TestClient) -> None:
    from localarea.service.auth.identity import NOBODY

    usual = client.app.state.identify
    client.app.state.identify = lambda _request: NOBODY
    try:
        far = TestClient(client.app, base_url="http://127.0.0.1", client=("192.0.2.7", 50000))
        assert far.get("/metrics").status_code == 401
        assert _here(client).get("/metrics").status_code == 200
        # A proxy on this machine hands on what comes from elsewhere.
        proxied = _here(client).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
        assert proxied.status_code == 401
    finally:
        client.app.state.identify = usual


@pytest.mark.parametrize("way", ["gzip", "br"])
def test_long_answers_are_compressed_for_who_asks(client: TestClient, way: str) -> None:
    body = {"postcodes": ["CO1 1JB"] * 50}
    plain = client.post("/api/v1/check", json=body, headers={"Accept-Encoding": "identity"})
    small = client.post("/api/v1/check", json=body, headers={"Accept-Encoding": way})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == way
    assert small.json() == plain.json()


def test_only_named_sites_may_ask(client: TestClient) -> None:
    named, other = (
        client.get("/health", headers={"Origin": f"https://{name}.example.org"})
        for name in ("maps", "other")
    )
    assert named.headers["access-control-allow-origin"] == "https://maps.example.org"
    assert "access-control-allow-origin" not in other.headers
