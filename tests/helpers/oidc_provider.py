"""
A small OpenID Connect provider on loopback, which signs in a chosen person at once.

It does what the standard asks for and no more: discovery, the authorisation endpoint, tokens
with PKCE held to the challenge, keys, userinfo, and sign-out. ``fault`` makes it do one
thing wrong; each test sets one and looks at what the service makes of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT_ID = "localarea-tests"
CLIENT_SECRET = "the-client-secret-of-the-tests"  # noqa: S105 -- of a provider on loopback
ROUGH_DAY_S = 86_400


class OidcProvider:
    """What the provider knows and does."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.sign_in_as("Ada Analyst", ["analyst"])
        self.fault = ""
        self.address = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.given: list[str] = []  # codes and tokens, which no log may hold
        self.authorised: list[dict[str, str]] = []
        self._key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self._other = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})

    def sign_in_as(self, name: str, roles: list[str], **more: Any) -> None:
        """Choose who is signed in from now on."""
        subject = hashlib.sha256(name.encode()).hexdigest()[:20]
        self.person = {"sub": subject, "name": name, "roles": roles, **more}
        self.userinfo = {"sub": subject}

    def rotate_key(self) -> None:
        """Sign with another key from now on."""
        kid = secrets.token_hex(4)
        self._key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})

    def configuration(self) -> dict[str, Any]:
        """Give the discovery document."""
        issuer = "https://other.example" if self.fault == "other issuer" else self.address
        algorithms = ["none", "HS256", "RS256"] if "alg" in self.fault else ["RS256"]
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "end_session_endpoint": f"{self.address}/end-session",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": algorithms,
            "code_challenge_methods_supported": ["S256"],
        }

    def authorise(self, asked: dict[str, str]) -> str:
        """Sign the person in at once, and give the address to go back to."""
        self.authorised.append(asked)
        if self.fault == "refused":
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(24)
            self.codes[code] = asked
            self.given.append(code)
            back = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give tokens for a code, once."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        if asked["code_challenge_method"] != "S256" or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        if self.fault == "token 500":
            return 500, {}
        access = secrets.token_urlsafe(24)
        identity = self._signed(self._claims(asked["nonce"]))
        self.given += [access, identity]
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 3600}
        return 200, answer if self.fault == "no id_token" else {**answer, "id_token": identity}

    def _claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
        }
        wrong: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "audience": {"aud": "another"},
            "audience with azp": {"aud": "another", "azp": CLIENT_ID},
            "issuer in token": {"iss": "https://other.example"},
            "expired": {"iat": now - ROUGH_DAY_S, "exp": now - ROUGH_DAY_S + 300},
            "from the future": {"iat": now + 3600, "nbf": now + 3600, "exp": now + 4000},
        }
        return {**claims, **wrong.get(self.fault, {})}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.fault == "alg none":
            parts = [{"alg": "none", "typ": "JWT"}, claims]
            raw = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
            return b".".join([*raw, b""]).decode()
        if self.fault == "alg HS256 by the public key":
            return _forged(self._key.as_pem(private=False), claims)
        if self.fault == "alg HS256 by the client secret":
            return _forged(CLIENT_SECRET.encode(), claims)
        key = self._other if self.fault == "another key" else self._key
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, key)

    def keys(self) -> dict[str, Any]:
        """Give the public keys."""
        return {"keys": [self._key.as_dict(private=False)]}


def _forged(key: bytes, claims: dict[str, Any]) -> str:
    """Sign by HMAC, by hand: libraries refuse to do so with a public key."""
    import hmac

    parts = [{"alg": "HS256", "kid": "first"}, claims]
    raw = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    signed = hmac.new(key, b".".join(raw), hashlib.sha256).digest()
    return b".".join([*raw, base64.urlsafe_b64encode(signed).rstrip(b"=")]).decode()


def _handler(provider: OidcProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorise":
                self._go(provider.authorise(asked))
            elif parts.path == "/end-session":
                self._go(asked["post_logout_redirect_uri"])
            else:
                documents = {
                    "/.well-known/openid-configuration": provider.configuration,
                    "/keys": provider.keys,
                    "/userinfo": lambda: provider.userinfo,
                }
                broken = provider.fault == "no configuration"
                self._json(503 if broken else 200, documents[parts.path]())

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = parse_qs(self.rfile.read(length).decode())
            form = {name: values[0] for name, values in body.items()}
            self._json(*provider.token(form, self.headers.get("authorization", "")))

        def _json(self, status: int, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _go(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def provider_running() -> Iterator[OidcProvider]:
    """Run a provider on a free port."""
    provider = OidcProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
