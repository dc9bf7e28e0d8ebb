"""
Take up renewed tables while the service runs.

Tables come into use by one small file. When it has changed, a new state is made and warmed up
beside the old one, which goes on answering; then it takes the old one's place. A request has one
state from its beginning to its end, so no answer is of both.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from localarea.datasets.storage.renewed import stamp
from localarea.service.state.state import State

if TYPE_CHECKING:
    from fastapi import FastAPI

LOG = logging.getLogger("localarea.service")
LOOK_EVERY_S: Final = 2.0


async def take_up_renewals(app: FastAPI) -> None:
    """Watch for renewed tables until the service stops."""
    state: State = app.state.localarea
    folder = state.store.renewed
    if folder is None:
        return
    seen = state.made_of
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now = await asyncio.to_thread(stamp, folder)
        if now == seen:
            continue
        try:
            fresh = await asyncio.to_thread(_made_ready, state)
        except Exception:  # the tables in use stay in use, and it is tried again when they change
            LOG.exception("renewed tables cannot be used; those in use stay in use")
            seen = now
            continue
        seen = fresh.made_of
        app.state.localarea = state = fresh
        LOG.warning("tables were renewed: the postcode directory is of %s", fresh.directory_date)


def _made_ready(old: State) -> State:
    fresh = State(old.settings)
    fresh.share(old)
    fresh.warm_now()
    return fresh


async def end(task: asyncio.Task[None]) -> None:
    """End the watch."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
