"""
Every route against every role, held to one table written by hand (tests/role_table.py).

A new route without a line fails, and the failure says which line to add. A page or route
counts as refused by 401, by 403, or by being sent to sign in; any other answer, a fault of
the empty form included, says that one was let in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest
from contract_cases import bound_to
from role_table import BODIES, EVERYBODY, SIGNED_IN, TABLE
from service_cases import on, routes_of
from signin_cases import become, leave, oidc, signing_service

from localarea.datasets.store import default_store
from localarea.decisions import api_keys
from localarea.decisions.record.roles import ROLES, Actor
from localarea.service.api.ogc import collections as ogc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

# The collections of /ogc, whose routes are for everybody: who may have each of them.
COLLECTIONS: Final = {"definitions": EVERYBODY, "options": SIGNED_IN, "zones": SIGNED_IN}
LIMITLESS: Final = oidc(requests_per_minute=0, uploads_per_hour=0)
# What a key may not do although its role may, for it takes a person.
NOT_BY_KEY: Final = {
    "POST /api/v1/keys",
    "DELETE /api/v1/keys/{identity}",
    "POST /keys",
    "POST /keys/{identity}/revoke",
    "POST /contracts/{reference}/access",
}


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("roles")
    with signing_service(folder, **on(small_tables), **LIMITLESS) as made:
        yield made


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """
    Give a service whose tables are not there.

    Who is let in is told so at once, in place of being shown what takes seconds to work out.
    """
    folder = tmp_path_factory.mktemp("bare")
    whole, data = default_store().root, folder / "data"
    data.mkdir()
    for name in ("registry.toml", "councils"):
        (data / name).symlink_to((whole / name).resolve())
    tables = {"data_dir": data, "cache_dir": folder / "cache"}
    with signing_service(folder, **tables, **LIMITLESS) as made:
        yield made


@pytest.fixture(scope="module")
def found(bare: TestClient) -> list[str]:
    app: FastAPI = bare.app  # type: ignore[assignment]
    return sorted(set(routes_of(app.routes)))


@pytest.fixture(scope="module")
def keys(client: TestClient) -> dict[str, str]:
    return keys_of(client)


@pytest.fixture(scope="module")
def bare_keys(bare: TestClient) -> dict[str, str]:
    return keys_of(bare)


def keys_of(client: TestClient) -> dict[str, str]:
    """Give a key of each role; for the approver, which none may hold, nothing."""
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    actor, now = Actor("Mo Manager", "admin"), datetime.now(UTC)
    return {
        role: api_keys.make(
            database,
            name=role,
            roles=[role],
            days=2,
            actor=actor,
            now=now,
            contracts=bound_to(database, role),
        )[1]
        for role in ROLES
        if role != "approver"
    }


def let_in(client: TestClient, route: str) -> bool:
    method, path = route.split(" ")
    address = "/static/icon.svg" if path == "/static" else re.sub(r"\{[^}]+\}", "1", path)
    answer = client.request(method, address, **BODIES.get(route, {}))
    # A visitor of the first page is shown the page for everybody, who has no account.
    location = answer.headers.get("location", "")
    # Whoever may not check is led to the page that they begin with.
    first = path == "/" and location in ("/contracts", "/status", "/steps")
    sent_away = location.startswith("/sign-in?") or location == "/local" or first
    return answer.status_code not in (401, 403) and not sent_away


def test_every_route_has_a_line_and_every_line_a_route(found: list[str]) -> None:
    missing = [
        f'add to TABLE in tests/role_table.py: "{route}": who is let in'
        for route in found
        if route not in TABLE
    ]
    assert missing == []
    assert sorted(set(TABLE) - set(found)) == [], "take these lines out: there is no such route"


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_a_person_is_let_in_as_the_table_says(
    bare: TestClient, found: list[str], role: str
) -> None:
    wrong = []
    for route in found:
        leave(bare)
        if role != "anonymous":
            become(bare, role)
        if let_in(bare, route) != (role in TABLE.get(route, "").split()):
            wrong.append(f"{route}: {role} should be {TABLE.get(route)!r}")
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "approver"])
def test_a_key_is_let_in_as_a_person_of_its_role_but_makes_no_keys(
    bare: TestClient, found: list[str], bare_keys: dict[str, str], role: str
) -> None:
    wrong = []
    for route in found:
        leave(bare)
        bare.headers["Authorization"] = f"Bearer {bare_keys[role]}"
        expected = role in TABLE.get(route, "").split() and route not in NOT_BY_KEY
        if let_in(bare, route) != expected:
            wrong.append(f"{route}: a key of a {role}")
    assert wrong == []


def test_every_collection_has_a_line() -> None:
    assert set(COLLECTIONS) == set(ogc.COLLECTIONS), "keep COLLECTIONS as the service has them"


@pytest.mark.parametrize(
    ("role", "by_key"),
    [
        ("anonymous", False),
        *((role, False) for role in ROLES),
        *((role, True) for role in ROLES if role != "approver"),
    ],
)
def test_a_collection_is_for_whom_the_table_says(
    client: TestClient, keys: dict[str, str], role: str, by_key: bool
) -> None:
    leave(client)
    if by_key:
        client.headers["Authorization"] = f"Bearer {keys[role]}"
    elif role != "anonymous":
        become(client, role)
    due = {name for name, roles in COLLECTIONS.items() if role in roles.split()}
    listed = client.get("/ogc/collections")
    assert {each["id"] for each in listed.json()["collections"]} == due
    answers = [listed]
    for name in COLLECTIONS:
        place = f"/ogc/collections/{name}"
        for path in (place, f"{place}/items?limit=1", f"{place}/items/none"):
            answer = client.get(path)
            refused = answer.status_code in (401, 403)
            assert refused == (name not in due), (path, answer.status_code)
            answers += [] if refused or answer.status_code == 404 else [answer]
            assert "no-store" in answer.headers["cache-control"]
    for answer in answers:
        assert answer.headers["cache-control"] == "private, no-store"
        vary = {name.strip().casefold() for name in answer.headers["vary"].split(",")}
        assert {"authorization", "cookie"} <= vary


def test_a_collection_says_how_to_come_in(client: TestClient) -> None:
    leave(client)
    answer = client.get("/ogc/collections/options/items")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "API key" in answer.json()["detail"]


def test_a_key_that_is_none_is_nobody_even_beside_a_session(client: TestClient) -> None:
    become(client, "admin")
    client.headers["Authorization"] = "Bearer la_abcdefghjk_" + "x" * 43
    assert client.get("/api/v1/keys").status_code == 401


def test_a_revoked_key_is_refused_at_once_in_its_own_process(client: TestClient) -> None:
    become(client, "admin", name="Mo Manager")
    asked = {"name": "register", "roles": ["checker"], "days": 1}
    made = client.post("/api/v1/keys", json=asked).json()
    leave(client)
    bearer = {"Authorization": f"Bearer {made['key']}"}
    check = {"postcode": "CO1 1JB"}
    assert client.get("/api/v1/check", params=check, headers=bearer).status_code == 200
    assert (
        client.get("/api/v1/check", params=check, headers={"Authorization": "Bearer x"}).status_code
        == 401
    )
    become(client, "admin", name="Mo Manager")
    listed = client.get("/api/v1/keys")
    assert made["key"] not in listed.text
    (kept,) = [key for key in listed.json()["keys"] if key["id"] == made["id"]]
    assert kept["last_used_on"] == datetime.now(UTC).date().isoformat()
    assert kept["made_by"] == "Mo Manager"
    assert client.delete(f"/api/v1/keys/{made['id']}").status_code == 200
    assert client.delete(f"/api/v1/keys/{made['id']}").status_code == 409
    leave(client)
    assert client.get("/api/v1/check", params=check, headers=bearer).status_code == 401


def test_the_page_of_keys_shows_a_key_once(client: TestClient) -> None:
    token = become(client, "admin", token=False)
    form = {"csrf_token": token, "name": "<b>register</b>", "roles": "checker", "days": "30"}
    made = client.post("/keys", data=form).text
    (text,) = re.findall(r"<code>(la_[^<]+)</code>", made)
    assert "<b>register" not in made
    again = client.get("/keys").text
    assert text not in again
    identity = text.split("_")[1]
    assert f"/keys/{identity}/revoke" in again
    gone = client.post(f"/keys/{identity}/revoke", data={"csrf_token": token})
    assert (gone.status_code, gone.headers["location"]) == (303, "/keys")
    assert f"/keys/{identity}/revoke" not in client.get("/keys").text


def test_the_page_of_keys_says_all_that_is_wrong(client: TestClient) -> None:
    token = become(client, "admin", token=False)
    answer = client.post("/keys", data={"csrf_token": token, "roles": "approver", "days": "soon"})
    assert answer.status_code == 422
    for part in ("name of 1 to 100", "a person must decide", "1 to 366 days"):
        assert part in answer.text
