"""The values that a reason is made of."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from localarea.comparison.documents import json_value
from localarea.comparison.figure_catalogue import UNKNOWN, share_beside, write_figure
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from localarea.comparison.figure_catalogue import FigureKind
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council

ROUNDING: Final = 1e-9  # what sums of floats may be off by


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose reason is asked; ``zones``: zones of the option, as its method draws it."""

    zone: str
    zones: tuple[str, ...]
    parameters: dict[str, Any]
    council: Council
    store: DataStore

    @property
    def inside(self) -> bool:
        """Return whether the zone is in the option."""
        return self.zone in self.zones

    @property
    def name(self) -> str:
        """Return the name of the zone."""
        return read_gazetteer(self.council.zone_system, store=self.store).zone_names[self.zone]


@dataclass(frozen=True, slots=True)
class DecidingNumber:
    """
    One number that decides, or that helps to understand the one that does.

    Attributes
    ----------
    name : str
        Name in documents, such as ``share_to_anchor``.
    threshold : float or None
        What it is compared with; None if it is there to help.
    """

    name: str
    words: str
    value: float
    kind: FigureKind | Literal["link"]
    meaning: str
    source: str
    threshold: float | None = None

    @property
    def text(self) -> str:
        """Return the number for readers, on the side of the threshold that it is on."""
        if self.kind == "share" and self.threshold is not None and math.isfinite(self.value):
            return share_beside(self.value, self.threshold)
        return self._written(self.value)

    @property
    def threshold_text(self) -> str:
        """Return what it is compared with; blank if nothing."""
        return "" if self.threshold is None else self._written(self.threshold)

    def _written(self, value: float) -> str:
        if self.kind == "minutes":  # a tenth may decide
            return f"{value:.1f} minutes" if math.isfinite(value) else UNKNOWN
        if self.kind == "link":  # small numbers, of which the first digits count
            return f"{value:.3g}"
        return write_figure(value, self.kind)


@dataclass(frozen=True, slots=True)
class Reason:
    """
    Why a method takes a zone in or leaves it out.

    ``steps``: how the zone's area came about, one step in each sentence; empty where no area was
    made.
    """

    sentence: str
    measures: tuple[DecidingNumber, ...] = ()
    turns: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A zone that shares a border, and whether it is in the option."""

    zone: str
    name: str
    district: str
    inside: bool
    border_m: float


@dataclass(frozen=True, slots=True)
class ZoneReason:
    """
    Why a zone is in an option or out of it.

    Attributes
    ----------
    by_hand : str
        The place in dispute by which the variant was changed, if that is what decides the zone;
        blank if the method does.
    neighbours : tuple of Neighbour
        Zones that share a border, the longest first.
    methods_inside, methods : int
        Number of methods that hold the zone, and of all methods of the council.
    """

    zone: str
    name: str
    lad25cd: str
    district: str
    option: str
    title: str
    inside: bool
    reason: Reason
    by_hand: str
    neighbours: tuple[Neighbour, ...]
    methods_inside: int
    methods: int

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON types."""
        told = self.reason
        document: dict[str, Any] = json_value(
            {
                "zone": self.zone,
                "name": self.name,
                "lad25cd": self.lad25cd,
                "district": self.district,
                "option": self.option,
                "title": self.title,
                "inside": self.inside,
                "by_hand": self.by_hand or None,
                "sentence": told.sentence,
                "measures": [
                    {
                        "name": m.name,
                        "words": m.words,
                        "value": m.value,
                        "threshold": m.threshold,
                        "meaning": m.meaning,
                        "source": m.source,
                    }
                    for m in told.measures
                ],
                "turns": list(told.turns),
                "steps": list(told.steps),
                "notes": list(told.notes),
                "neighbours": [asdict(n) for n in self.neighbours],
                "methods_inside": self.methods_inside,
                "methods": self.methods,
            }
        )
        return document


def zone_of_census(asked: Asked, native: Council) -> tuple[str, tuple[str, ...]]:
    """
    Return the zone in the zone system of the flows that decide, and a note if that is another.

    ``native``: the council in the zone system of the flows.
    """
    if native.zone_system == asked.council.zone_system:
        return asked.zone, ()
    own, other = asked.council.zone_system, native.zone_system
    columns = [f"{own}cd", f"{other}cd", f"share{own[-2:]}"]
    table = asked.store.read("msoa11_msoa21", columns=columns).select(columns)
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    _, zone = max((share, code) for mine, code, share in rows if mine == asked.zone)
    name = read_gazetteer(other, store=asked.store).zone_names[zone]
    note = (
        f"The commuters are those of other zones: the figures are of {name} ({zone}), which holds "
        "most of its postcodes. A zone is inside when at least half of its postcodes are."
    )
    return str(zone), (note,)


def source_of(store: DataStore, *tables: str) -> str:
    """Return where tables are from, with their names."""
    return "; ".join(f"{store.info(table).source} ({table})" for table in tables)
