"""
Every restricted route under odd spellings of its path, asked for by everybody who may not.

Over a socket and through the real server: what a client library sends is tidied before it
leaves, and what the server takes for the path is part of what is attacked. Nobody may come in
by another spelling, and none may bring forth a fault.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import httpx
import pytest
from attack_cases import Wire
from contract_cases import bound_to
from role_table import BODIES, TABLE
from service_cases import listening, on, routes_of
from signin_cases import become, oidc, signing_service

from localarea.decisions import api_keys
from localarea.decisions.record.roles import ROLES, Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack_cases import Answer
    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

PLANTED: Final = "CO4 9ZZ"
REFUSED: Final = frozenset({400, 401, 403, 404, 405, 415, 421})


def _every_letter(path: str) -> str:
    return "/" + "".join(c if c == "/" else f"%{ord(c):02x}" for c in path[1:])


def spellings(path: str) -> dict[str, str]:
    """Give what may be read as a path by one part and not by another, after the path itself."""
    last = path.rpartition("/")[2]
    return {
        "as it is": path,
        "slash after": f"{path}/",
        "two slashes": f"/{path}",
        "slash within": path[:1] + path[1:].replace("/", "//", 1)
        if "/" in path[1:]
        else f"//{path}",
        "dot": f"/.{path}",
        "dot-dot": f"/health/..{path}",
        "dot-dot encoded": f"/static/%2e%2e{path}",
        "slash encoded": path[:1] + path[1:].replace("/", "%2F") + "%2F",
        "letters encoded": _every_letter(path),
        "encoded twice": _every_letter(path).replace("%", "%25"),
        "capitals": path.upper(),
        "semicolon": f"{path};a=b",
        "nul": f"{path}%00",
        "line end": f"{path}%0d%0a",
        "space": f"{path}%20",
        "question mark encoded": f"{path}%3fa",
        "back slash": path.replace("/", "\\"),
        "overlong slash": f"/%c0%af{last}",
        "wide slash": f"/%ef%bc%8f{last}",
        "dot behind": f"{path}.",
        "whole address": f"http://127.0.0.1{path}",
    }


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("paths")
    stated = oidc(requests_per_minute=0, uploads_per_hour=0)
    with signing_service(folder, **on(small_tables), **stated) as made:
        yield made


@pytest.fixture(scope="module")
def wire(client: TestClient) -> Iterator[Wire]:
    with listening(client.app) as port, Wire(port) as made:  # type: ignore[arg-type]
        yield made


@pytest.fixture(scope="module")
def bearers(client: TestClient) -> dict[str, dict[str, str]]:
    """Give the headers of everybody: nobody, a session of each role, and a key of each."""
    found: dict[str, dict[str, str]] = {"anonymous": {"X-Real-IP": "192.0.2.1"}}
    for role in ROLES:
        token = become(client, role)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        found[role] = {**found["anonymous"], "Cookie": cookies, "X-CSRF-Token": token}
    database = client.app.state.localarea.database  # type: ignore[attr-defined]
    actor, now = Actor("Mo Manager", "admin"), datetime.now(UTC)
    for role in set(ROLES) - {"approver"}:
        bound = bound_to(database, role)
        _, key = api_keys.make(
            database, name=role, roles=[role], days=2, actor=actor, now=now, contracts=bound
        )
        found[f"key of {role}"] = {**found["anonymous"], "Authorization": f"Bearer {key}"}
    return found


def sent_with(route: str) -> tuple[dict[str, str], bytes]:
    """Give kind and content of a body that gets as far as the route."""
    stated = httpx.Request("POST", "http://a", **BODIES.get(route, {"json": {}}))
    if route.startswith("GET"):
        return {}, b""
    return {"Content-Type": stated.headers["content-type"]}, stated.content


def refused(answer: Answer) -> bool:
    """
    Tell whether one was kept out.

    Who is sent on elsewhere has seen nothing; nor has who is told that a part of the path is no
    number, for then the spelling is another address, and that is all that was looked at.
    """
    other = answer.status == 422 and b"path." in answer.body.lower()
    return other or answer.status in REFUSED or answer.status in (303, 307)


WHO: Final = ["anonymous", *ROLES, *(f"key of {r}" for r in ROLES if r != "approver")]
_SHARE: Final = 7


def all_kept_out(route: str) -> list[str]:
    """Give all who may not have a route."""
    return [who for who in WHO if who.removeprefix("key of ") not in TABLE[route].split()]


def asked_by(who: str, at: int, route: str) -> list[str]:
    """
    Give the spellings under which somebody asks for a route: the path as it is, and their share.

    What a spelling leads to does not hang on who asks, so each of those who may not have the route
    sends one in seven of the rest, another seventh for the next of them and for the next route:
    of who, route and spelling, every two meet.
    """
    plain, *odd = spellings(re.sub(r"\{[^}]+\}", "1", route.split(" ")[1])).values()
    kept_out = all_kept_out(route)
    if who not in kept_out:
        return []
    share = min(len(kept_out), _SHARE)
    return [plain, *odd[(kept_out.index(who) + at) % share :: share]]


@pytest.mark.parametrize("who", WHO)
def test_no_spelling_of_a_path_lets_in_who_may_not(
    client: TestClient, wire: Wire, bearers: dict[str, dict[str, str]], who: str
) -> None:
    app, wrong = client.app, []
    for at, route in enumerate(sorted(set(routes_of(app.routes)))):  # type: ignore[attr-defined]
        method = route.split(" ")[0]
        kind, body = sent_with(route)
        for target in asked_by(who, at, route):
            answer = wire.ask(method, target, {**bearers[who], **kind}, body)
            if not refused(answer):
                wrong.append(f"{route} as {target}: {answer.status} to {who}")
    assert wrong == []


def test_every_two_of_who_route_and_spelling_meet() -> None:
    kinds: dict[str, set[str]] = {who: set() for who in WHO}
    for at, route in enumerate(sorted(TABLE)):
        named = spellings(re.sub(r"\{[^}]+\}", "1", route.split(" ")[1]))
        sent = {who: asked_by(who, at, route) for who in WHO}
        kept_out = all_kept_out(route)
        assert [who for who in WHO if named["as it is"] in sent[who]] == kept_out
        by_anybody = {target for each in sent.values() for target in each}
        assert by_anybody == (set(named.values()) if kept_out else set())
        for who, targets in sent.items():
            kinds[who] |= {kind for kind, target in named.items() if target in targets}
    assert kinds == {who: set(spellings("/a/b")) for who in WHO}


def test_encoded_letters_are_the_letters(wire: Wire, bearers: dict[str, dict[str, str]]) -> None:
    # Or the sweep above would hold of a server that knows no encodings at all.
    for path, who in (("/keys", "admin"), ("/decisions/new", "analyst"), ("/audit", "viewer")):
        plain, encoded = (wire.ask("GET", p, bearers[who]) for p in (path, _every_letter(path)))
        assert plain.status == encoded.status == 200, path


def test_a_redirect_leads_nowhere_else(wire: Wire, bearers: dict[str, dict[str, str]]) -> None:
    sent = 0
    for target in (
        "/keys/",
        "//evil.example/",
        "//evil.example/keys/",
        "/\\evil.example/",
        "/%0d%0aX: y/",
    ):
        answer = wire.ask("GET", target, bearers["admin"])
        leads = answer.headers.get("location", "")
        sent += bool(leads)
        assert not leads or leads.startswith((f"http://127.0.0.1:{wire.port}/", "/sign-in"))
        assert "x" not in answer.headers
    assert sent


def test_no_line_of_the_log_holds_a_part_of_a_path(
    client: TestClient, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    outward, inward = PLANTED.split()
    quoted = PLANTED.replace(" ", "%20")
    with caplog.at_level(logging.DEBUG):
        for path in sorted({route.split(" ")[1] for route in routes_of(client.app.routes)}):  # type: ignore[attr-defined]
            planted = {re.sub(r"\{[^}]+\}", quoted, path)}
            # What one part is may stand in the next: taking it out of both told the rest.
            planted.add(re.sub(r"\{[^}]+\}", quoted, re.sub(r"\{[^}]+\}", "9", path, count=1)))
            for target in sorted(each for each in planted if quoted in each):
                for method in ("GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "QUERY"):
                    wire.ask(method, target)
            wire.ask("GET", f"{path}/{quoted}")
    # The server's own lines hold addresses, and the service turns them off (log_config).
    ours = [one for one in caplog.records if one.name != "uvicorn.access"]
    lines = [one.getMessage() for one in ours]
    assert any("GET /definitions/{definition_id}/files/{name}" in line for line in lines)
    assert any("DELETE /api/v1/files/{file}" in line for line in lines)
    told = "\n".join(lines)
    assert inward not in told
    assert inward[1:] not in told
    assert outward not in told


def test_figures_have_a_name_for_each_route_and_no_other(
    client: TestClient, wire: Wire, bearers: dict[str, dict[str, str]]
) -> None:
    # The figures are those of the process, in which other tests have had services of their own.
    before = _routes_counted(wire, bearers)
    for part in ("d", "e", "def", "tions", "files", "/", "definitions", "{name}"):
        wire.ask("GET", f"/definitions/{quote(part)}/files/{quote(part)}")
    named = _routes_counted(wire, bearers)
    known = {route.split(" ")[1] for route in routes_of(client.app.routes)}  # type: ignore[attr-defined]
    assert "/definitions/{definition_id}/files/{name}" in named
    assert named - before - {"(no such address)"} <= known


def _routes_counted(wire: Wire, bearers: dict[str, dict[str, str]]) -> set[str]:
    told = wire.ask("GET", "/metrics", bearers["admin"]).body.decode()
    return set(re.findall(r'route="([^"]+)"', told))
