"""How one comes in: the cookies and their names, sessions, API keys, and the provider."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from localarea.service.auth.identity import NOBODY, Identity, local_person
from localarea.service.auth.key_cache import KeyRing
from localarea.service.auth.provider import Provider
from localarea.service.auth.secret_key import read_secret
from localarea.service.auth.sessions import Seal, Session, Sessions

if TYPE_CHECKING:
    from fastapi import Request

    from localarea.service.state.state import State
    from localarea.settings import Settings


@dataclass(frozen=True, slots=True)
class CookieNames:
    """The names of the cookies; ``__Host-`` binds one to this host, https and the whole site."""

    session: str
    flow: str
    csrf: str

    @classmethod
    def of(cls, settings: Settings) -> CookieNames:
        """Return the names for a deployment."""
        prefix = "__Host-" if settings.https else ""
        return cls(*(f"{prefix}localarea-{use}" for use in ("session", "sign-in", "csrf")))


class Admission:
    """What a process needs to know who asks."""

    nobody = NOBODY

    def __init__(self, state: State) -> None:
        settings = state.settings
        self.local = settings.sign_in == "local"
        self.names = CookieNames.of(settings)
        self._secure = settings.https
        # In local mode it may be any: only a page left open outlives the process, and says so.
        stated = read_secret(settings.secret_key, settings.secret_key_file)
        key = stated or secrets.token_urlsafe(48)
        self.sessions = Sessions(
            key, idle_s=settings.session_idle_minutes * 60, longest_s=settings.session_hours * 3600
        )
        self.csrf_seal = Seal(key, "csrf")
        self.keys = KeyRing(state)
        self.provider = None if self.local else Provider(settings, key)

    def identify(self, request: Request) -> Identity:
        """Return who sent a request, from what the door has found."""
        if self.local:
            return local_person(request)
        key: Identity | None = getattr(request.state, "key", None)
        if key is not None:
            return key
        session: Session | None = getattr(request.state, "session", None)
        if session is None:
            return NOBODY
        return Identity(
            session.name,
            frozenset(session.roles),
            "session",
            session.post,
            session.subject,
            session.key,
        )

    def cookie(self, name: str, value: str, *, seconds: int) -> str:
        """Write a Set-Cookie header; zero seconds delete the cookie."""
        jar: SimpleCookie = SimpleCookie()
        jar[name] = value
        held = jar[name]
        held["path"], held["max-age"] = "/", seconds
        # Lax, because the way back from the provider is a link from another site.
        held["httponly"], held["samesite"] = True, "Lax"
        if self._secure:
            held["secure"] = True
        return held.OutputString()

    def session_cookie(self, value: str) -> str:
        """Write the cookie of a session."""
        return self.cookie(self.names.session, value, seconds=self.sessions.idle_s)

    def csrf_cookie(self, secret: str) -> str:
        """Write the cookie that binds forms to a browser where nobody signs in."""
        sealed = self.csrf_seal.sign(secret)
        return self.cookie(self.names.csrf, sealed, seconds=30 * 86_400)
