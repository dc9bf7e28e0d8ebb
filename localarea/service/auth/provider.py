"""
The provider that signs people in: OpenID Connect, code flow with PKCE, state and nonce.

Authlib does the protocol. Set here is what to insist on: the issuer and the
audience that were set, a signature by a key that only the provider has (never ``none``,
nor one that our own secret would make), and times within the leeway.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.starlette_client import OAuth, OAuthError
from cryptography.fernet import Fernet, InvalidToken
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError

from localarea.decisions.record.roles import ROLES, Role
from localarea.errors import NoRoleError, ProviderUnavailableError, SignInFailedError
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from localarea.settings import Settings

LOG = logging.getLogger(__name__)
FLOW_S: Final = 600  # from leaving for the provider to coming back
_TIMEOUT_S: Final = 10.0
_METADATA_S: Final = 3600  # after which the provider's addresses and keys are read again
_SIGNATURES: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_LONGEST: Final = 150


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider has signed in, and what was granted."""

    name: str
    roles: tuple[Role, ...]
    post: str
    subject: str


class Provider:
    """
    Takes people to the provider and back.

    Parameters
    ----------
    settings : Settings
        Of the deployment; :func:`localarea.service.server.server.require_safe` has checked them.
    key : str
        The secret key, which hides what is kept in the browser meanwhile.
    """

    def __init__(self, settings: Settings, key: str) -> None:
        from localarea.service.auth.secret_key import read_secret

        self._settings = settings
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._fernet = Fernet(
            base64.urlsafe_b64encode(hashlib.sha256(f"localarea.sign-in.{key}".encode()).digest())
        )
        secret = read_secret(settings.oidc_client_secret, settings.oidc_client_secret_file)
        self._client = OAuth().register(
            "provider",
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_id=settings.oidc_client_id,
            client_secret=secret,
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT_S,
            },
        )

    async def authorization_url(
        self, request: Request, callback: str, then: str
    ) -> tuple[str, str]:
        """
        Begin to sign somebody in.

        Returns
        -------
        str
            The address to send the browser to.
        str
            What its cookie must hold meanwhile; nobody else can read or change it.
        """
        await self._metadata()
        session: dict[str, Any] = {}
        request.scope["session"] = session
        response = await self._client.authorize_redirect(request, callback)
        held = json.dumps({"then": then, "session": session}).encode()
        return str(response.headers["location"]), self._fernet.encrypt(held).decode().rstrip(
            "="
        )  # no cookie likes it

    async def exchange_code(self, request: Request, cookie: str | None) -> tuple[Person, str]:
        """
        Finish signing somebody in.

        Returns
        -------
        Person
            Who it is.
        str
            The page that was asked for at first.

        Raises
        ------
        SignInFailedError, NoRoleError, ProviderUnavailableError
            If it came to no good end; the message says which and what to do.
        """
        kept = self._kept(cookie)
        request.scope["session"] = kept["session"]
        await self._metadata()
        claims = await self._claims(request)
        return self._person(claims), str(kept["then"])

    def _kept(self, cookie: str | None) -> dict[str, Any]:
        if not cookie:
            raise SignInFailedError(
                "replayed",
                "this sign-in was already finished, or was started in another browser, or your "
                "browser does not keep cookies; start again from this page",
            )
        try:
            held: dict[str, Any] = json.loads(self._fernet.decrypt(_padded(cookie), ttl=FLOW_S))
        except InvalidToken as error:
            raise SignInFailedError(
                "expired",
                f"signing in took longer than {FLOW_S // 60} minutes, or this service was started "
                "again meanwhile; start again from this page",
            ) from error
        return held

    async def _metadata(self) -> Mapping[str, Any]:
        """Read the provider's configuration, and check it against the settings."""
        known = self._client.server_metadata
        if abs(time.time() - known.get("_loaded_at", 0)) > _METADATA_S:  # set back, too
            known.clear()
        try:
            found: dict[str, Any] = await self._client.load_server_metadata()
        except (httpx2.HTTPError, ValueError) as error:
            LOG.error("the provider's configuration cannot be read: %s", type(error).__name__)  # noqa: TRY400 -- a trace would tell no more
            raise ProviderUnavailableError("its configuration cannot be read") from error
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            known.clear()
            LOG.error("the provider names itself otherwise than LOCALAREA_OIDC_ISSUER does")
            raise ProviderUnavailableError("its name is not the one set up in this service")
        allowed = [
            name
            for name in found.get("id_token_signing_alg_values_supported", ())
            if name in _SIGNATURES
        ]
        found["id_token_signing_alg_values_supported"] = allowed or ["RS256"]
        return found

    async def _claims(self, request: Request) -> dict[str, Any]:
        found = await self._metadata()
        try:
            token = await self._client.authorize_access_token(
                request,
                leeway=self._settings.oidc_leeway_s,
                claims_options={
                    "iss": {"essential": True, "value": found["issuer"]},
                    "aud": {"essential": True, "value": self._settings.oidc_client_id},
                },
            )
            claims = dict(token.get("userinfo") or {})
            if not claims:
                raise _not_sound("it holds no identity")
            if _at(claims, self._settings.oidc_roles_claim) is None:
                claims = await self._with_userinfo(found, token, claims)
        except (JoseError, OAuthError) as error:
            raise self._explained(error) from error
        except httpx2.HTTPError as error:
            LOG.error("the provider failed in the middle: %s", type(error).__name__)  # noqa: TRY400 -- a trace could hold the code
            raise ProviderUnavailableError("it failed while signing you in") from error
        except (ValueError, RuntimeError, KeyError, TypeError) as error:
            if isinstance(error, SignInFailedError):
                raise
            raise _not_sound("it is not what the standard asks for") from error
        return claims

    async def _with_userinfo(
        self, found: Mapping[str, Any], token: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Ask for what some providers leave out of the token itself."""
        if "userinfo_endpoint" not in found:
            return claims
        more = dict(await self._client.userinfo(token=token))
        if more.get("sub") != claims["sub"]:
            raise _not_sound("its two accounts of you differ")
        return {**more, **claims}

    def _explained(self, error: JoseError | OAuthError) -> SignInFailedError:
        LOG.warning("a sign-in failed: %s", getattr(error, "error", type(error).__name__))
        if isinstance(error, MismatchingStateError):
            return SignInFailedError(
                "replayed",
                "this answer does not belong to a sign-in started here: it was used before, "
                "or you started another in a new tab; start again from this page",
            )
        if isinstance(error, ExpiredTokenError) or (
            isinstance(error, ClaimError) and error.claim in ("iat", "nbf", "exp")
        ):
            now = clock.now()
            return SignInFailedError(
                "clock",
                "the clock of this service and that of the council's sign-in differ by more than "
                f"{self._settings.oidc_leeway_s} seconds; it is {now:%H:%M:%S} UTC here: tell "
                "whoever runs this service",
            )
        if isinstance(error, JoseError):
            if isinstance(error, BadSignatureError):
                self._client.server_metadata.clear()  # new keys under old names are read next time
            return _not_sound("it does not pass the checks")
        return SignInFailedError(
            "refused",
            "the council's sign-in did not let you through, or you stopped it; start again from "
            "this page, or ask whoever looks after your account",
        )

    def _person(self, claims: Mapping[str, Any]) -> Person:
        subject = str(claims["sub"])
        name = _text(claims.get("name")) or _text(claims.get("preferred_username")) or subject
        roles = self._roles(_at(claims, self._settings.oidc_roles_claim))
        if not roles:
            LOG.warning("somebody without a role signed in: subject %s", subject)
            raise NoRoleError(name)
        post = _text(_at(claims, self._settings.oidc_post_claim))
        return Person(name, roles, post, subject)

    def _roles(self, claim: object) -> tuple[Role, ...]:
        values = claim if isinstance(claim, list) else [claim]
        named = {name.casefold(): role for name, role in self._settings.oidc_role_names.items()}
        plain: dict[str, Role] = {role: role for role in ROLES}
        known = {**plain, **named}
        held = {known.get(value.casefold()) for value in values if isinstance(value, str)}
        return tuple(role for role in ROLES if role in held)

    async def logout_url(self, after: str) -> str | None:
        """Return where one can also sign out of the provider; None if it has no such page."""
        try:
            end: str | None = (await self._metadata()).get("end_session_endpoint")
        except ProviderUnavailableError:
            return None
        if not end:
            return None
        query = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": after}
        return f"{end}{'&' if '?' in end else '?'}{urlencode(query)}"


def _padded(text: str) -> bytes:
    return (text + "=" * (-len(text) % 4)).encode()


def _not_sound(why: str) -> SignInFailedError:
    return SignInFailedError(
        "token",
        f"the answer of the council's sign-in cannot be trusted ({why}), so you were not signed "
        "in; start again from this page, and tell whoever runs this service if it happens again",
    )


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim; dots lead into claims within claims, where no claim has the whole name."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(value: object) -> str:
    """Return what can stand in a record and in a header of a page."""
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() else " " for c in value).strip()[:_LONGEST]
