"""The classifier: verdicts for one postcode, or millions, under one boundary."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from localarea.classify.codes import (
    MEANINGS,
    UNREAD,
    Meaning,
    decide_outward,
)
from localarea.classify.directory import Directory
from localarea.classify.measured import MeasuredPlaces
from localarea.classify.sentences import (
    PostcodePlace,
    ended_code,
    explain_outward,
    explain_place,
    explain_unread,
    minutes_sentence,
)
from localarea.datasets.store import DataStore, default_store
from localarea.errors import PostcodeFormatError
from localarea.geo.addresses import find_postcodes
from localarea.geo.postcodes import (
    ABROAD_AREAS,
    NON_GEOGRAPHIC_AREAS,
    OUTWARD,
    ParsedPostcode,
    parse_postcode,
)
from localarea.once import once_property
from localarea.options.minutes.anchor_minutes import PostcodeMinutes
from localarea.options.minutes.encoding import NO_PLACE, PER_MINUTE
from localarea.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.classify.directory import PlaceNames
    from localarea.classify.loaded import LoadedPlaces, SealedDirectory
    from localarea.classify.place_rows import PlaceRow, Places
    from localarea.classify.verdicts import VerdictIndex
    from localarea.geo.unread import Unread

_SHOWN = 40  # characters of unreadable text quoted in an explanation


class Classifier:
    """
    Check postcodes against one boundary.

    Parameters
    ----------
    minutes : PostcodeMinutes or None
        Minutes by road from the anchor, `localarea.options.minutes.anchor_minutes.anchor_minutes`;
        None leaves them out.
    frozen : SealedDirectory or None
        Postcodes of a published definition, the only source of its answers.
    """

    def __init__(
        self,
        boundary: Boundary,
        *,
        store: DataStore | None = None,
        minutes: PostcodeMinutes | None = None,
        frozen: SealedDirectory | None = None,
    ) -> None:
        self.boundary = boundary
        self.minutes = minutes
        self._store = store
        self._frozen = frozen
        directory = Directory(boundary.zone_system, store=store)
        self.directory: PlaceNames = frozen or directory
        self._places: Places = frozen or MeasuredPlaces(boundary, directory, minutes, store=store)
        self._ready: LoadedPlaces | None = None
        self._load_lock = Lock()
        self.renderers: dict[type, Any] = {}  # cache of renderers by type, filled by their owners

    @property
    def opened(self) -> Any:
        """The published definition in use."""
        return None if self._frozen is None else self._frozen.opened

    @property
    def store(self) -> DataStore | None:
        """Folder of the tables; None means those shipped with the package."""
        return self._store

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the boundary only; the other process builds the index once."""
        if self._frozen is not None:
            return self._frozen.elsewhere()
        root = None if self._store is None else self._store.root
        cache = None if self._store is None else self._store.cache_dir
        anchor = None if self.minutes is None else self.minutes.anchor
        return classifier_here, (self.boundary, root, cache, anchor)

    def check(self, text: str) -> Verdict:
        """
        Check one postcode, reading only the part of the directory that it needs.

        ``text``: a postcode as typed, an outward code, or an address that contains one postcode.
        Returns whether it is local, and why; ``unknown`` for text that cannot be read.
        """
        parsed = self._parse(text)
        if isinstance(parsed, Verdict):
            return parsed
        if parsed.key is None:
            return self._outward_verdict(parsed)
        row = (self._ready or self._places).find(parsed.key)
        return self._unlisted_verdict(parsed) if row is None else self.explain(parsed, row)

    def _parse(self, text: str) -> ParsedPostcode | Verdict:
        """Parse a postcode; return the verdict if it cannot be read."""
        try:
            return parse_postcode(text)
        except PostcodeFormatError as error:
            within = find_postcodes(text)
            if len(within) == 1:
                return parse_postcode(within[0])
            from localarea.geo.unread import read_unread  # only where needed, for a quick start

            found = None if error.why == "it is blank" else read_unread(text, len(within))
            if found is not None and found.code == OUTWARD:
                return parse_postcode(found.said)
            return self._unreadable_verdict(text, error, found, within)

    @property
    def is_warm(self) -> bool:
        """
        Return whether checks need no reading or measuring.

        True after :meth:`warm_up`, and for every published definition.
        """
        return self._frozen is not None or self._ready is not None

    @property
    def loaded(self) -> LoadedPlaces | None:
        """Data held in memory, once loaded; None before :meth:`warm_up`."""
        return self._ready

    def warm_up(self) -> None:
        """Load everything into memory, for many checks; takes seconds and 100 MB."""
        from localarea.classify.loaded import measure_places

        with self._load_lock:  # only one thread should spend the time and memory
            if self._ready is not None:
                return
            if self._frozen is not None:
                self._ready = self._frozen.every.loaded
            else:
                self._ready = measure_places(
                    self.boundary, self.directory, self.verdicts, self.minutes, store=self._store
                )

    def check_many(self, texts: Iterable[str]) -> list[Verdict]:
        """
        Check postcodes one by one, each with its full evidence.

        ``texts``: postcodes as typed. For more than a few thousand, use :meth:`check_arrow`.
        Returns one verdict for each text, in the same order.
        """
        return [self.check(text) for text in texts]

    def check_arrow(self, texts: pa.Array) -> NDArray[np.uint8]:
        """
        Check millions of postcodes.

        Parameters
        ----------
        texts : pyarrow.Array, shape (n,)
            Postcodes as typed; null counts as blank.

        Returns
        -------
        numpy.ndarray of uint8, shape (n,)
            Verdict codes: positions in :data:`localarea.classify.codes.MEANINGS`.
        """
        from localarea.classify.bulk import check_arrow

        return check_arrow(texts, self.verdicts)

    @once_property
    def verdicts(self) -> VerdictIndex:
        """The verdict of every postcode in the country; built on first use, about 30 MB."""
        from localarea.classify.verdicts import build_verdicts

        if self._frozen is not None:
            return self._frozen.every.verdicts
        return build_verdicts(self.boundary, store=self._store)

    @once_property
    def all_tenths(self) -> NDArray[np.int32] | None:
        """
        Return the tenths of a minute by road to every postcode.

        Returns
        -------
        numpy.ndarray of int32, shape (n_postcodes,), or None
            In the order of the index, negative if unreachable or unknown; None if minutes
            were left out.
        """
        if self._frozen is not None:
            return self._frozen.every.columns("tenths")[0]
        return None if self.minutes is None else self.minutes.all_tenths

    @property
    def known_metres(self) -> NDArray[np.int32] | None:
        """Distance of every postcode to the boundary, as in `PlaceColumns`; None unless known."""
        if self._frozen is not None:
            return self._frozen.every.columns("metres")[0]
        return None if self._ready is None else self._ready.columns.metres

    def _verdict(self, postcode: str, meaning: Meaning, text: str, **evidence: Any) -> Verdict:
        return Verdict(
            postcode=postcode,
            status=meaning.status,
            borderline=meaning.borderline,
            reason=meaning.reason,
            explanation=text,
            definition=self.boundary.id,
            directory_date=self.directory.date,
            **evidence,
        )

    def _unreadable_verdict(
        self,
        text: str,
        error: PostcodeFormatError,
        found: Unread | None,
        within: tuple[str, ...],
    ) -> Verdict:
        meaning = Meaning("unknown", "blank" if error.why == "it is blank" else "malformed")
        why = error.why
        if found is not None:
            meaning, why = MEANINGS[UNREAD[found.code]], ", ".join(within) or found.said
        short = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
        explanation = explain_unread(repr(short), meaning, self.directory.date, why)
        return self._verdict(short, meaning, explanation)

    def _unlisted_verdict(self, parsed: ParsedPostcode) -> Verdict:
        meaning = Meaning("unknown", "not_in_directory")
        explanation = explain_unread(parsed.postcode, meaning, self.directory.date)
        area = parsed.outward[: 1 + parsed.outward[1].isalpha()]  # one letter, or two
        if area in NON_GEOGRAPHIC_AREAS:
            meaning = Meaning("unknown", "non_geographic")
            explanation = explain_place(parsed.postcode, meaning, PostcodePlace(""), self.boundary)
        elif area in ABROAD_AREAS:
            meaning, said = Meaning("not_local", "abroad"), "a postcode of Gibraltar"
            explanation = explain_unread(parsed.postcode, meaning, self.directory.date, said)
        return self._verdict(parsed.postcode, meaning, _correction_note(parsed) + explanation)

    def _outward_verdict(self, parsed: ParsedPostcode) -> Verdict:
        counts = (self._ready or self._places).outward_counts(parsed.outward)
        if counts is None:
            return self._unlisted_verdict(parsed)
        local, not_local = counts
        meaning = decide_outward(local, not_local)
        explanation = explain_outward(parsed.outward, local, not_local, self.boundary)
        return self._verdict(parsed.outward, meaning, f"{explanation} {self.boundary.basis}")

    def explain(self, parsed: ParsedPostcode, row: PlaceRow) -> Verdict:
        """Return the verdict on a postcode of the directory, with its explanation."""
        explanation = explain_place(
            parsed.postcode, row.meaning, row.place, self.boundary, row.metres, row.near
        )
        return self._verdict(
            parsed.postcode,
            row.meaning,
            f"{_correction_note(parsed)}{explanation}{self.say_minutes(row.tenths)} "
            f"{self.boundary.basis}",
            terminated=ended_code(row.place.ended),
            zone=row.place.zone,
            district=row.place.district,
            easting=row.easting,
            northing=row.northing,
            minutes_to_anchor=row.tenths / PER_MINUTE if row.tenths >= 0 else None,
            metres_to_boundary=row.metres,
        )

    def say_minutes(self, tenths: int) -> str:
        """
        Return the sentence about the minutes by road, to append to others.

        ``tenths``: tenths of a minute, `NOT_REACHED` or `NO_PLACE`. Returns a space and the
        sentence; empty if minutes are left out.
        """
        if tenths == NO_PLACE or self.minutes_from is None:
            return ""
        return f" {minutes_sentence(tenths, self.minutes_from)}"

    @once_property
    def minutes_from(self) -> str | None:
        """Return the name of the point that minutes are counted from; None if they are left out."""
        source = self._frozen or self.minutes
        return None if source is None else source.start


def _correction_note(parsed: ParsedPostcode) -> str:
    return f"Read as {parsed.postcode}. " if parsed.corrected else ""


@lru_cache(maxsize=8)
def classifier_here(
    boundary: Boundary, root: Path | None, cache_dir: Path | None, anchor: str | None = None
) -> Classifier:
    """
    Return the cached classifier of a boundary.

    A worker that gets the same boundary with every task thus builds the national index only
    once.

    Parameters
    ----------
    root, cache_dir : pathlib.Path or None
        Folders of the tables and of the cache; None for those of the package.
    anchor : str or None
        District that minutes by road are measured from; None leaves them out.

    Returns
    -------
    Classifier
        Cached: equal arguments return the same object.
    """
    store = None if root is None and cache_dir is None else DataStore(root, cache_dir)
    minutes = None if anchor is None else PostcodeMinutes(anchor, store or default_store())
    return Classifier(boundary, store=store, minutes=minutes)
