"""Halves of the mandate that an area leaves out, and the reason for it on the record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localarea.errors import InputError
from localarea.options.mandate_area import Half, require_districts
from localarea.options.titles import join_names
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import ZoneSystem


def halves_left_out(
    zones: Iterable[str], zone_system: ZoneSystem, council: Council, *, store: DataStore | None
) -> tuple[Half, ...]:
    """
    Find the halves of the mandate of which an area holds no zone.

    A half counts as left out if there is no zone of it under one of the readings, because
    whoever reads the resolution so finds nothing of it inside. Any zone at all counts as held:
    whether a small share is enough is for the approver, to whom the shares are shown first.

    Returns
    -------
    tuple of Half
        Each half once, with the districts of all the readings under which it is left out;
        empty if the council states no area of its mandate.
    """
    area = council.mandate_area
    if area is None:
        return ()
    require_districts(area, store)
    district_of = read_gazetteer(zone_system, store=store).zone_district
    touched = {district_of[zone] for zone in zones}
    found: dict[str, Half] = {}
    for reading in area.readings:
        for half in reading.halves:
            if not touched.intersection(half.codes):
                known = found.get(half.key, half)
                districts = dict.fromkeys((*known.districts, *half.districts))
                found[half.key] = replace(known, districts=tuple(districts))
    return tuple(found.values())


def with_reason_left_out(text: str, why: str, halves: Sequence[Half]) -> str:
    """
    Add to a text for the record why an area leaves out halves of the mandate.

    Parameters
    ----------
    text : str
        Why the area is put forward or approved.
    why : str
        Why it leaves them out; blank if it leaves out none.
    halves : sequence of Half
        The halves that it leaves out, from :func:`halves_left_out`.

    Returns
    -------
    str
        The text, with a paragraph that names the halves and gives the reason. A blank text stays
        blank, so that it is refused where it is needed.

    Raises
    ------
    InputError
        If the reason is missing, or given although no half is left out.

    Examples
    --------
    >>> south = Half("south", "South Suffolk", (("E07000200", "Babergh"),), "r")
    >>> with_reason_left_out("Few commute.", "few cross", [south]).splitlines()[-1]
    'It leaves out South Suffolk (Babergh), because: few cross'
    """
    reason, named = why.strip(), join_names([f"{half.title} ({half.names})" for half in halves])
    if halves and not reason:
        raise InputError(
            f"it holds no zone of {named}, which the mandate names: say why it leaves that out",
            parameter="half_left_out",
        )
    if reason and not halves:
        raise InputError(
            "it leaves out no half of the mandate: leave the reason for that blank",
            parameter="half_left_out",
        )
    if not reason or not text.strip():
        return text
    return f"{text}\n\nIt leaves out {named}, because: {reason}"


def reason_left_out(text: str) -> str:
    r"""
    Return the reason that :func:`with_reason_left_out` added to a text; blank if it added none.

    Examples
    --------
    >>> reason_left_out("Few commute.\n\nIt leaves out South Suffolk, because: few cross")
    'few cross'
    >>> reason_left_out("It is small, because: few commute")
    ''
    """
    _, mark, added = text.rpartition("\n\nIt leaves out ")
    return added.partition(", because: ")[2] if mark else ""


def left_out_sentence(halves: Iterable[Half]) -> str:
    """
    Name the halves of the mandate of which an area holds nothing; blank if there is none.

    Examples
    --------
    >>> left_out_sentence([Half("south", "South Suffolk", (("E07000200", "Babergh"),), "r")])
    'It holds no zone of South Suffolk (Babergh), which the mandate names.'
    """
    named = [f"{half.title} ({half.names})" for half in halves]
    return f"It holds no zone of {join_names(named)}, which the mandate names." if named else ""
