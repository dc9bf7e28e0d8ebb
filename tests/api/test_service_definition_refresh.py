"""A page and the API index a definition from a newer directory: looked at, then confirmed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from refresh_cases import ENDED, NEW, REFRESHED, published_then_renewed
from service_cases import service_in

from localarea.service.auth.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.decisions.record.roles import Role

API, PAGE = f"/api/v1/definitions/{REFRESHED}/refresh", f"/definitions/{REFRESHED}/refresh"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service_in(tmp_path, **published_then_renewed(tmp_path)) as found:
        yield found


def be(client: TestClient, role: Role) -> None:
    client.app.state.identify = lambda _: Identity("Sam Registrar", frozenset({role}), "session")  # type: ignore[attr-defined]


def status_of(client: TestClient, postcode: str) -> str:
    asked = {"postcode": postcode, "definition": REFRESHED}
    return str(client.get("/api/v1/check", params=asked).json()["status"])


@pytest.mark.slow
def test_the_api_shows_what_changes_and_then_changes_it_once(client: TestClient) -> None:
    be(client, "admin")
    before = len(client.get("/api/v1/audit").json()["entries"])
    shown = client.get(API).json()
    # What later() of refresh_cases changes: one new, one ended, one moved.
    assert (shown["before"], shown["after"], shown["moved"]) == ("2025-11", "2026-02", 1)
    assert shown["added"] == {"local": 1, "not_local": 0, "unknown": 0}
    assert shown["terminated"] == {"local": 1, "not_local": 0, "unknown": 0}
    be(client, "checker")
    assert status_of(client, NEW) == "unknown"  # nothing is kept by looking
    be(client, "admin")
    assert len(client.get("/api/v1/audit").json()["entries"]) == before

    other = client.post(API, json={"seen": "0" * 64})
    assert (other.status_code, other.json()["parameter"]) == (409, "seen")
    done = client.post(API, json={"seen": shown["sha256"]})
    assert done.status_code == 201, done.text
    assert done.json() == shown | {"entry": done.json()["entry"], "repeated": False}
    assert client.post(API, json={"seen": shown["sha256"]}).json() == done.json() | {
        "repeated": True
    }
    entries = client.get("/api/v1/audit").json()["entries"]
    assert len(entries) == before + 1
    assert (entries[0]["actor"], entries[0]["role"], entries[0]["action"]) == (
        "Sam Registrar", "admin", "refresh",
    )  # fmt: skip
    assert entries[0]["hash"] == done.json()["entry"]
    assert entries[0]["details"]["sha256"] == shown["sha256"]
    assert client.get("/api/v1/audit/verify").json()["sound"]
    be(client, "checker")
    assert (status_of(client, NEW), status_of(client, ENDED)) == ("local", "local")

    be(client, "approver")
    for answer in (client.get(API), client.post(API, json={})):
        assert answer.status_code == 422  # the directory in use is not newer than that of it now
        assert "bring in a newer one" in answer.json()["detail"]


@pytest.mark.slow
def test_the_page_of_a_definition_leads_there_and_back(client: TestClient) -> None:
    be(client, "analyst")
    assert PAGE not in client.get(f"/definitions/{REFRESHED}").text
    be(client, "approver")
    assert f'href="{PAGE}"' in client.get(f"/definitions/{REFRESHED}").text
    shown = client.get(PAGE)
    assert shown.status_code == 200
    assert "November 2025" in shown.text
    assert "February 2026" in shown.text
    unseen = client.post(PAGE, data={})  # nothing is done before it was shown
    assert 'name="seen"' in unseen.text
    assert client.post(PAGE, data={"seen": "0" * 64}).status_code == 409
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    done = client.post(PAGE, data={"seen": seen}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/definitions/{REFRESHED}")
    page = client.get(f"/definitions/{REFRESHED}").text
    assert "February 2026" in page
    assert PAGE not in page
    again = client.post(PAGE, data={"seen": seen}, follow_redirects=False)
    assert again.status_code == 303  # sent twice, it was done once
    refused = client.get(PAGE)
    assert refused.status_code == 422
    assert "bring in a newer one" in refused.text
    acts = [e["action"] for e in client.get("/api/v1/audit").json()["entries"]]
    assert acts.count("refresh") == 1
