"""Sign in by a provider: the journey, and whatever can go wrong on it."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from itsdangerous import URLSafeSerializer
from oidc_provider import CLIENT_ID, OidcProvider, provider_running
from signin_cases import BASE, go_to_provider, leave, oidc, sign_in, signing_service

from localarea.service.auth.sessions import Sessions
from localarea.service.pages.sign_in import local_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

SESSION, FLOW = "localarea-session", "localarea-sign-in"


@pytest.fixture(scope="module")
def running() -> Iterator[OidcProvider]:
    with provider_running() as made:
        yield made


@pytest.fixture(scope="module")
def service(
    running: OidcProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    settings = oidc(running, oidc_role_names={"Procurement.Buyer": "checker"})
    with signing_service(tmp_path_factory.mktemp("sign-in"), **settings) as made:
        yield made


@pytest.fixture
def provider(running: OidcProvider) -> OidcProvider:
    running.fault = ""
    running.sign_in_as("Ada Analyst", ["analyst"])
    return running


@pytest.fixture
def client(service: TestClient, provider: OidcProvider) -> TestClient:
    leave(service)
    # What was read of the provider under another test's fault is read anew.
    service.app.state.admission.provider._client.server_metadata.clear()  # type: ignore[attr-defined]
    return service


def test_from_a_page_to_the_provider_and_back(client: TestClient, provider: OidcProvider) -> None:
    provider.sign_in_as("Dee Director", ["approver", "viewer"], jobTitle="Assistant Director")
    asked = client.get("/options?sort=jobs")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=/options%3Fsort%3Djobs"
    back = sign_in(client, asked.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/options?sort=jobs")
    sent = provider.authorised[-1]
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["client_id"] == CLIENT_ID
    assert len(sent["nonce"]) >= 20
    assert len(sent["state"]) >= 20
    page = client.get("/signed-out").text
    assert "Dee Director, Assistant Director" in page
    assert client.get("/keys").status_code == 403  # an approver administers nothing
    assert client.get("/api/v1/check", params={"postcode": "CO1 1JB"}).status_code == 200


def test_the_cookie_is_kept_from_scripts_and_holds_no_secret(
    client: TestClient, provider: OidcProvider
) -> None:
    back = sign_in(client)
    cookies = {c.partition("=")[0]: c for c in back.headers.get_list("set-cookie")}
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookies[SESSION]
    assert "Max-Age=0" in cookies[FLOW]
    payload = URLSafeSerializer("").loads_unsafe(client.cookies[SESSION])[1]
    assert set(payload) == {
        *("name", "roles", "post", "subject", "csrf", "begun", "seen", "id"),
        "key",  # the id of a supplier's key, which is public; blank for anybody else
    }
    assert not any(secret in json.dumps(payload) for secret in provider.given)


def test_what_waits_in_the_browser_meanwhile_cannot_be_read(client: TestClient) -> None:
    client.get("/sign-in?next=/options")
    held = client.cookies[FLOW]
    assert URLSafeSerializer("").loads_unsafe(held)[1] is None
    assert held.startswith("gAAAA")  # the form of Fernet: encrypted, then signed


def test_https_binds_the_cookies_to_the_host(
    tmp_path: pytest.TempPathFactory, provider: OidcProvider
) -> None:
    base = "https://local.example"
    settings = oidc(provider, public_url=base)
    with signing_service(tmp_path, base, **settings) as client:  # type: ignore[arg-type]
        back = sign_in(client)
        cookies = back.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all(c.startswith("__Host-localarea-") and "; Secure" in c for c in cookies)
        assert provider.authorised[-1]["redirect_uri"] == f"{base}/sign-in/callback"
        assert back.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ("nonce", 400, "cannot be trusted"),
        ("audience", 400, "cannot be trusted"),
        ("audience with azp", 400, "cannot be trusted"),
        ("issuer in token", 400, "cannot be trusted"),
        ("another key", 400, "cannot be trusted"),
        ("alg none", 400, "cannot be trusted"),
        ("alg HS256 by the public key", 400, "cannot be trusted"),
        ("alg HS256 by the client secret", 400, "cannot be trusted"),
        ("no id_token", 400, "cannot be trusted"),
        ("expired", 400, "clocks do not agree"),
        ("from the future", 400, "clocks do not agree"),
        ("refused", 400, "did not let you through"),
        ("token 500", 503, "failed while signing you in"),
    ],
)
def test_no_session_of_an_answer_that_is_wrong(
    client: TestClient, provider: OidcProvider, fault: str, status: int, said: str
) -> None:
    provider.fault = fault
    back = sign_in(client)
    assert back.status_code == status
    assert said in back.text
    assert SESSION not in client.cookies
    assert FLOW not in client.cookies
    assert 'href="/sign-in"' in back.text
    provider.fault = ""
    assert sign_in(client).status_code == 303  # and it recovers by itself


def test_a_key_that_the_provider_changed_is_read_anew(
    client: TestClient, provider: OidcProvider
) -> None:
    assert sign_in(client).status_code == 303
    provider.rotate_key()
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize("fault", ["no configuration", "other issuer"])
def test_a_provider_that_is_down_is_said(
    client: TestClient, provider: OidcProvider, fault: str
) -> None:
    provider.fault = fault
    answer = client.get("/sign-in")
    assert answer.status_code == 503
    assert "nothing is wrong with your account" in answer.text


def test_a_provider_that_nobody_reaches_is_said(tmp_path: pytest.TempPathFactory) -> None:
    with signing_service(tmp_path, **oidc()) as client:  # type: ignore[arg-type]
        answer = client.get("/sign-in")
        assert answer.status_code == 503
        assert "try again in a few minutes" in answer.text
        assert client.get("/signed-out").status_code == 200


def test_an_answer_counts_once_and_in_the_browser_that_asked(client: TestClient) -> None:
    address = go_to_provider(client)
    kept = client.cookies[FLOW]
    assert client.get(address).status_code == 303
    leave(client)
    again = client.get(address)
    assert again.status_code == 400
    assert "cannot be used again" in again.text
    client.cookies.set(FLOW, kept)
    assert client.get(address).status_code == 400  # the provider takes each code once
    assert SESSION not in client.cookies


def test_an_answer_to_another_question_is_refused(client: TestClient) -> None:
    first = go_to_provider(client)
    go_to_provider(client)
    answer = client.get(first)
    assert answer.status_code == 400
    assert "you started another in a new tab" in answer.text


def test_who_comes_back_too_late_begins_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = go_to_provider(client)
    monkeypatch.setattr("localarea.service.auth.provider.FLOW_S", -1)
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Signing in took too long" in answer.text


def test_who_has_no_role_is_told_whom_to_ask(client: TestClient, provider: OidcProvider) -> None:
    provider.sign_in_as("New Starter", ["somebody-elses-role"])
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "New Starter" in answer.text
    assert "ask the people who run it" in answer.text
    assert SESSION not in client.cookies


def test_roles_go_by_the_names_that_were_set(client: TestClient, provider: OidcProvider) -> None:
    provider.sign_in_as("Bea Buyer", ["procurement.buyer", "unknown"])
    assert sign_in(client).status_code == 303
    assert client.get("/api/v1/check", params={"postcode": "CO1 1JB"}).status_code == 200
    assert client.get("/api/v1/keys").status_code == 403


def test_roles_may_stand_in_the_userinfo(client: TestClient, provider: OidcProvider) -> None:
    provider.sign_in_as("Ida Info", [])
    del provider.person["roles"]
    provider.userinfo |= {"roles": ["admin"]}
    assert sign_in(client).status_code == 303
    assert client.get("/api/v1/keys").status_code == 200
    provider.userinfo["sub"] = "somebody else"
    assert sign_in(client).status_code == 400


def test_signing_out_ends_the_session_and_its_copies(
    client: TestClient, provider: OidcProvider
) -> None:
    sign_in(client)
    copied = client.cookies[SESSION]
    page = client.get("/sign-out").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    refused = client.post("/sign-out")
    assert refused.status_code == 403  # no other site signs anybody out
    out = client.post("/sign-out", data={"csrf_token": token})
    assert (out.status_code, out.headers["location"]) == (303, "/signed-out")
    assert SESSION not in client.cookies
    after = client.get("/signed-out").text
    way_out = re.findall(r'href="(http[^"]+end-session[^"]+)"', after)[0].replace("&amp;", "&")
    query = parse_qs(urlsplit(way_out).query)
    assert query["post_logout_redirect_uri"] == [f"{BASE}/signed-out"]
    assert way_out.startswith(provider.address)
    client.cookies.set(SESSION, copied)
    assert client.get("/api/v1/keys").status_code == 401


def test_a_session_in_use_gets_a_new_cookie_and_not_with_each_request(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    assert "set-cookie" not in client.get("/keys").headers
    sessions = client.app.state.admission.sessions  # type: ignore[attr-defined]
    clock = Clock()
    clock.now = time.time() + 120
    monkeypatch.setattr(sessions, "_clock", clock)
    renewed = client.get("/api/v1/keys").headers["set-cookie"]
    assert renewed.startswith(f"{SESSION}=")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/sign-out").text)[0]
    clock.now += 120
    out = client.post("/sign-out", data={"csrf_token": token})
    # Due for renewal as it is, the cookie is taken away and not given again.
    assert [c.partition("=")[0] for c in out.headers.get_list("set-cookie")] == [SESSION]
    assert "Max-Age=0" in out.headers["set-cookie"]


def test_who_has_waited_too_long_signs_in_again_and_comes_back(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    clock = Clock()
    clock.now = time.time() + 1801
    monkeypatch.setattr(client.app.state.admission.sessions, "_clock", clock)  # type: ignore[attr-defined]
    sent = client.get("/keys")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/keys")
    assert client.get("/api/v1/keys").status_code == 401
    part = client.get("/keys", headers={"Sec-Fetch-Mode": "cors"})
    assert part.status_code == 401  # a script cannot follow to the provider


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https://evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "///evil.example",
        "/sign-out",
        "/sign-in?next=/sign-in",
        "",
        "/" + "a" * 3000,
    ],
)
def test_after_signing_in_one_stays_here(path: str) -> None:
    assert local_page(path) == "/"


@pytest.mark.parametrize("path", ["/", "/options?with=ipswich&x=//y", "/decisions/4#notes"])
def test_after_signing_in_one_is_where_one_wanted_to_be(path: str) -> None:
    assert local_page(path) == path


class Clock:
    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


def _sessions(clock: Clock) -> Sessions:
    return Sessions("a key", idle_s=1800, longest_s=28_800, clock=clock)


def test_a_session_ends_when_nobody_is_there() -> None:
    clock = Clock()
    sessions = _sessions(clock)
    cookie = sessions.write(sessions.begin("A", ("viewer",), post="", subject="s"))
    clock.now += 1799
    assert sessions.read(cookie) is not None
    clock.now += 1
    assert sessions.read(cookie) is None


def test_a_session_ends_in_the_end_however_busy_one_is() -> None:
    clock = Clock()
    sessions = _sessions(clock)
    session = sessions.begin("A", ("viewer",), post="", subject="s")
    reached = 0
    for minute in range(1, 600):
        clock.now += 60
        read = sessions.read(sessions.write(session))
        if read is None:
            break
        session, reached = sessions.renew(read) or read, minute
    assert reached == 479  # eight hours are 480 minutes


def test_a_session_does_not_live_on_a_clock_set_back() -> None:
    clock = Clock()
    sessions = _sessions(clock)
    cookie = sessions.write(sessions.begin("A", ("viewer",), post="", subject="s"))
    clock.now -= 3600
    assert sessions.read(cookie) is None


def test_a_cookie_changed_or_of_another_key_or_use_is_nobody() -> None:
    clock = Clock()
    sessions = _sessions(clock)
    session = sessions.begin("A", ("viewer",), post="", subject="s")
    cookie = sessions.write(session)
    assert sessions.read(cookie) == session
    for place in (5, len(cookie) // 2, len(cookie) - 5):
        other_letter = "A" if cookie[place] != "A" else "B"
        assert sessions.read(cookie[:place] + other_letter + cookie[place + 1 :]) is None
    other = Sessions("another key", idle_s=1800, longest_s=28_800, clock=clock)
    assert sessions.read(other.write(session)) is None
    plain = URLSafeSerializer("a key", salt="localarea.csrf").dumps("text")
    assert sessions.read(str(plain)) is None
    assert sessions.read("") is None
