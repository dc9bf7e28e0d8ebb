"""A service with sign-in, people signed in to it, and the way through the provider."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from anyio.from_thread import start_blocking_portal
from oidc_provider import CLIENT_ID, CLIENT_SECRET
from service_cases import settings_in
from starlette.testclient import TestClient

from localarea.service.app import create_app
from localarea.service.auth.csrf import token_of
from localarea.service.logs.redaction import keep_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from oidc_provider import OidcProvider

SECRET_KEY = "k" * 20 + "ey-that-signs-the-cookies-of-the-tests"
BASE = "http://127.0.0.1"


def oidc(provider: OidcProvider | None = None, **more: Any) -> dict[str, Any]:
    """Give the settings of a service whose people sign in."""
    return {
        "sign_in": "oidc",
        "oidc_issuer": provider.address if provider else "http://127.0.0.1:9",
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "secret_key": SECRET_KEY,
        "sign_ins_per_minute": 0,  # one address does all the signing in of the tests
        **more,
    }


@contextmanager
def signing_service(folder: Path, base: str = BASE, **stated: Any) -> Iterator[TestClient]:
    """
    Answer as a service; its client follows no redirect and holds no token.

    Nothing is worked out at the start, which takes seconds that no test of the door needs. The
    thread of the application is kept: one for each request takes longer than most requests.
    """
    app = create_app(settings_in(folder, **stated))
    client = TestClient(app, base_url=base, follow_redirects=False, raise_server_exceptions=False)
    with (
        keep_secrets(app.state.localarea.settings),
        start_blocking_portal(**client.async_backend) as client.portal,
    ):
        yield client
    app.state.localarea.close()


def become(client: TestClient, *roles: str, name: str = "Ada Analyst", token: bool = True) -> str:
    """Sign somebody in without the provider, and give a token of the session."""
    admission = client.app.state.admission  # type: ignore[attr-defined]
    session = admission.sessions.begin(name, roles, post="", subject=f"subject of {name}")
    leave(client)
    client.cookies.set(admission.names.session, admission.sessions.write(session))
    made = token_of(session.csrf)
    if token:
        client.headers["X-CSRF-Token"] = made
    return made


def leave(client: TestClient) -> None:
    """Be nobody again."""
    client.cookies.clear()
    for name in ("Authorization", "X-CSRF-Token"):
        client.headers.pop(name, None)


def go_to_provider(client: TestClient, page: str = "/sign-in") -> str:
    """Leave for the provider, be signed in there, and give the address it sends us back to."""
    left = client.get(page)
    assert left.status_code == 303, left.text
    there = httpx.get(left.headers["location"])
    assert there.status_code == 302
    back: str = there.headers["location"]
    return back


def sign_in(client: TestClient, page: str = "/sign-in") -> httpx.Response:
    """Sign in by the provider, and give the service's answer to coming back."""
    return client.get(go_to_provider(client, page))  # type: ignore[return-value]
