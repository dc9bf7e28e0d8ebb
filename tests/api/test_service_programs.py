"""Programs from outside: keys that are not valid, pages of other sites, tags of answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from signin_cases import oidc, signing_service

from localarea.decisions import api_keys
from localarea.decisions.record.roles import Actor
from localarea.service.http.entity_tags import has_already

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response
    from starlette.testclient import TestClient

SITE = "https://maps.example.org"
UNKNOWN = {"Authorization": "Bearer la_abcdefghjk_" + "a" * 43}
CHECK = "/api/v1/check?postcode=CO1+1JB"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("programs")
    limits = {"cors_origins": (SITE,), "checks_per_minute": 3}
    with signing_service(folder, **oidc(**limits)) as made:
        yield made


def asked_before(client: TestClient, path: str, method: str, header: str) -> Response:
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": header,
    }
    return client.options(path, headers=headers)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/files",
        "/api/v1/options",
        "/ogc",
        "/ogc/collections",
        "/ogc/collections/definitions/items",
    ],
)
def test_a_key_that_is_not_valid_is_refused_also_where_everybody_may_ask(
    client: TestClient, path: str
) -> None:
    for sent in (UNKNOWN, {"Authorization": UNKNOWN["Authorization"].removeprefix("Bearer ")}):
        answer = client.get(path, headers=sent)
        assert (answer.status_code, answer.json()["title"]) == (401, "The API key is not valid")
        assert "has expired or was revoked" in answer.json()["detail"]
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_what_a_proxy_adds_is_no_key_of_ours(client: TestClient) -> None:
    for sent in (
        {},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer eyJhbGciOiJub25lIn0"},
    ):
        assert client.get("/ogc/collections", headers=sent).status_code == 200
    refused = client.post("/api/v1/files", headers={"Authorization": "Basic YTpi"})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_key_of_the_wrong_role_is_told_so_in_english(client: TestClient) -> None:
    state = client.app.state.localarea  # type: ignore[attr-defined]
    _, key = api_keys.make(
        state.database, name="console", roles=("admin",), days=1,
        actor=Actor("A Person", "admin"), now=datetime.now(UTC),
    )  # fmt: skip
    answer = client.get("/api/v1/files", headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["detail"].startswith("an admin may not check; ")


@pytest.mark.parametrize(
    ("path", "method", "header"),
    [
        ("/api/v1/check", "POST", "content-type"),
        ("/api/v1/files/x", "DELETE", "authorization"),
        ("/api/v1/spend", "POST", "prefer"),
        ("/api/v1/files/x/events", "GET", "last-event-id"),
    ],
)
def test_a_named_site_may_send_whatever_the_api_takes(
    client: TestClient, path: str, method: str, header: str
) -> None:
    assert asked_before(client, path, method, header).status_code == 200


def test_a_named_site_reads_refusals_and_is_not_counted_for_asking_beforehand(
    client: TestClient,
) -> None:
    for _ in range(5):
        assert asked_before(client, "/api/v1/check", "POST", "content-type").status_code == 200
    answers = [client.get(CHECK, headers={"Origin": SITE}) for _ in range(4)]
    assert answers[-1].status_code == 429
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == SITE
        shown = answer.headers["access-control-expose-headers"]
        assert {"Retry-After", "RateLimit", "Location"} <= set(shown.split(", "))


def test_the_description_states_what_is_refused_at_the_door(client: TestClient) -> None:
    paths: dict[str, Any] = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            stated = set(operation["responses"])
            assert ("429" in stated) == (path not in ("/health", "/ready", "/metrics")), path
            if "requestBody" in operation:
                assert {"400", "401", "403", "408", "413", "421"} <= stated, (method, path)
    assert "401" in paths["/ogc/collections"]["get"]["responses"]


@pytest.mark.parametrize(
    ("sent", "already"),
    [
        (None, False),
        ('W/"a"', True),
        ('"a"', True),  # a client that leaves the mark out
        ('"b", W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
    ],
)
def test_tags_are_compared_weakly(sent: str | None, already: bool) -> None:
    """RFC 9110, 13.1.2: proxies that compress answers make their tags weak."""
    assert has_already(sent, 'W/"a"') == already
    assert has_already(sent, '"a"') == already
