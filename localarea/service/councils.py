"""
Other councils than the service's own: their options worked out when they are first asked for.

Minutes by road, computed areas and figures of a new anchor take some tens of seconds. They are
worked out once, by one thread for everybody; a page waits by loading itself again, a program by
asking again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDoneError
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Depends, Query, Request

from localarea.errors import BeingPreparedError, NotFoundError, TooManyRequestsError
from localarea.options.by_name.any_council import council_of_anchor, find_council
from localarea.options.by_name.disputed import full_council
from localarea.service.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.options.council import Council

MOST_READY: Final = 6  # councils beside the service's own; each holds some 30 MB
MOST_WAITING: Final = 4  # that are still to be worked out
API_WAIT_S: Final = 20.0  # that a program is kept waiting before it must ask again
RETRY_S: Final = 10

LONGEST: Final = 100  # characters of a name
_COUNCIL: Final = (
    "A council by its name, such as `norwich` or `Exeter`; by default the service's own."
)
_ANCHOR: Final = (
    "A district, town, postcode or `latitude,longitude` to measure from instead of the council's "
    "own: every option is then drawn from there. Addresses are kept in logs, so no home postcode."
)
CouncilName = Annotated[str | None, Query(max_length=LONGEST, description=_COUNCIL)]
AnchorName = Annotated[str | None, Query(max_length=LONGEST, description=_ANCHOR)]


class Councils:
    """
    The councils that were asked for, ready or being worked out.

    Parameters
    ----------
    own_now : callable
        Gives the state of the service's own council, which changes when tables are renewed.
    """

    def __init__(self, own_now: Callable[[], State]) -> None:
        self._own_now, self._of = own_now, own_now()
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Future[State]] = OrderedDict()
        self._one_by_one = ThreadPoolExecutor(1, thread_name_prefix="localarea-council")

    def find(self, council: str | None, anchor: str | None) -> Council:
        """
        Return the council that a visitor names.

        Raises
        ------
        NotFoundError, InputError
            If there is no such council or place; the nearest names are suggested.
        """
        state = self._own_now()
        store, own = state.store, state.council
        named = council.strip() if council else ""
        if anchor is not None and anchor.strip():
            if named:
                find_council(named, files=False, store=store)  # a misspelt name is told
            return council_of_anchor(anchor, council=named or own.key, store=store)
        if not named or named.casefold() == own.key:
            return own
        return find_council(named, files=False, store=store)

    def state_of(self, council: Council, *, wait_s: float = 0.0) -> State:
        """
        Return the state in which a council takes the place of the service's own.

        Raises
        ------
        BeingPreparedError
            If it is not worked out within the time.
        TooManyRequestsError
            If too many others are being worked out.
        """
        own = self._own_now()
        if (council.key, council.anchor) == (own.council.key, own.council.anchor):
            return own
        made = self._begun(council, own)
        try:
            return made.result(timeout=wait_s)
        except NotDoneError:
            raise BeingPreparedError(council.title, RETRY_S) from None
        except Exception:
            with self._lock:  # so that it is tried again when it is asked for again
                self._known.pop((council.key, council.anchor), None)
            raise

    def _begun(self, council: Council, own: State) -> Future[State]:
        key = (council.key, council.anchor)
        with self._lock:
            if own is not self._of:  # the tables were renewed
                self._known.clear()
                self._of = own
            made = self._known.get(key)
            if made is None:
                if sum(not other.done() for other in self._known.values()) >= MOST_WAITING:
                    raise TooManyRequestsError(RETRY_S)
                made = self._known[key] = self._one_by_one.submit(_make, council, own)
            self._known.move_to_end(key)
            ready = [name for name, other in self._known.items() if other.done()]
            for name in ready[: max(0, len(ready) - MOST_READY)]:
                del self._known[name]
        return made

    def close(self) -> None:
        """Begin nothing more."""
        self._one_by_one.shutdown(wait=False, cancel_futures=True)


def _make(council: Council, own: State) -> State:
    state = own.beside(full_council(council, store=own.store))
    _ = state.session
    return state


async def councils_of(request: Request) -> Councils:
    """Return the councils of the application."""
    councils: Councils = request.app.state.councils
    return councils


TheCouncils = Annotated[Councils, Depends(councils_of)]


def studied(councils: TheCouncils, council: CouncilName = None, anchor: AnchorName = None) -> State:
    """Return the state of the council that a program asks about."""
    return councils.state_of(councils.find(council, anchor), wait_s=API_WAIT_S)


def shown(
    request: Request,
    councils: TheCouncils,
    council: Annotated[str, Query(max_length=LONGEST)] = "",
) -> State:
    """Return the state of the council that a page shows; any place to measure from is one."""
    try:
        found = councils.find(council, None)
    except NotFoundError as unknown:
        try:
            found = councils.find(None, council)
        except NotFoundError:
            raise unknown from None
    state = councils.state_of(found)
    request.state.shown = state
    return state


StudiedState = Annotated[State, Depends(studied)]
ShownState = Annotated[State, Depends(shown)]


def council_parameter(state: State, own: State) -> str:
    """Return the text by which an address names a council; blank for the service's own."""
    if state is own:
        return ""
    council = state.council
    return council.key if council.configured else council.anchor
