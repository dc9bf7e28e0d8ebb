"""
What a running service holds: tables, council, definitions, the record, and what was worked out.

Made once a process. The options and their figures take some seconds to work out, so a
thread begins with it at the start (:meth:`State.warm`); whoever asks sooner waits for it.
"""

from __future__ import annotations

import copy
import gc
import logging
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from localarea import __version__
from localarea.classify.verdict_json import json_answers
from localarea.datasets.storage.renewed import stamp
from localarea.datasets.store import configured_store
from localarea.decisions.database import Database, default_url, open_database
from localarea.decisions.reconcile import restore_folder
from localarea.definitions.boundary_choice import (
    BoundaryChoice,
    choose_classifier,
    is_under_option,
    reservation_classifier,
    reservation_in_force,
)
from localarea.definitions.store import DefinitionStore, default_folder
from localarea.errors import InputError, LocalareaError
from localarea.once import once_property
from localarea.options.by_name.any_council import default_council, find_council
from localarea.options.by_name.disputed import full_council
from localarea.options.zone_figures import forget_tables
from localarea.service.state import clock
from localarea.service.state.memory import give_back
from localarea.service.state.once import Once
from localarea.service.state.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from localarea.classify.classifier import Classifier
    from localarea.comparison.session import ScenarioSession
    from localarea.definitions.boundary_choice import Keep
    from localarea.options.council import Council
    from localarea.settings import Settings

    Before = Callable[[threading.Event], None]

LOG = logging.getLogger(__name__)
_LOOK_AGAIN_S = 1.0  # after which the folder of definitions is looked at for changes by hand
_TURN_S = 0.1  # between two pieces of work that nobody asked for yet
_MOST_ASKED = 256  # kinds of questions remembered
_MOST_DRAWN = 128  # maps and outlines of one council, each of a definition or a layer
_KEPT = 8  # classifiers kept ready: each holds some 25 MB once bulk questions were put to it


class _NotKeptError(Exception):
    """The classifier would have to be made, or waited for."""


class State:
    """What one process of the service holds."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.version = __version__
        self.store = configured_store(settings.data_dir, settings.cache_dir, settings.renewed_dir)
        self.made_of = stamp(self.store.renewed)
        _ = self.store.registry  # read now, so that the state is of one set of tables
        stated = default_council(settings.council, store=self.store)
        self.council: Council = full_council(stated, store=self.store)
        self.own_key = self.council.key  # which stays that of the service in a state beside
        self.authority = settings.authority or self.council.title
        folder = settings.definitions_dir or default_folder()
        self.definitions = DefinitionStore(folder)
        self._classifiers: OrderedDict[Hashable, Classifier] = OrderedDict()
        self._asked: dict[tuple[BoundaryChoice, str], tuple[int, float, Hashable]] = {}
        self._reserving: dict[tuple[BoundaryChoice, str], tuple[int, float, bool]] = {}
        self._lock = threading.Lock()
        self.freezing = threading.Lock()  # one definition at a time: each takes some 500 MB
        self._session_lock = threading.Lock()
        self._warming: threading.Thread | None = None
        self._tried = threading.Event()  # set once the options are worked out, or cannot be
        self.progress: tuple[int, int] | None = None  # options drawn, of how many
        self._drawn = Once(_MOST_DRAWN)
        self._closing = threading.Event()
        self._prepared = False  # whether this is a copy of a process that has worked all that out
        self.shelf = Shelf()

    @once_property
    def database(self) -> Database:
        """Open the record of decisions."""
        stated = self.settings.database_url
        opened = open_database(stated or default_url())
        self._restore(opened)
        return opened

    def _restore(self, database: Database) -> None:
        """Write to the folder what was decided by another process, or by one that died."""
        try:
            done = restore_folder(database, self.definitions)
        except InputError as error:  # the folder cannot be written: checks go on with what it has
            LOG.error("the folder of definitions: %s", error)  # noqa: TRY400 -- no fault of code
            return
        for name in done.written:
            LOG.warning("written into the folder of definitions: %s", name)
        for fault in done.damaged:
            LOG.error("in the folder of definitions: %s", fault)

    def beside(self, council: Council) -> State:
        """Return a state of another council, on the same tables and the same definitions."""
        other = copy.copy(self)
        other.council = council
        other.__dict__.pop("_session", None)
        other._session_lock, other._drawn = threading.Lock(), Once(_MOST_DRAWN)
        return other

    @once_property
    def _session(self) -> ScenarioSession:
        from localarea.comparison.session import ScenarioSession

        def told(done: int, of: int) -> None:
            self.progress = (done, of)

        return ScenarioSession(self.council, store=self.store, told=told)

    @property
    def session(self) -> ScenarioSession:
        """Return all options with their figures, ready for what-ifs; calculated once."""
        with self._session_lock:
            return self._session

    def warm(
        self, pages: Sequence[Callable[[State], None]] = (), *, first: Before | None = None
    ) -> threading.Thread:
        """
        Begin to work out what the first visitor would have to wait for.

        ``pages`` come last, when every question is answered: what first visits to them work out.
        ``first`` is done before anything; it is told by an event if the service ends. A copy of a
        process that has done all that only opens the record.
        """
        work = self._open_record if self._prepared else partial(self._warm, pages, first)
        thread = threading.Thread(target=work, name="localarea-warm", daemon=True)
        self._warming = thread
        thread.start()
        return thread

    def has_options(self, wait_s: float) -> bool:
        """Wait for the options; also true where nobody is at work on them, so whoever asks is."""
        thread = self._warming
        return thread is None or not thread.is_alive() or self._tried.wait(wait_s)

    @property
    def knows_options(self) -> bool:
        """Check whether the options are worked out."""
        return "_session" in self.__dict__

    def prepare(
        self, pages: Sequence[Callable[[State], None]] = (), *, first: Before | None = None
    ) -> None:
        """
        Calculate it now, and hold nothing that a copy of this process cannot share.

        ``pages`` and ``first`` as in :meth:`warm`: what is drawn here is drawn once for all copies.
        """
        self._warm(pages, first)
        self.close()
        self._closing.clear()  # it is a copy's turn now
        self._prepared = self.knows_options

    def share(self, old: State) -> None:
        """Use what an older state has open that does not rest on the tables."""
        self.freezing = old.freezing
        if "database" in old.__dict__:
            self.__dict__["database"] = old.database

    def warm_now(self) -> None:
        """Work it out here; raise the error where the tables do not serve."""
        self._ready()
        give_back()
        gc.freeze()

    def _ready(self) -> None:
        made = self.classifier(BoundaryChoice())
        _ = self.session  # first, for pages wait for it; one postcode is answered without
        self._tried.set()
        made.warm_up()
        json_answers(made).prepare()
        forget_tables()

    def _warm(self, pages: Sequence[Callable[[State], None]], first: Before | None) -> None:
        if first is not None:
            try:
                with self._session_lock:  # or who asks for the options works them out beside it
                    first(self._closing)
            except Exception:  # what it would have saved is done below
                LOG.exception("what comes before the options failed")
        self._open_record()
        try:
            self._ready()
        except Exception:  # requests get an error; /ready reports it too
            LOG.exception("the service cannot answer yet")
        self._tried.set()
        for page in pages:
            if self._closing.wait(_TURN_S):  # others first
                return
            try:
                page(self)
            except Exception:  # whoever asks for the page is told
                LOG.exception("a page could not be prepared")
        give_back()
        gc.freeze()  # millions of things that stay need not be looked through again and again

    def _open_record(self) -> None:
        try:
            _ = self.database
        except (LocalareaError, OSError) as error:  # it is opened again when it is needed
            LOG.error("the record of decisions: %s", error)  # noqa: TRY400 -- no fault of code

    @property
    def is_own(self) -> bool:
        """Check whether it is the service's own council, and not another that is looked at."""
        return self.council.key == self.own_key

    @property
    def today(self) -> str:
        """Return the day in the United Kingdom, ``YYYY-MM-DD``."""
        return clock.today()

    @property
    def directory_date(self) -> str:
        """Return the month of the directory of postcodes, by the registry: no table is opened."""
        return self.store.directory_date

    def classifier(self, request: BoundaryChoice) -> Classifier:
        """
        Return the classifier that a question asks for, as the command line would.

        InputError, NotFoundError or DefinitionDamagedError as
        :func:`localarea.definitions.boundary_choice.choose_classifier`.
        """
        return self._choose(request, self._keep)

    def _of_council(self, request: BoundaryChoice) -> BoundaryChoice:
        """Name the council of a question: the service's own, unless it names another."""
        own = self.settings.council
        if request.council is None or request.council.strip().casefold() == self.own_key:
            return replace(request, council=own, own=own)
        found = find_council(request.council, files=False, store=self.store)
        named = own if found.key == self.own_key else found.key
        return replace(request, council=named, own=own)

    def is_under_option(self, request: BoundaryChoice) -> bool:
        """Check whether an option answers a question, because no definition does."""
        return is_under_option(self._of_council(request), self.definitions, today=self.today)

    def _choose(self, request: BoundaryChoice, keep: Keep) -> Classifier:
        return choose_classifier(
            self._of_council(request),
            self.definitions,
            today=self.today,
            store=lambda: self.store,
            keep=keep,
        )

    def reserving(self, request: BoundaryChoice) -> Classifier | None:
        """Return the classifier of the definition for reserving contracts, if one is in force."""
        return reservation_classifier(
            self._of_council(request),
            self.definitions,
            today=self.today,
            keep=self._keep,
        )

    def reserves_nothing(self, request: BoundaryChoice) -> bool:
        """Check whether no definition for reserving contracts answers a question as well."""
        if request.option is not None or request.definition is not None:
            return True
        asked, mark = (request, self.today), self.definitions.mark()
        known = self._reserving.get(asked)
        if known is not None and known[0] == mark and time.monotonic() < known[1]:
            return known[2]
        whole = self._of_council(request)
        none = reservation_in_force(whole, self.definitions, today=self.today) is None
        if len(self._reserving) >= _MOST_ASKED:
            self._reserving.clear()
        self._reserving[asked] = mark, time.monotonic() + _LOOK_AGAIN_S, none
        return none

    def ready_classifier(self, request: BoundaryChoice) -> Classifier | None:
        """
        Return the classifier of a question if it answers in no time; None if it does not yet.

        By the same rule as :meth:`classifier`, whose errors it raises.
        """
        asked, mark = (request, self.today), self.definitions.mark()
        known = self._asked.get(asked)
        try:
            if known is not None and known[0] == mark and time.monotonic() < known[1]:
                made = self._kept(known[2])
            else:
                made = self._choose(request, partial(self._found, asked=asked, mark=mark))
        except _NotKeptError:
            return None
        return made if made.is_warm else None

    def _found(
        self,
        key: Hashable,
        _make: Callable[[], Classifier],
        *,
        asked: tuple[BoundaryChoice, str],
        mark: int,
    ) -> Classifier:
        """Remember what a question came to: to find that out takes longer than the answer."""
        made = self._kept(key)
        if len(self._asked) >= _MOST_ASKED:
            self._asked.clear()
        self._asked[asked] = mark, time.monotonic() + _LOOK_AGAIN_S, key
        return made

    def _kept(self, key: Hashable) -> Classifier:
        if not self._lock.acquire(blocking=False):  # one is being made, which takes a while
            raise _NotKeptError
        try:
            if key not in self._classifiers:
                raise _NotKeptError
            self._classifiers.move_to_end(key)
            return self._classifiers[key]
        finally:
            self._lock.release()

    def _keep(self, key: Hashable, make: Callable[[], Classifier]) -> Classifier:
        with self._lock:
            made = self._classifiers.pop(key, None)
            if made is None:
                made = make()  # within the lock: two at once would both take the time and memory
            self._classifiers[key] = made
            while len(self._classifiers) > _KEPT:
                self._classifiers.popitem(last=False)
            return made

    def drawn(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Keep what was drawn from data that do not change while the process lives."""
        return self._drawn.find(name, make)

    def begin(self, name: str, work: Iterable[object]) -> threading.Thread:
        """Do work in the background, piece by piece, that somebody may soon ask for."""

        def run() -> None:
            try:
                for _ in work:
                    if self._closing.is_set():
                        return
            except Exception:  # whoever asks is told
                LOG.exception("%s: could not be worked out ahead", name)

        thread = threading.Thread(target=run, name=f"localarea-{name}", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Close the database, release the files that were made, and stop preparing pages."""
        self._closing.set()
        self.shelf.close()
        if "database" in self.__dict__:
            self.database.close()
