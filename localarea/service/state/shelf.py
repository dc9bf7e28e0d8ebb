"""
Public files, made once each and handed out from disk, so that strangers cost others little.

Whoever asks first has a file made, in a thread of its own and one file at a time; whoever asks
meanwhile waits without a thread. It is kept in a file without a name: nobody can change it,
nothing of it is left when the process ends, however it ends, and none of it is in memory.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response, StreamingResponse

from localarea.errors import NoRoomError
from localarea.service.http.entity_tags import VARIES, has_already
from localarea.service.state.disk import FULL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Hashable, Mapping

MOST_FILES: Final = 24  # of a definition there are six; the largest has some 60 MB
_PIECE: Final = 1 << 18  # bytes read and sent at once
_READERS: Final = 4  # threads that read for everybody who fetches; pages and checks have others


class Held:
    """A file that was made; it is closed once nobody fetches it and the shelf has let it go."""

    def __init__(self, data: bytes, tag: str) -> None:
        self.size, self.tag = len(data), tag
        try:
            with tempfile.TemporaryFile(buffering=0) as file:
                view = memoryview(data)
                while view:
                    view = view[file.write(view) :]
                self.handle = os.dup(file.fileno())
        except OSError as error:
            if error.errno in FULL:
                raise NoRoomError from error
            raise
        weakref.finalize(self, os.close, self.handle)


class Shelf:
    """Files that were made, the latest asked for."""

    def __init__(self, most: int = MOST_FILES) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Held] = OrderedDict()
        self._lock = threading.Lock()
        self._making, self._reading = CapacityLimiter(1), CapacityLimiter(_READERS)

    async def find(self, key: Hashable, make: Callable[[], tuple[bytes, str]]) -> Held:
        """
        Return a file, made now if it is not here.

        ``make`` gives its bytes, and a tag that is another for other bytes.
        """
        found = self._kept(key)
        if found is None:
            found = await to_thread.run_sync(self._made, key, make, limiter=self._making)
        return found

    def _kept(self, key: Hashable) -> Held | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def _made(self, key: Hashable, make: Callable[[], tuple[bytes, str]]) -> Held:
        found = self._kept(key)  # somebody else may have had it made while this one waited
        if found is None:
            found = Held(*make())
            with self._lock:
                self._held[key] = found
                while len(self._held) > self._most:
                    self._held.popitem(last=False)
        return found

    def answer(self, held: Held, headers: Mapping[str, str], asked_tag: str | None) -> Response:
        """Send a file, piece by piece, or answer that the client has it."""
        # A weak tag, because the same goes with the bytes whether they are compressed or not.
        sent = {**headers, "ETag": f"W/{held.tag}"}
        if has_already(asked_tag, held.tag):
            return Response(status_code=304, headers=sent | VARIES)
        sent["Content-Length"] = str(held.size)
        return StreamingResponse(self._pieces(held), headers=sent)

    async def _pieces(self, held: Held) -> AsyncIterator[bytes]:
        for start in range(0, held.size, _PIECE):
            yield await to_thread.run_sync(
                os.pread, held.handle, _PIECE, start, limiter=self._reading
            )

    def close(self) -> None:
        """Release all files."""
        with self._lock:
            self._held.clear()
