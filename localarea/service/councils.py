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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from fastapi import Depends, Query, Request

from localarea.errors import BeingPreparedError, NotFoundError, TooManyRequestsError
from localarea.options.by_name.any_council import council_of_anchor, find_council
from localarea.options.by_name.disputed import full_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes
from localarea.service.state.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.definitions.boundary_choice import BoundaryChoice
    from localarea.options.council import Council

_K = TypeVar("_K")
_T = TypeVar("_T")
_Checked = tuple[str, str, str]  # key and anchor of a council, id of an option
MOST_READY: Final = 6  # councils beside the service's own; each holds some 30 MB
MOST_CHECKED: Final = 64  # options of other councils whose zones and minutes are at hand
MOST_WAITING: Final = 4  # that are still to be worked out
WAIT_S: Final = 3.0  # that a page waits before it loads itself again
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
COUNCIL_THAT_ANSWERS: Final = (
    "A council by its name, whose definition or default option answers; by default the service's "
    "own."
)
ANCHOR_OF_A_CHECK: Final = (
    "A district, town, postcode or `latitude,longitude` that options are measured from instead; no "
    "definition answers then."
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
        self._checked: OrderedDict[_Checked, Future[None]] = OrderedDict()
        self._one_by_one = ThreadPoolExecutor(1, thread_name_prefix="localarea-council")

    @property
    def own(self) -> State:
        """Return the state of the service's own council."""
        return self._own_now()

    def find(self, council: str | None, anchor: str | None) -> Council:
        """
        Return the council that a visitor names.

        NotFoundError or InputError if there is no such council or place; the nearest names are
        suggested.
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

    def whose(self, council: str | None, anchor: str | None) -> Whose:
        """Return whose boundary a question that names a council or an anchor is about."""
        own, found = self.own, self.find(council, anchor)
        if (found.key, found.anchor) == (own.council.key, own.council.anchor):
            return Whose(own)
        return Whose(own.beside(found), council, anchor)

    def state_of(self, council: Council, *, wait_s: float = 0.0) -> State:
        """
        Return the state in which a council takes the place of the service's own.

        BeingPreparedError if it is not worked out within the time. TooManyRequestsError if too many
        others are being worked out.
        """
        own = self._own_now()
        if (council.key, council.anchor) == (own.council.key, own.council.anchor):
            return own
        key, made = (council.key, council.anchor), self._begun(council, own)
        return self._wait_for(made, council, wait_s, lambda: self._known.pop(key, None))

    def prepare_check(self, asked: BoundaryChoice, *, wait_s: float = API_WAIT_S) -> None:
        """
        Have at hand what a check under an option of another council rests on.

        The zones of a new anchor and its minutes to every postcode take up to a minute, which
        nobody else may have to wait for. BeingPreparedError if it is not worked out within the
        time. TooManyRequestsError if too many others are being worked out.
        """
        if asked.council is None and asked.anchor is None:
            return
        own = self._own_now()
        council = self.find(asked.council, asked.anchor)
        is_own = (council.key, council.anchor) == (own.council.key, own.council.anchor)
        if is_own or not own.is_under_option(asked):
            return
        key = (council.key, council.anchor, asked.option or council.default_option)
        with self._lock:
            self._forget_if_renewed(own)
            made = self._checked.get(key)
            if made is None:
                self._require_room()
                made = self._checked[key] = self._one_by_one.submit(_prepare, council, key[2], own)
            _keep_newest(self._checked, key, MOST_CHECKED)
        self._wait_for(made, council, wait_s, lambda: self._checked.pop(key, None))

    def _wait_for(
        self, made: Future[_T], council: Council, wait_s: float, forget: Callable[[], object]
    ) -> _T:
        try:
            return made.result(timeout=wait_s)
        except NotDoneError:
            raise BeingPreparedError(council.title, RETRY_S) from None
        except Exception:
            with self._lock:  # so that it is tried again when it is asked for again
                forget()
            raise

    def _begun(self, council: Council, own: State) -> Future[State]:
        key = (council.key, council.anchor)
        with self._lock:
            self._forget_if_renewed(own)
            made = self._known.get(key)
            if made is None:
                self._require_room()
                made = self._known[key] = self._one_by_one.submit(_make, council, own)
            _keep_newest(self._known, key, MOST_READY)
        return made

    def _forget_if_renewed(self, own: State) -> None:
        if own is not self._of:  # the tables were renewed
            self._known.clear()
            self._checked.clear()
            self._of = own

    def _require_room(self) -> None:
        begun: list[Future[Any]] = [*self._known.values(), *self._checked.values()]
        if sum(not other.done() for other in begun) >= MOST_WAITING:
            raise TooManyRequestsError(RETRY_S)

    def close(self) -> None:
        """Begin nothing more."""
        self._one_by_one.shutdown(wait=False, cancel_futures=True)


def _keep_newest(known: OrderedDict[_K, Future[_T]], key: _K, most: int) -> None:
    """Move what was asked for to the end, and forget what was asked for longest ago."""
    known.move_to_end(key)
    ready = [name for name, other in known.items() if other.done()]
    for name in ready[: max(0, len(ready) - most)]:
        del known[name]


def _prepare(council: Council, option: str, own: State) -> None:
    """Draw the zones of an option, and work out the minutes of its council's anchor."""
    chosen = council if council.knows(option) else full_council(council, store=own.store)
    option_zones(option, chosen, store=own.store)
    anchor_minutes(council, store=own.store).prepare()


def _make(council: Council, own: State) -> State:
    state = own.beside(full_council(council, store=own.store))
    _ = state.session
    return state


async def councils_of(request: Request) -> Councils:
    """Return the councils of the application."""
    councils: Councils = request.app.state.councils
    return councils


TheCouncils = Annotated[Councils, Depends(councils_of)]


@dataclass(frozen=True, slots=True)
class Whose:
    """
    Whose boundary a page of checks is about.

    Attributes
    ----------
    state : State
        The service's own, or one in which another council takes its place; it has no figures.
    council, anchor : str or None
        How a check names it: a council, or a place to measure from. None for the service's own.
    """

    state: State
    council: str | None = None
    anchor: str | None = None

    def asks(self, choice: BoundaryChoice) -> BoundaryChoice:
        """Return a choice of boundary as one of this council; a definition is named by its id."""
        if choice.definition is not None:
            return choice
        return replace(choice, council=self.council, anchor=self.anchor)


def checked_for(councils: Councils, council: str) -> Whose:
    """Return whose boundary an address or a form names: a council, or any place to measure from."""
    try:
        found, is_place = councils.find(council, None), False
    except NotFoundError as unknown:
        try:
            found, is_place = councils.find(None, council), True
        except NotFoundError:
            raise unknown from None
    if is_place and not found.configured:
        return councils.whose(None, found.anchor)
    return councils.whose(found.key, None)


def shown_to_check(
    request: Request,
    councils: TheCouncils,
    council: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Whose:
    """Return whose boundary a page of checks is about, as its address says."""
    return show_whose(request, councils, council)


def show_whose(request: Request, councils: Councils, council: str) -> Whose:
    """Return whose boundary a page of checks is about, and have the page say so."""
    whose = checked_for(councils, council)
    request.state.shown = whose.state
    return whose


def studied(councils: TheCouncils, council: CouncilName = None, anchor: AnchorName = None) -> State:
    """Return the state of the council that a program asks about."""
    return councils.state_of(councils.find(council, anchor), wait_s=API_WAIT_S)


def shown(
    request: Request,
    councils: TheCouncils,
    council: Annotated[str, Query(max_length=LONGEST)] = "",
) -> State:
    """
    Return the state of the council that a page shows; any place to measure from is one.

    BeingPreparedError if a browser goes to a page while the service, just started, works its
    options out.
    """
    state = state_named(councils, council)
    goes = request.method == "GET" and _navigates(request)
    if goes and state is councils.own and not state.has_options(WAIT_S):
        raise BeingPreparedError(state.council.title, RETRY_S, progress=state.progress)
    request.state.shown = state
    return state


def _navigates(request: Request) -> bool:
    """Check whether a browser goes to a page; over plain HTTP it does not say so."""
    mode = request.headers.get("sec-fetch-mode")
    return mode == "navigate" or (mode is None and "text/html" in request.headers.get("accept", ""))


def state_named(councils: Councils, council: str) -> State:
    """Return the state of the council, or of the place to measure from, that an address names."""
    return councils.state_of(checked_for(councils, council).state.council)


TheWhose = Annotated[Whose, Depends(shown_to_check)]
StudiedState = Annotated[State, Depends(studied)]
ShownState = Annotated[State, Depends(shown)]


def council_parameter(state: State, own: State) -> str:
    """Return the text by which an address names a council; blank for the service's own."""
    if state is own:
        return ""
    council = state.council
    return council.key if council.configured else council.anchor
