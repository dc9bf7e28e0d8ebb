"""
Who is signed in, in a signed cookie: nothing is kept here but which sessions have ended.

The cookie can be read by whoever holds it, and cannot be changed without the secret key. It
holds no secret of anybody's. What a signed cookie cannot do by itself is to end: a copy of
it would live on after sign-out. So ended sessions are remembered until they would have run
out anyway; each process remembers for itself, which docs/sign-in.md says.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from itsdangerous import BadSignature, URLSafeSerializer

from localarea.decisions.record.roles import ROLES, Role
from localarea.service.state.clock import seconds

if TYPE_CHECKING:
    from collections.abc import Callable

_RENEW_AFTER_S: Final = 60  # a new cookie with each request would be noise
_MOST_READ: Final = 2_000  # cookies, of some 500 bytes
_MOST_ENDED: Final = 100_000  # some 10 MB; the oldest are forgotten first


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: who, in which roles, since when, and by which key if it was by one."""

    name: str
    roles: tuple[Role, ...]
    post: str
    subject: str
    csrf: str
    begun: int
    seen: int
    id: str
    key: str = ""


class Seal:
    """Signs what a cookie holds, for one use, so that one cookie cannot pass for another."""

    def __init__(self, key: str, use: str) -> None:
        self._serializer = URLSafeSerializer(
            key, salt=f"localarea.{use}", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def sign(self, value: Any) -> str:
        """Sign a value."""
        return self._serializer.dumps(value)

    def unsign(self, text: str) -> Any:
        """Return the value; None if somebody else signed it."""
        try:
            return self._serializer.loads(text)
        except BadSignature:
            return None


class Sessions:
    """
    Makes, reads, renews and ends sessions.

    Parameters
    ----------
    idle_s, longest_s : int
        After how long without a request, and after how long at all, a session ends.
    clock : callable
        Seconds since 1970.
    """

    def __init__(
        self, key: str, *, idle_s: int, longest_s: int, clock: Callable[[], float] = seconds
    ) -> None:
        self._seal = Seal(key, "session")
        self.idle_s, self.longest_s = idle_s, longest_s
        self._clock = clock
        self._ended: dict[str, float] = {}  # until when, by a clock that nobody sets
        self._read_before: dict[str, Session] = {}  # a signature is checked once, times always
        self._lock = threading.Lock()

    def begin(
        self, name: str, roles: tuple[Role, ...], *, post: str, subject: str, key: str = ""
    ) -> Session:
        """Begin a session for somebody who has just signed in."""
        now = int(self._clock())
        csrf, identity = secrets.token_urlsafe(24), secrets.token_urlsafe(12)
        return Session(name, roles, post, subject, csrf, now, now, identity, key)

    def write(self, session: Session) -> str:
        """Return the cookie's value."""
        return self._seal.sign(asdict(session))

    def read(self, cookie: str) -> Session | None:
        """Return the session of a cookie; None if it is not ours, has run out or was ended."""
        session = self._read_before.get(cookie)
        if session is None:
            session = self._open(cookie)
            if session is None:
                return None
            if len(self._read_before) >= _MOST_READ:
                self._read_before.clear()
            self._read_before[cookie] = session
        return session if self._holds(session) else None

    def _open(self, cookie: str) -> Session | None:
        held = self._seal.unsign(cookie)
        if not isinstance(held, dict):
            return None
        try:
            roles = tuple(role for role in ROLES if role in held["roles"])
            return Session(**{**held, "roles": roles})
        except (TypeError, KeyError):  # the cookie of an earlier version of this software
            return None

    def _holds(self, session: Session) -> bool:
        now = self._clock()
        # A clock that was set back must not lengthen a session without end. Nobody is seen
        # before the session begins, so this holds for its beginning as well.
        if now < session.seen - _RENEW_AFTER_S:
            return False
        return (
            now - session.seen < self.idle_s
            and now - session.begun < self.longest_s
            and session.id not in self._ended
        )

    def renew(self, session: Session) -> Session | None:
        """Return the session as seen now, where it is time for a new cookie."""
        now = int(self._clock())
        if now - session.seen < min(_RENEW_AFTER_S, self.idle_s // 2):
            return None
        return replace(session, seen=now)

    def end(self, session: Session) -> None:
        """End this session in this process: its cookies are refused from now on."""
        with self._lock:
            now = time.monotonic()
            for identity in [i for i, until in self._ended.items() if until <= now]:
                del self._ended[identity]
            if len(self._ended) >= _MOST_ENDED:
                del self._ended[next(iter(self._ended))]
            self._ended[session.id] = now + self.longest_s
