"""The terms of a definition: the option that was chosen, and the approval of a person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import localarea
from localarea.classify.boundary import BORDERLINE_M, drive_limit
from localarea.datasets.store import default_store
from localarea.definitions.area import Area
from localarea.definitions.model import MINUTES_FROM, Definition
from localarea.errors import InputError
from localarea.options.mandate_left_out import halves_left_out, with_reason_left_out
from localarea.options.minutes.anchor_minutes import PostcodeMinutes, has_roads

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore
    from localarea.definitions.faults import Purpose
    from localarea.options.council import Council
    from localarea.records import Option

#: Tables that every definition is made from.
ALWAYS = ("postcodes", "districts_names")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """
    Decision of a person to publish an option.

    Attributes
    ----------
    approved_on : str
        Day of the approval, ``YYYY-MM-DD``.
    effective_from : str
        First day in force, ``YYYY-MM-DD``.
    effective_to : str or None
        Last day in force; None until further notice.
    borderline_m : float
        Distance from the boundary (m) within which a postcode is borderline.
    borderline_min : float or None
        For options by minutes alone: time from the limit (min) that is borderline; defaults
        to the stated error of the minutes.
    title : str
        Public name of the area, as used in verdicts; blank for that of the option.
    backdated_because : str
        Reason for a first day before the approval, if so; it is added to ``reason``.
    half_left_out : str
        Reason for leaving out a named half of the council's mandate, if so; it is added to
        ``reason``.
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
    half_left_out: str = ""


def propose(
    option: Option, council: Council, approval: Approval, *, store: DataStore | None = None
) -> Definition:
    """
    Build the terms of a definition; raise an error if it cannot be published.

    The terms; no postcodes are indexed yet. InputError if contracts may not be reserved to the area
    although that is its purpose, a named half of the mandate is left out without a reason, or what
    was approved is not complete.
    """
    tables = store or default_store()
    return terms_of(option, council, approval, area_of(option, tables), tables)


def area_of(option: Option, tables: DataStore) -> Area:
    """Return the area of an option."""
    return Area(option.zones, option.zone_system, tables)


def terms_of(
    option: Option, council: Council, approval: Approval, area: Area, tables: DataStore
) -> Definition:
    """
    Build the terms, as :func:`propose` does, of an area that is read already.

    InputError if contracts may not be reserved to the area although that is its purpose, a named
    half of the mandate is left out without a reason, or what was approved is not complete.
    """
    require_purpose(option, council, approval.purpose, store=tables)
    stated = {name: getattr(approval, name) for name in Approval.__slots__}
    stated["borderline_min"] = _borderline_min(option, approval)
    stated["title"] = approval.title.strip() or option.title
    why = stated.pop("backdated_because").strip()
    if why and approval.reason.strip():
        opening = "It begins before the day on which it was approved, because"
        stated["reason"] = f"{approval.reason}\n\n{opening}: {why}"
    left_out = halves_left_out(option.zones, option.zone_system, council, store=tables)
    why = stated.pop("half_left_out")
    if approval.purpose == "reservation" and not why.strip():  # the mandate is about measures
        left_out = ()
    stated["reason"] = with_reason_left_out(stated["reason"], why, left_out)
    return Definition(
        **stated,
        council=council.key,
        option=option.id,
        method=option.method,
        anchor=option.anchor,
        parameters=dict(option.parameters) | _minutes_from(option, tables),
        zone_system=option.zone_system,
        zones=tuple(option.zones),
        districts=area.districts,
        whole_districts=not area.districts_cut,
        boundary_sha256=hashlib.sha256(area.outline).hexdigest(),
        directory_date=tables.directory_date,
        inputs=_inputs_of(option, tables),
        software=software(),
    )


def _minutes_from(option: Option, tables: DataStore) -> dict[str, str]:
    """Return the point of an anchor that is no centre, by the name under which it is sealed."""
    if not has_roads(tables):
        return {}
    start = PostcodeMinutes(option.anchor, tables).start
    return {} if start.startswith("the centre of ") else {MINUTES_FROM: start}


def require_purpose(
    option: Option, council: Council, purpose: str, *, store: DataStore | None = None
) -> None:
    """
    Raise an error if contracts may not be reserved to the area of an option for reserving.

    InputError with the reason, and the options that can be used.
    """
    if purpose != "reservation":
        return
    from localarea.options.reservation import reservation_fault

    fault = reservation_fault(option, council, store=store)
    if fault:
        raise InputError(fault)


def districts_cut(option: Option, *, store: DataStore | None = None) -> list[str]:
    """
    List the districts of which an option contains only a part.

    Sorted names; empty if the option consists of whole districts.
    """
    return area_of(option, store or default_store()).districts_cut


def _borderline_min(option: Option, approval: Approval) -> float | None:
    if approval.borderline_min is not None:
        return approval.borderline_min
    limit = drive_limit(option.method, option.parameters, option.anchor)
    return None if limit is None else limit.error_min


def _inputs_of(option: Option, tables: DataStore) -> tuple[dict[str, str], ...]:
    zones = f"zones_{option.zone_system}"
    names = sorted({*ALWAYS, zones, *option.vintages} & set(tables.registry))
    return tuple(input_of(name, tables) for name in names)


def input_of(name: str, tables: DataStore) -> dict[str, str]:
    """Return how a table is named among the inputs of a definition."""
    info = tables.info(name)
    keys = ("name", "vintage", "sha256", "source", "licence")
    return {key: str(getattr(info, key)) for key in keys}


def software() -> str:
    """Return the name and the version of this software."""
    return f"localarea {localarea.__version__}"
