"""What every request passes: forms of other sites, hosts, headers, limits, bodies, and logs."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Annotated, Any

import pydantic
import pytest
from fastapi import APIRouter, Depends, File, UploadFile
from oidc_provider import CLIENT_SECRET, provider_running
from service_cases import service_in, settings_in
from signin_cases import SECRET_KEY, become, leave, oidc, sign_in, signing_service
from starlette.exceptions import HTTPException

from localarea.service.auth.csrf import guard_form
from localarea.service.http.content_policy import POLICY
from localarea.service.logs.redaction import HIDDEN, Cleaner
from localarea.service.middleware.bodies import _Watched
from localarea.service.middleware.hosts import host_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

CHECK = {"postcode": "CO1 1JB"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="module")
def local_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with signing_service(tmp_path_factory.mktemp("local"), body_limit_mb=1) as made:
        yield made


@pytest.fixture(scope="module")
def signed_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with signing_service(tmp_path_factory.mktemp("signed"), **oidc()) as made:
        yield made


@pytest.fixture
def local(local_service: TestClient) -> TestClient:
    leave(local_service)
    return local_service


@pytest.fixture
def signed(signed_service: TestClient) -> TestClient:
    leave(signed_service)
    return signed_service


# Forms of other sites.


def routes_with_files(routes: Any) -> Iterator[str]:
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from routes_with_files(route.effective_candidates())
        elif any("UploadFile" in str(f.field_info.annotation) for f in taken_by(route)):
            yield route.path


def taken_by(route: Any) -> list[Any]:
    return list(getattr(getattr(route, "dependant", None), "body_params", ()))


def test_who_may_not_send_files_is_refused_before_they_are_read(signed: TestClient) -> None:
    paths = sorted(set(routes_with_files(signed.app.routes)))  # type: ignore[attr-defined]
    assert {"/contested", "/spend", "/api/v1/measures"} <= set(paths)
    for path in paths:
        sent = signed.post(re.sub(r"\{[^}]+\}", "x", path), files={"file": ("a.csv", b"a\n")})
        assert (sent.status_code, sent.headers.get("connection")) == (401, "close"), path


def test_a_form_counts_with_the_token_of_its_page(local: TestClient) -> None:
    first, second = (TOKEN.findall(local.get("/").text)[0] for _ in range(2))
    assert first != second  # masked anew each time
    for token in (first, second):
        sent = local.post("/", data={**CHECK, "csrf_token": token})
        assert sent.status_code == 200, sent.text


@pytest.mark.parametrize("token", ["", "AAAA", "nonsense!", "é", "A" * 64])
def test_a_form_without_the_right_token_changes_nothing(local: TestClient, token: str) -> None:
    local.get("/")
    answer = local.post("/", data={**CHECK, "csrf_token": token})
    assert answer.status_code == 403
    assert "nothing was changed: go back" in answer.text
    assert ">Nothing was changed</h1>" in answer.text  # it is not for want of a role


def test_a_token_counts_only_in_its_own_browser(local: TestClient) -> None:
    token = TOKEN.findall(local.get("/").text)[0]
    local.cookies.clear()
    local.get("/")
    assert local.post("/", data={**CHECK, "csrf_token": token}).status_code == 403


def test_a_token_counts_only_in_its_own_session(signed: TestClient) -> None:
    token = become(signed, "checker", token=False)
    assert signed.post("/", data={**CHECK, "csrf_token": token}).status_code == 200
    become(signed, "checker", token=False)
    assert signed.post("/", data={**CHECK, "csrf_token": token}).status_code == 403


FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8080"},
    {"Origin": "https://127.0.0.1"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
@pytest.mark.parametrize("path", ["/", "/api/v1/check"])
def test_a_page_of_another_site_changes_nothing(
    local: TestClient, headers: dict[str, str], path: str
) -> None:
    token = TOKEN.findall(local.get("/").text)[0]
    sent = {"data": {**CHECK, "csrf_token": token}} if path == "/" else {"json": {"postcodes": []}}
    assert local.post(path, headers=headers, **sent).status_code == 403
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}
    assert local.post(path, headers=ours, **sent).status_code == 200


def test_the_api_takes_a_session_only_with_its_token(signed: TestClient) -> None:
    token = become(signed, "checker", token=False)
    assert signed.post("/api/v1/check", json={"postcodes": []}).status_code == 403
    sent = signed.post("/api/v1/check", json={"postcodes": []}, headers={"X-CSRF-Token": token})
    assert sent.status_code == 200
    assert signed.get("/api/v1/check", params=CHECK).status_code == 200


# The name asked for.


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "", "[::2]", "0.0.0.0:80"]
)
def test_a_name_pointed_at_this_computer_gets_no_answer(local: TestClient, host: str) -> None:
    answer = local.get("/api/v1/check", params=CHECK, headers={"Host": host})
    assert answer.status_code == 421
    assert "CO1" not in answer.text
    assert local.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:5", "[::1]:8000"])
def test_this_computer_answers_under_its_own_names(local: TestClient, host: str) -> None:
    answer = local.get("/api/v1/check", params=CHECK, headers={"Host": host})
    assert answer.status_code == 200


def test_further_names_are_those_that_were_set(tmp_path: Path) -> None:
    settings = {"public_url": "https://Local.Example", "allowed_hosts": ["inner.example"]}
    with signing_service(tmp_path, **settings) as client:
        for host, status in [("local.example", 200), ("inner.example", 200), ("a.example", 421)]:
            answer = client.get("/api/v1/check", params=CHECK, headers={"Host": host})
            assert answer.status_code == status


def test_the_port_is_no_part_of_the_name() -> None:
    assert [host_name(h) for h in ("A:1", "[::1]:2", "[::1]", "b")] == ["a", "[::1]", "[::1]", "b"]


# Headers.


@pytest.mark.parametrize("path", ["/", "/health", "/nowhere", "/api/v1/check", "/static/icon.svg"])
def test_every_answer_has_the_headers(local: TestClient, path: str) -> None:
    headers = local.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers  # plain http, as the setting has it


def test_a_fault_has_the_headers_too(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(local.app.state.localarea, "classifier", broken)  # type: ignore[attr-defined]
    answer = local.get("/api/v1/check", params=CHECK)
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"


def test_only_files_with_their_version_are_kept(local: TestClient) -> None:
    page = local.get("/")
    assert page.headers["cache-control"] == "no-store"
    (style,) = re.findall(r'href="(/static/localarea.css\?v=[0-9a-f]{12})"', page.text)
    assert "immutable" in local.get(style).headers["cache-control"]
    assert local.get("/static/localarea.css").headers["cache-control"] == "no-cache"
    assert local.get("/static/nothing.css?v=1").headers["cache-control"] == "no-store"
    assert local.get("/api/v1/check", params=CHECK).headers["cache-control"] == "no-store"


# How often.


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with signing_service(tmp_path, **oidc(checks_per_minute=3)) as client:
        become(client, "checker", name="Ada Analyst")
        answers = [client.get("/api/v1/check", params=CHECK) for _ in range(4)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        left = [re.findall(r'^"checks";r=(\d);t=\d+$', a.headers["ratelimit"])[0] for a in answers]
        assert left == ["2", "1", "0", "0"]
        assert answers[0].headers["ratelimit-policy"] == '"checks";q=3;w=60'
        assert 1 <= int(answers[3].headers["retry-after"]) <= 60
        assert answers[3].headers["content-type"] == "application/problem+json"
        assert client.post("/", data=CHECK).status_code == 429  # page and API count together
        assert client.get("/signed-out").status_code == 200  # other things count apart
        become(client, "checker", name="Bea Buyer")
        assert client.get("/api/v1/check", params=CHECK).status_code == 200


def test_files_that_are_sent_for_sums_count_as_uploads(tmp_path: Path) -> None:
    paths = ["/api/v1/spend", "/api/v1/measures", "/api/v1/contracts/C1/returns", "/contested",
             "/api/v1/files/preview", "/spend"]  # fmt: skip
    with signing_service(tmp_path, **oidc(uploads_per_hour=4)) as client:
        become(client, "analyst", name="Ada Analyst")
        answers = [client.post(path) for path in paths]
        assert {a.headers["ratelimit"].partition(";")[0] for a in answers} == {'"uploads"'}
        assert [a.status_code == 429 for a in answers] == [False] * 4 + [True] * 2


def test_signing_in_counts_for_the_address(tmp_path: Path) -> None:
    with signing_service(tmp_path, **oidc(sign_ins_per_minute=2)) as client:
        assert [client.get("/sign-in").status_code for _ in range(3)] == [503, 503, 429]


def test_nobody_is_counted_on_this_computer_alone(local: TestClient) -> None:
    assert "ratelimit" not in local.get("/api/v1/check", params=CHECK).headers


# How much, and how slowly.


def test_a_body_that_says_it_is_too_large_is_not_read(local: TestClient) -> None:
    answer = local.post("/api/v1/check", content=b" " * 1_000_001)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_a_body_that_says_nothing_is_counted_as_it_comes(local: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 100_000
            yield b" " * 100_000

    headers = {"Content-Type": "application/json"}
    answer = local.post("/api/v1/check", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "1 MB" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/files", "/spend", "/api/v1/spend"])
def test_files_have_a_limit_of_their_own(local: TestClient, path: str) -> None:
    answer = local.post(path, headers={"Content-Length": "200000001"})
    assert answer.status_code == 413
    assert "200 MB" in answer.text
    assert local.post(path, content=b" " * 1_000_001).status_code != 413


@pytest.mark.parametrize("path", ["/contested", "/files/none/mended", "/api/v1/files/none/mended"])
def test_files_of_20_mb_are_read_where_that_is_the_limit(local: TestClient, path: str) -> None:
    assert local.post(path, content=b" " * 1_000_001).status_code != 413
    answer = local.post(path, headers={"Content-Length": "21000001"})
    assert answer.status_code == 413
    assert "21 MB" in answer.text


RETURNS = ["/contracts/C1/returns/2026-27%20Q1", "/api/v1/contracts/C1/returns"]


@pytest.mark.parametrize("path", RETURNS)
def test_returns_of_a_contract_are_read_where_5_mb_are_the_limit(
    local: TestClient, path: str
) -> None:
    assert local.post(path, content=b" " * 1_000_001).status_code != 413
    answer = local.post(path, headers={"Content-Length": "6000001"})
    assert answer.status_code == 413
    assert "6 MB" in answer.text


def test_keys_are_not_guessed_as_fast_as_one_likes(tmp_path: Path) -> None:
    with signing_service(tmp_path, **oidc(sign_ins_per_minute=3)) as client:
        found = [client.post("/supplier", data={"key": "x"}).status_code for _ in range(4)]
    assert found == [422, 422, 422, 429]


@pytest.mark.parametrize("path", ["/files", "/api/v1/files", "/spend", "/api/v1/spend", *RETURNS])
def test_nobody_sends_a_file_who_may_not_have_it_checked(signed: TestClient, path: str) -> None:
    assert signed.post(path, headers={"Content-Length": "100000000"}).status_code == 401
    become(signed, "viewer")
    assert signed.post(path, headers={"Content-Length": "100000000"}).status_code == 403


def test_a_form_with_a_file_carries_its_token_among_its_fields(tmp_path: Path) -> None:
    router = APIRouter(dependencies=[Depends(guard_form)])

    @router.post("/try")
    async def take(file: Annotated[UploadFile, File()]) -> dict[str, int]:
        return {"bytes": len(await file.read())}

    with signing_service(tmp_path) as client:
        client.app.include_router(router)  # type: ignore[attr-defined]
        token = TOKEN.findall(client.get("/").text)[0]
        files = {"file": ("a.csv", b"postcode\nCO1 1JB\n")}
        assert client.post("/try", files=files).status_code == 403
        sent = client.post("/try", files=files, data={"csrf_token": token})
        assert sent.json() == {"bytes": 17}


class Pipe:
    """A client that sends when it likes."""

    def __init__(self, *parts: bytes, then_hang: bool = False) -> None:
        self.parts, self.hang, self.now = list(parts), then_hang, 0.0

    async def receive(self) -> dict[str, Any]:
        if not self.parts and self.hang:
            await asyncio.sleep(3600)
        part = self.parts.pop(0)
        more = bool(self.parts) or self.hang
        return {"type": "http.request", "body": part, "more_body": more}


def _read_all(watched: _Watched) -> int:
    async def read() -> int:
        size, more = 0, True
        while more:
            message = await watched()
            size, more = size + len(message["body"]), message["more_body"]
        return size

    return asyncio.run(read())


def test_a_body_that_does_not_end_is_given_up() -> None:
    pipe = Pipe(b"a", then_hang=True)
    with pytest.raises(HTTPException) as caught:
        _read_all(_Watched(pipe.receive, 1, 0.05))
    assert caught.value.status_code == 408


def test_a_byte_a_second_is_too_slow_however_steady() -> None:
    seconds = iter(range(1000))
    watched = _Watched(Pipe(*[b"a"] * 500).receive, 1, 30, clock=lambda: next(seconds))

    async def read() -> int:
        for count in range(500):
            try:
                await watched()
            except HTTPException:
                return count
            await asyncio.sleep(0)
        return 500

    # The clock is read once at the start, then once a byte: the thirtieth byte is asked for at
    # 30 s, within what 29 bytes have added; the next at 31 s, which is too late.
    assert asyncio.run(read()) == 30


def test_a_large_body_at_a_fair_pace_gets_longer() -> None:
    # 4 MB at 0.1 MB a second take 40 s, which is more than 30: allowed, for 50 kB a second are.
    seconds = iter(range(1000))
    parts = [b"a" * 100_000] * 40
    watched = _Watched(Pipe(*parts).receive, 5, 30, clock=lambda: next(seconds))
    assert _read_all(watched) == 4_000_000


# Secrets and logs.


def test_no_secret_reaches_a_log_at_any_level(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "la_abcdefghjk_" + "s3cret" * 7
    with provider_running() as provider, signing_service(tmp_path, **oidc(provider)) as client:
        sign_in(client)
        cookie = client.cookies["localarea-session"]
        client.get("/api/v1/check", params=CHECK, headers={"Authorization": f"Bearer {key}"})
        log = logging.getLogger("uvicorn.access")
        code = provider.given[0]
        log.info('%s - "%s %s"', "127.0.0.1", "GET", f"/sign-in/callback?code={code}&state=abc")
        log.debug("headers %s", {"cookie": f"localarea-session={cookie}"})
        log.debug("sent %r with %s", {"client_secret": CLIENT_SECRET, "code": code}, key)
        try:
            raise ValueError(f"{SECRET_KEY} and {key}")  # noqa: TRY301
        except ValueError:
            logging.getLogger("localarea").exception("a fault")
        given = list(provider.given)
    text = caplog.text
    assert "a fault" in text
    assert "/sign-in/callback" in text
    assert "httpx2" in text or "httpcore" in text  # what Authlib's client says is among it
    for secret in [key, cookie, CLIENT_SECRET, SECRET_KEY, *given]:
        assert secret not in text
    assert text.count(HIDDEN) >= 5


def test_what_is_no_secret_stays() -> None:
    clean = Cleaner(["s3cret-of-settings"])
    for text in ("GET /api/v1/check?option=ttwa-official", "code 7 of 9", "state: ready"):
        assert clean(text) == text
    assert clean("x=s3cret-of-settings;") == f"x={HIDDEN};"


def test_a_secret_is_not_shown_by_the_settings(tmp_path: Path) -> None:
    shown = repr(settings_in(tmp_path, **oidc()))
    assert CLIENT_SECRET not in shown
    assert SECRET_KEY not in shown


def test_no_route_is_still_to_be_built_when_the_first_request_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Building one changes the filters of warnings, which are the whole process's, and at the
    # first request the thread that warms up is at work: a stray warning failed the request.
    with service_in(tmp_path) as client:
        built: list[object] = []
        make = pydantic.TypeAdapter.__init__

        def counted(self: Any, *given: Any, **stated: Any) -> None:
            built.append(given)
            make(self, *given, **stated)

        monkeypatch.setattr(pydantic.TypeAdapter, "__init__", counted)
        assert client.get("/no/such/address").status_code == 404
    assert built == []


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        (("viewer",), "/steps"),
        (("admin",), "/status"),
        (("supplier",), "/contracts"),
        (("admin", "viewer"), "/status"),
    ],
)
def test_whoever_may_not_check_is_led_to_the_page_they_begin_with(
    roles: tuple[str, ...], first: str, signed: TestClient
) -> None:
    become(signed, *roles)
    led = signed.get("/")
    assert (led.status_code, led.headers["location"]) == (303, first)
    page = signed.get(first)
    assert page.status_code == 200
    assert f'href="{first}" class="govuk-service-navigation__link"' in page.text
