"""Publish an option as a definition: its terms, its outline and every postcode's verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.classify.codes import MEANINGS
from localarea.classify.loaded import british_points, metres_of_index
from localarea.classify.verdicts import VerdictIndex, build_verdicts
from localarea.datasets.store import default_store
from localarea.definitions.area import Area
from localarea.definitions.geopackage_writer import Contents, definition_bytes
from localarea.definitions.postcode_rows import NO_MINUTES, NO_ROAD, PostcodeRows, pack_rows
from localarea.definitions.terms import ALWAYS, area_of, input_of, software, terms_of
from localarea.errors import InputError, VintageError
from localarea.geo.postcodes import INWARD_SLOTS, outward_of
from localarea.options.minutes.anchor_minutes import PostcodeMinutes
from localarea.options.minutes.encoding import NOT_REACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.classify.index import PostcodeIndex
    from localarea.datasets.store import DataStore
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.definitions.model import Definition
    from localarea.definitions.terms import Approval
    from localarea.options.council import Council
    from localarea.records import Option


def publish(
    option: Option,
    council: Council,
    approval: Approval,
    *,
    options: Sequence[Option] = (),
    store: DataStore | None = None,
) -> bytes:
    """
    Publish an option as a definition.

    ``options``: options that were compared, stored to show in how many a postcode is local. Returns
    the definition's file; equal arguments and tables give equal bytes. InputError if contracts may
    not be reserved to the area although that is its purpose, or what was approved is not complete.
    """
    tables = store or default_store()
    area = area_of(option, tables)
    made = terms_of(option, council, approval, area, tables)
    standing = [[o.id, sorted(o.zones)] for o in options if o.zone_system == option.zone_system]
    return _file_of(made, area, area.outline, area.extent, area.rows, standing, tables)


def index_again(opened: OpenDefinition, *, store: DataStore | None = None) -> bytes:
    """
    Index the postcodes of the current directory under the terms of a definition.

    File of a new edition. VintageError if the outlines of the zones differ from those that were
    approved.
    """
    import shapely

    tables = store or default_store()
    old = opened.definition
    fresh = {table["name"]: table for table in old.inputs}
    zones = f"zones_{old.zone_system}"
    names = Area(old.zones, old.zone_system, tables)
    if zones in fresh and fresh[zones]["sha256"] != tables.info(zones).sha256:
        if names.outline != opened.outline():
            raise _other_outlines(zones, old)
        fresh[zones] = input_of(zones, tables)  # other names or districts, the same outlines

    fresh |= {t["name"]: t for t in (input_of(name, tables) for name in ALWAYS)}
    made = replace(
        old,
        directory_date=tables.directory_date,
        inputs=tuple(fresh[name] for name in sorted(fresh)),
        software=software(),
    )
    bounds = shapely.bounds(shapely.from_wkb(opened.outline())).tolist()
    extent = (bounds[0], bounds[1], bounds[2], bounds[3])
    standing = opened.lists["options"]
    return _file_of(made, names, opened.outline(), extent, opened.zones(), standing, tables)


def _other_outlines(zones: str, old: Definition) -> VintageError:
    return VintageError(
        f"the outlines of zones here ({zones}) are not those that {old.id} was made from, so "
        "distances would not be to the approved boundary; use the tables of its publisher"
    )


def _file_of(
    made: Definition,
    names: Area,
    outline: bytes,
    extent: tuple[float, float, float, float],
    zones: Sequence[tuple[str, str, str, str, bytes]],
    standing: list[Any],
    tables: DataStore,
) -> bytes:
    verdicts = build_verdicts(made.boundary(), store=tables)
    index = verdicts.index
    lists = {
        "zones": [[code, names.name(code)] for code in index.zone_codes],
        "districts": [[code, names.name(code, "district")] for code in index.district_codes],
        "endings": [list(pair) for pair in index.endings],
        "options": standing,
    }
    return definition_bytes(
        Contents(
            definition=made,
            outline=outline,
            extent=extent,
            zones=zones,
            outward_codes=_outward_rows(verdicts),
            lists=lists,
            postcodes=_packed(made, verdicts, tables),
        )
    )


def _outward_rows(verdicts: VerdictIndex) -> list[tuple[str, str, int, int]]:
    outwards = [outward_of(number) for number in verdicts.index.outwards.tolist()]
    statuses = [MEANINGS[code].status for code in verdicts.outward_codes.tolist()]
    counts = verdicts.outward_counts.tolist()
    return [(o, s, a, b) for o, s, (a, b) in zip(outwards, statuses, counts, strict=True)]


def _packed(made: Definition, verdicts: VerdictIndex, tables: DataStore) -> list[tuple[int, bytes]]:
    index = verdicts.index
    eastings, northings = british_points(index, store=tables)
    metres = metres_of_index(made.boundary(), index, eastings, northings, store=tables)
    slots = _slots(index)
    tenths = PostcodeMinutes(made.anchor, tables).all_tenths
    unreached = np.where(tenths == NOT_REACHED, NO_ROAD, NO_MINUTES)
    minutes = np.where(tenths >= 0, np.minimum(tenths, NO_ROAD - 1), unreached).astype(np.uint16)
    edges = [*index.first_rows.tolist(), len(slots)]
    packed = []
    for block, outward in enumerate(index.outwards.tolist()):
        part = slice(edges[block], edges[block + 1])
        rows = PostcodeRows(
            slots=slots[part],
            codes=verdicts.codes[part],
            zones=index.zones[part],
            districts=index.districts[part],
            ended=index.ended[part],
            eastings=eastings[part],
            northings=northings[part],
            metres=metres[part],
            minutes=minutes[part],
        )
        packed.append((outward, pack_rows(rows)))
    return packed


def _slots(index: PostcodeIndex) -> NDArray[np.int16]:
    """Return the inward code of each postcode, from the bit set of those that exist."""
    flags = np.unpackbits(index.bits.view(np.uint8), bitorder="little")
    places = np.flatnonzero(flags) % (index.bits.size // len(index.outwards) * 64)
    if len(places) and places.max() >= INWARD_SLOTS:
        raise InputError("the index of postcodes has an inward code that cannot be written")
    return places.astype(np.int16)
