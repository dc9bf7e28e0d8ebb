"""API keys as a running service meets them: looked up once, then remembered for some seconds."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import TYPE_CHECKING, Final

from anyio import to_thread

from localarea.decisions import api_keys
from localarea.errors import StoreUnavailableError
from localarea.service.auth.identity import UNKNOWN_KEY, Identity
from localarea.service.state import clock

if TYPE_CHECKING:
    from fastapi import Request

    from localarea.service.state.state import State

LOG = logging.getLogger(__name__)
REMEMBERED_S: Final = 15  # so long may another process go on with a key that was revoked
_MOST: Final = 10_000  # keys remembered; strangers can send as many wrong ones as they like


class KeyRing:
    """Tells whose key it is that a program sends."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._met: dict[bytes, tuple[float, Identity]] = {}
        self._used: dict[str, str] = {}

    async def find(self, request: Request, authorization: str) -> Identity | None:
        """Return who holds the key of an Authorization header; None for no key of ours."""
        if authorization.startswith(api_keys.PREFIX):  # without the word before it
            return UNKNOWN_KEY
        scheme, _, text = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not text.startswith(api_keys.PREFIX):
            return None
        digest = hashlib.sha256(text.encode()).digest()
        now = time.monotonic()
        until, known = self._met.get(digest, (0.0, UNKNOWN_KEY))
        if until > now:
            return known
        found = await to_thread.run_sync(self._look_up, text)
        if len(self._met) >= _MOST:
            self._met.clear()
        self._met[digest] = (now + REMEMBERED_S, found)
        return found

    def _look_up(self, text: str) -> Identity:
        today = self._state.today
        with self._state.database.reading() as connection:
            key = api_keys.find(connection, text, today=today)
        if key is None:
            return UNKNOWN_KEY
        if self._used.get(key.id) != today and key.last_used_on != today:
            self._note_use(key, today)
        self._used[key.id] = today
        return Identity(key.title, frozenset(key.roles), "key", "", key.id, key.id)

    def _note_use(self, key: api_keys.ApiKey, today: str) -> None:
        try:
            api_keys.note_use(self._state.database, key.id, today=today, now=clock.now())
        except StoreUnavailableError:  # to note its use matters less than to serve it
            LOG.warning("the last use of key %s could not be noted", key.id)

    def forget(self) -> None:
        """Look all keys up again: one was revoked here."""
        self._met.clear()
