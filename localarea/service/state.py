"""
What a running service holds: tables, council, definitions, the record, and what was worked out.

Made once a process. The options and their figures take some seconds to work out, so a
thread begins with it at the start (:meth:`State.warm`); whoever asks sooner waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from localarea import __version__
from localarea.classify.definitions_store import DefinitionStore
from localarea.classify.selection import Request, choose_classifier
from localarea.datasets.store import DataStore, default_store
from localarea.decisions.database import Database, open_database
from localarea.decisions.folder import restore_folder
from localarea.errors import InputError, LocalareaError
from localarea.options.council import read_council

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from localarea.classify.classifier import Classifier
    from localarea.options.council import Council
    from localarea.options.interactive import ScenarioSession
    from localarea.settings import Settings

LOG = logging.getLogger(__name__)
_KEPT = 8  # classifiers kept ready: each holds some 40 MB once bulk questions were put to it


class State:
    """
    What one process of the service holds.

    Parameters
    ----------
    settings : Settings
        Of the deployment.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.version = __version__
        self.store = (
            DataStore(settings.data_dir, settings.cache_dir)
            if settings.data_dir or settings.cache_dir
            else default_store()
        )
        self.council: Council = read_council(settings.council, store=self.store)
        self.authority = settings.authority or self.council.title
        folder = settings.definitions_dir or user_data_path("localarea") / "definitions"
        self.definitions = DefinitionStore(folder)
        self._classifiers: OrderedDict[Hashable, Classifier] = OrderedDict()
        self._lock = threading.Lock()
        self.freezing = threading.Lock()  # one definition at a time: each takes some 500 MB
        self._session_lock = threading.Lock()

    @cached_property
    def database(self) -> Database:
        """Open the record of decisions."""
        stated = self.settings.database_url
        opened = open_database(
            stated or f"sqlite:///{user_data_path('localarea') / 'decisions.sqlite'}"
        )
        self._restore(opened)
        return opened

    def _restore(self, database: Database) -> None:
        """Put into the folder what was decided while a process died, or elsewhere."""
        try:
            done = restore_folder(database, self.definitions)
        except InputError as error:  # the folder cannot be written: checks go on with what it has
            LOG.error("the folder of definitions: %s", error)  # noqa: TRY400 -- no fault of code
            return
        for name in done.written:
            LOG.warning("written into the folder of definitions: %s", name)
        for fault in done.damaged:
            LOG.error("in the folder of definitions: %s", fault)

    @cached_property
    def _session(self) -> ScenarioSession:
        from localarea.options.interactive import ScenarioSession

        return ScenarioSession(self.council, store=self.store)

    @property
    def session(self) -> ScenarioSession:
        """Give all options with their figures, ready for what-ifs; worked out once."""
        with self._session_lock:
            return self._session

    def warm(self) -> threading.Thread:
        """Begin to work out what the first visitor would have to wait for."""
        thread = threading.Thread(target=self._warm, name="localarea-warm", daemon=True)
        thread.start()
        return thread

    def _warm(self) -> None:
        try:
            _ = self.database
        except LocalareaError as error:  # it is opened again when it is needed
            LOG.error("the record of decisions: %s", error)  # noqa: TRY400 -- no fault of code
        try:
            self.classifier(Request())
            _ = self.session
        except LocalareaError:  # whoever asks is told; /ready says so too
            LOG.exception("the service cannot answer yet")

    @property
    def today(self) -> str:
        """Give the day in UTC, ``YYYY-MM-DD``."""
        return datetime.now(UTC).date().isoformat()

    @cached_property
    def directory_date(self) -> str:
        """Give the month of the directory of postcodes."""
        return self.classifier(Request(option=self.council.default_option)).directory.date

    def classifier(self, request: Request) -> Classifier:
        """
        Give the classifier that a question asks for, as the command line would.

        Raises
        ------
        InputError, NotFoundError, DefinitionDamagedError
            As :func:`localarea.classify.selection.choose_classifier`.
        """
        return choose_classifier(
            replace(request, council=request.council or self.council.key),
            self.definitions,
            today=self.today,
            store=lambda: self.store,
            keep=self._keep,
        )

    def _keep(self, key: Hashable, make: Callable[[], Classifier]) -> Classifier:
        with self._lock:
            made = self._classifiers.pop(key, None)
            if made is None:
                made = make()  # within the lock: two at once would both take the time and memory
            self._classifiers[key] = made
            while len(self._classifiers) > _KEPT:
                self._classifiers.popitem(last=False)
            return made

    def close(self) -> None:
        """Let go of the database."""
        if "database" in self.__dict__:
            self.database.close()
