"""Headers that strangers may set: hosts, those of proxies, and those a browser adds by itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
from attack_cases import Wire
from service_cases import listening
from signin_cases import become, oidc, signing_service

from localarea.service.middleware.hosts import host_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVIL: Final = "evil.example"
FORWARDED: Final = {
    "X-Forwarded-For": "192.0.2.{}",
    "X-Real-IP": "192.0.2.{}",
    "Forwarded": "for=192.0.2.{};host=evil.example;proto=https",
    "X-Client-IP": "192.0.2.{}",
    "CF-Connecting-IP": "192.0.2.{}",
    "True-Client-IP": "192.0.2.{}",
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Host": EVIL,
    "X-Original-Host": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "X-Script-Name": "/evil",
    "X-Original-URL": "/keys",
    "X-Rewrite-URL": "/keys",
    "X-HTTP-Method-Override": "DELETE",
}


@contextmanager
def wire_to(folder: Path, **stated: object) -> Iterator[Wire]:
    with (
        signing_service(folder, **stated) as client,
        listening(client.app) as port,  # type: ignore[arg-type]
        Wire(port) as wire,
    ):
        yield wire


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with wire_to(tmp_path_factory.mktemp("headers")) as made:
        yield made


# The name asked for.


@pytest.mark.parametrize(
    "host",
    [
        EVIL,
        f"127.0.0.1.{EVIL}",
        f"127.0.0.1:@{EVIL}",
        f"localhost:80@{EVIL}",
        f"localhost:{EVIL}",
        f"[::1]{EVIL}",
        f"[::1]:80.{EVIL}",
        f"localhost/{EVIL}",
        f"localhost#@{EVIL}",
        f"localhost\\{EVIL}",
        f"localhost,{EVIL}",
        f"localhost {EVIL}",
        "localhost:",
        "localhost:123456",
        "localhost.",
        "",
        "@localhost",
        "2130706433",
        "0x7f.1",
    ],
)
@pytest.mark.parametrize("path", ["/", "/ogc", "/keys/", "/api/v1/check/?postcode=CO1%201JB"])
def test_no_other_host_gets_an_answer(wire: Wire, host: str, path: str) -> None:
    answer = wire.ask("GET", path, {"Host": host})
    assert answer.status in (400, 421)
    assert EVIL.encode() not in answer.body
    assert EVIL not in str(answer.headers)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8000", "localhost"),
        ("LOCALHOST", "localhost"),
        ("[::1]:80", "[::1]"),
        ("a", "a"),
    ],
)
def test_a_name_is_known_with_its_port_and_without(host: str, name: str) -> None:
    assert host_name(host) == name


# What only a proxy may say, said by somebody else.


def test_links_and_redirects_lead_to_the_host_asked_for_whatever_else_is_said(wire: Wire) -> None:
    said = {name: value.format(7) for name, value in FORWARDED.items()}
    del said["X-Forwarded-Proto"]  # taken from this machine, which is trusted by default
    own = f"http://127.0.0.1:{wire.port}/"
    plain, told = wire.ask("GET", "/ogc"), wire.ask("GET", "/ogc", said)
    assert told.status == 200
    assert told.body == plain.body
    assert own.encode() in told.body
    assert wire.ask("GET", "/keys/", said).headers["location"] == f"{own}keys"


@pytest.mark.parametrize(
    ("trusted", "counted_alike"), [("198.51.100.1", True), ("127.0.0.1", False)]
)
def test_only_a_trusted_proxy_says_who_asks(
    tmp_path: Path, trusted: str, counted_alike: bool
) -> None:
    settings = oidc(requests_per_minute=5, trusted_proxies=trusted)
    with wire_to(tmp_path, **settings) as wire:
        statuses = [
            wire.ask("GET", "/privacy", {name: v.format(k) for name, v in FORWARDED.items()}).status
            for k in range(1, 9)
        ]
    assert (429 in statuses) == counted_alike
    assert 200 in statuses


def test_what_a_client_says_of_itself_to_a_trusted_proxy_does_not_count(tmp_path: Path) -> None:
    # A proxy adds the address that it sees at the end; what stands before is the client's word.
    with wire_to(tmp_path, **oidc(requests_per_minute=5)) as wire:
        statuses = [
            wire.ask("GET", "/privacy", {"X-Forwarded-For": f"192.0.2.{k}, 203.0.113.9"}).status
            for k in range(1, 9)
        ]
    assert statuses[-1] == 429


@pytest.mark.parametrize("path", ["/privacy", "/nothing", "/healthy", "/ready-made", "/metrics-x"])
def test_what_begins_like_a_free_address_is_counted(tmp_path: Path, path: str) -> None:
    with wire_to(tmp_path, **oidc(requests_per_minute=5)) as wire:
        assert wire.ask("GET", path).status != 429
        assert [wire.ask("GET", path).status for _ in range(6)][-1] == 429


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_figures_are_not_for_whom_a_proxy_speaks_for(tmp_path: Path, name: str) -> None:
    with wire_to(tmp_path, **oidc()) as wire:
        assert wire.ask("GET", "/metrics").status == 200  # this machine itself
        for said in ("127.0.0.1", "for=127.0.0.1", "::1", ""):
            assert wire.ask("GET", "/metrics", {name: said}).status == 401


# What a browser adds by itself.


@pytest.mark.parametrize("scheme", ["Basic dTpw", "Negotiate abc", "Digest x=1", "Bearerx y"])
@pytest.mark.parametrize("path", ["/api/v1/check", "/api/v1/proposals", "/files", "/"])
def test_signing_in_to_a_proxy_does_not_let_other_sites_in(
    wire: Wire, scheme: str, path: str
) -> None:
    # A browser that knows a password for a host sends it along with a form of any site.
    from_elsewhere = {"Origin": f"https://{EVIL}", "Authorization": scheme}
    answer = wire.ask("POST", path, {**from_elsewhere, "Content-Type": "text/plain"}, b"{}")
    assert answer.status == 403
    assert b"another site" in answer.body


def test_where_nobody_signs_in_a_key_opens_nothing_to_other_sites(wire: Wire) -> None:
    from_elsewhere = {"Origin": f"https://{EVIL}", "Authorization": "Bearer la_x"}
    assert wire.ask("POST", "/api/v1/check", from_elsewhere, b"{}").status == 403


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded; charset=utf-8",
        "multipart/form-data; boundary=a",
        "application/json",
        "APPLICATION/X-WWW-FORM-URLENCODED",
        "application/x-www-form-urlencoded, application/json",
        "text/plain; application/json",
        "application/csp-report",
        "",
        "x",
    ],
)
def test_no_kind_of_content_passes_for_a_token(tmp_path: Path, kind: str) -> None:
    with signing_service(tmp_path, **oidc()) as client, listening(client.app) as port:  # type: ignore[arg-type]
        token = become(client, "analyst", token=False)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        asked = b'{"option": "district", "purpose": "measure", "title": "", "note": "x"}'
        nothing_done = (400, 403, 422)  # what cannot be read is refused before the token is missed
        form = b"option=district&purpose=measure&title=&note=x"
        with Wire(port) as wire:
            head = {"Cookie": cookies, **({"Content-Type": kind} if kind else {})}
            for path in ("/api/v1/proposals", "/decisions/new", "/sign-out"):
                for body in (asked, form, form + b"&csrf_token=AAAA", b""):
                    assert wire.ask("POST", path, head, body).status in nothing_done, path
                    address = f"{path}?csrf_token={token}"  # an address is kept in logs and links
                    assert wire.ask("POST", address, head, body).status in nothing_done, path
        assert client.get("/api/v1/proposals").json()["proposals"] == []
