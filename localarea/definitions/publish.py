"""Publish an option as a definition: its terms, its outline and every postcode's verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from localarea.classify.boundary import BORDERLINE_M, BORDERLINE_MIN, drive_limit
from localarea.classify.codes import MEANINGS
from localarea.classify.loaded import british_points, metres_of_index
from localarea.classify.verdicts import VerdictIndex, build_verdicts
from localarea.datasets.store import default_store
from localarea.definitions.geopackage_writer import Contents, definition_bytes
from localarea.definitions.model import Definition
from localarea.definitions.postcode_rows import NO_MINUTES, NO_ROAD, FrozenRows, pack_rows
from localarea.errors import InputError, VintageError
from localarea.geo.postcodes import INWARD_SLOTS, outward_of
from localarea.options.minutes.anchor_minutes import PostcodeMinutes
from localarea.options.minutes.encoding import NOT_REACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.classify.index import PostcodeIndex
    from localarea.datasets.store import DataStore
    from localarea.definitions.faults import Purpose
    from localarea.definitions.geopackage import OpenDefinition
    from localarea.options.council import Council
    from localarea.records import Option, ZoneSystem

_ALWAYS = ("postcodes", "districts_names")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """
    Decision of a person to publish an option.

    Attributes
    ----------
    id : str
        Permanent identifier of the definition.
    purpose : {'measure', 'reservation'}
        Purpose for which it defines "local".
    approved_by, role : str
        Name and job title of the approver.
    reason : str
        Reason for the choice.
    approved_on : str
        Day of the approval, ``YYYY-MM-DD``.
    effective_from : str
        First day in force, ``YYYY-MM-DD``.
    effective_to : str or None
        Last day in force; None until further notice.
    supersedes : str or None
        Id of the definition that it replaces.
    minute : str
        Reference of the minute that gives the authority.
    borderline_m : float
        Distance from the boundary (m) within which a postcode is borderline.
    borderline_min : float or None
        For options by minutes alone: time from the limit (min) that is borderline; defaults
        to the stated error of the minutes.
    title : str
        Public name of the area, as used in verdicts; blank for that of the option.
    backdated_because : str
        Reason for a first day before the approval, if so; it is added to ``reason``.
    """

    id: str
    purpose: Purpose
    approved_by: str
    role: str
    reason: str
    approved_on: str
    effective_from: str
    effective_to: str | None = None
    supersedes: str | None = None
    minute: str = ""
    borderline_m: float = BORDERLINE_M
    borderline_min: float | None = None
    title: str = ""
    backdated_because: str = ""


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

    Parameters
    ----------
    option : Option
        The chosen option.
    approval : Approval
        Approver, purpose, dates and reason.
    options : sequence of Option
        Options that were compared, stored to show in how many a postcode is local.

    Returns
    -------
    bytes
        The definition's file; equal arguments and tables give equal bytes.

    Raises
    ------
    InputError
        If a definition for reserving contracts is not made of whole districts, or what was
        approved is not complete.
    """
    tables = store or default_store()
    made = propose(option, council, approval, store=tables)
    outline, extent = _outline(option.zones, option.zone_system, tables)
    standing = [[o.id, sorted(o.zones)] for o in options if o.zone_system == option.zone_system]
    zones = _zone_rows(option.zones, option.zone_system, tables)
    return _file_of(made, outline, extent, zones, standing, tables)


def propose(
    option: Option, council: Council, approval: Approval, *, store: DataStore | None = None
) -> Definition:
    """
    Build the terms of a definition; raise an error if it cannot be published.

    Parameters
    ----------
    option : Option
        The chosen option.
    approval : Approval
        Approver, purpose, dates and reason.

    Returns
    -------
    Definition
        The terms; no postcodes are indexed yet.

    Raises
    ------
    InputError
        If a definition for reserving contracts is not made of whole districts, or what was
        approved is not complete.
    """
    tables = store or default_store()
    outline, _ = _outline(option.zones, option.zone_system, tables)
    districts, cut = _districts(option.zones, option.zone_system, tables)
    if approval.purpose == "reservation" and cut:
        raise InputError(
            "a contract may be reserved only to the area of whole authorities (Local Government "
            "(Exclusion of Non-commercial Considerations) (England) Order 2026), and option "
            f"{option.id!r} contains only part of {', '.join(cut)}; publish it for social "
            "value measures, or choose an option of whole districts. This is not legal advice."
        )
    stated = {name: getattr(approval, name) for name in Approval.__slots__}
    stated["borderline_min"] = _borderline_min(option, approval)
    stated["title"] = approval.title.strip() or option.title
    why = stated.pop("backdated_because").strip()
    if why and approval.reason.strip():
        opening = "It begins before the day on which it was approved, because"
        stated["reason"] = f"{approval.reason}\n\n{opening}: {why}"
    return Definition(
        **stated,
        council=council.key,
        option=option.id,
        method=option.method,
        anchor=option.anchor,
        parameters=dict(option.parameters),
        zone_system=option.zone_system,
        zones=tuple(option.zones),
        districts=districts,
        whole_districts=not cut,
        boundary_sha256=hashlib.sha256(outline).hexdigest(),
        directory_date=tables.directory_date,
        inputs=_inputs(option, tables),
        software=_software(),
    )


def districts_cut(option: Option, *, store: DataStore | None = None) -> list[str]:
    """
    List the districts of which an option contains only a part.

    Returns
    -------
    list of str
        Sorted names; empty if the option consists of whole districts.
    """
    return _districts(option.zones, option.zone_system, store or default_store())[1]


def _borderline_min(option: Option, approval: Approval) -> float | None:
    if approval.borderline_min is None and drive_limit(
        option.method, option.parameters, option.anchor
    ):
        return BORDERLINE_MIN
    return approval.borderline_min


def index_again(opened: OpenDefinition, *, store: DataStore | None = None) -> bytes:
    """
    Index the postcodes of the current directory under the terms of a definition.

    Parameters
    ----------
    opened : OpenDefinition
        The definition; its zones, outline and terms are unchanged.

    Returns
    -------
    bytes
        File of a new edition.

    Raises
    ------
    VintageError
        If the outlines of the zones differ from those that were approved.
    """
    import shapely

    tables = store or default_store()
    old = opened.definition
    fresh = {table["name"]: table for table in old.inputs}
    zones = f"zones_{old.zone_system}"
    if zones in fresh and fresh[zones]["sha256"] != tables.info(zones).sha256:
        raise VintageError(
            f"the outlines of zones here ({zones}) are not those that {old.id} was made from, so "
            "distances would not be to the approved boundary; use the tables of its publisher"
        )
    fresh |= {t["name"]: t for t in (_input(name, tables) for name in _ALWAYS)}
    made = replace(
        old,
        directory_date=tables.directory_date,
        inputs=tuple(fresh[name] for name in sorted(fresh)),
        software=_software(),
    )
    bounds = shapely.bounds(shapely.from_wkb(opened.outline())).tolist()
    extent = (bounds[0], bounds[1], bounds[2], bounds[3])
    standing = opened.lists["options"]
    return _file_of(made, opened.outline(), extent, opened.zones(), standing, tables)


def _file_of(
    made: Definition,
    outline: bytes,
    extent: tuple[float, float, float, float],
    zones: Sequence[tuple[str, str, str, str, bytes]],
    standing: list[Any],
    tables: DataStore,
) -> bytes:
    verdicts = build_verdicts(made.boundary(), store=tables)
    index = verdicts.index
    lists = {
        "zones": _named(index.zone_codes, "zone", made.zone_system, tables),
        "districts": _named(index.district_codes, "district", made.zone_system, tables),
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


def _outline(
    zones: Sequence[str], system: ZoneSystem, tables: DataStore
) -> tuple[bytes, tuple[float, float, float, float]]:
    import shapely

    from localarea.places.outline import zone_shapes

    union = shapely.normalize(
        shapely.coverage_union_all(zone_shapes(tuple(zones), system, store=tables))
    )
    if union.geom_type == "Polygon":
        union = shapely.MultiPolygon([union])
    west, south, east, north = shapely.bounds(union).tolist()
    return shapely.to_wkb(union, byte_order=1), (west, south, east, north)


def _districts(
    zones: Sequence[str], system: ZoneSystem, tables: DataStore
) -> tuple[tuple[str, ...], list[str]]:
    """Return the districts with a zone inside, and the names of those with a zone outside."""
    from localarea.classify.directory import Directory
    from localarea.datasets.zones import zone_districts

    table = zone_districts(system, store=tables)  # type: ignore[arg-type]
    held = set(zones)
    of = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    touched = {district for code, district in of if code in held}
    cut = {district for code, district in of if district in touched and code not in held}
    names = Directory(system, store=tables).district_names
    return tuple(sorted(touched)), sorted(names.get(code, code) for code in cut)


def _zone_rows(
    zones: Sequence[str], system: ZoneSystem, tables: DataStore
) -> list[tuple[str, str, str, str, bytes]]:
    import shapely

    from localarea.classify.directory import Directory
    from localarea.datasets.zones import zone_districts
    from localarea.places.outline import zone_shapes

    table = zone_districts(system, store=tables)  # type: ignore[arg-type]
    district_of = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    directory = Directory(system, store=tables)
    shapes = shapely.to_wkb(zone_shapes(tuple(zones), system, store=tables), byte_order=1)
    rows = []
    for code, shape in zip(zones, shapes.tolist(), strict=True):
        district = district_of[code]
        names = directory.zone_names.get(code, code), directory.district_names.get(district, "")
        rows.append((code, names[0], district, names[1], shape))
    return rows


def _inputs(option: Option, tables: DataStore) -> tuple[dict[str, str], ...]:
    zones = f"zones_{option.zone_system}"
    names = sorted({*_ALWAYS, zones, *option.vintages} & set(tables.registry))
    return tuple(_input(name, tables) for name in names)


def _input(name: str, tables: DataStore) -> dict[str, str]:
    info = tables.info(name)
    keys = ("name", "vintage", "sha256", "source", "licence")
    return {key: str(getattr(info, key)) for key in keys}


def _software() -> str:
    import localarea

    return f"localarea {localarea.__version__}"


def _named(
    codes: Sequence[str], kind: str, system: ZoneSystem, tables: DataStore
) -> list[list[str]]:
    from localarea.classify.directory import Directory

    directory = Directory(system, store=tables)
    names = directory.zone_names if kind == "zone" else directory.district_names
    return [[code, names.get(code, code)] for code in codes]


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
        rows = FrozenRows(
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
