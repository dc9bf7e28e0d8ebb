"""Appendix: the zones and outward codes that are local under each option."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.comparison.figure_catalogue import part_of
from localarea.datasets.postcodes import are_live, numbered, read_postcodes
from localarea.datasets.zones import zone_names
from localarea.geo.postcodes import outward_of
from localarea.places.gazetteer import read_gazetteer
from localarea.reports.cabinet.model import Block, Column, Heading, Paragraph, Table, cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.records import Option
    from localarea.reports.cabinet.facts import Facts

_INWARDS = 6760  # inward codes of one outward code: a digit and two letters, 10 x 26 x 26


def outward_shares(options: Sequence[Option], *, store: DataStore | None = None) -> pd.DataFrame:
    """
    Calculate how much of each outward code is local.

    Parameters
    ----------
    options : sequence of Option
        Zones of 2011.

    Returns
    -------
    pandas.DataFrame
        Outward codes with a local postcode under any option, in natural order:
        ``live_postcodes``, then one column per option id with the share of them that is
        local.
    """
    table = read_postcodes(["key", "msoa11cd", "status"], store=store)
    live = are_live(table)
    outward = table["key"].to_numpy()[live] // _INWARDS
    zone, codes = numbered(table, "msoa11cd")
    at = zone[live]
    totals = np.bincount(outward)
    numbers = np.flatnonzero(totals)
    frame = pd.DataFrame({"live_postcodes": totals[numbers]}, index=numbers)
    for option in options:
        local = np.bincount(outward[np.isin([*codes, ""], option.zones)[at]], minlength=len(totals))
        frame[option.id] = local[numbers] / totals[numbers]
    frame = frame[(frame.drop(columns="live_postcodes") > 0).any(axis=1)]
    frame.index = pd.Index([outward_of(int(n)) for n in frame.index], name="outward")
    return frame.iloc[sorted(range(len(frame)), key=lambda at: _natural(str(frame.index[at])))]


def _natural(outward: str) -> tuple[str, int, str]:
    """Return a sort key for natural order: CO2 before CO10."""
    area = re.match(r"[A-Z]*", outward)
    letters = area.group() if area else ""
    number = re.match(r"\d*", outward[len(letters) :])
    return letters, int((number.group() if number else "") or 0), outward


def appendix(facts: Facts) -> tuple[Block, ...]:
    """Build the appendix of zones and outward codes."""
    return (
        Heading("Appendix: zones and postcodes"),
        Paragraph(
            "The letters are those of the options on the first page. The zone of a postcode "
            "decides whether it is local; "
            "the outward code alone does not, if it is only partly local."
        ),
        _zones(facts),
        _outwards(facts),
    )


def _zones(facts: Facts) -> Table:
    gazetteer = read_gazetteer("msoa11", store=facts.store)
    table = zone_names("msoa11", store=facts.store)
    name_of = dict(zip(*(c.to_pylist() for c in table.columns[:2]), strict=True))
    under: dict[str, list[str]] = {}
    for option in facts.options:
        for zone in option.zones:
            under.setdefault(zone, []).append(facts.letters[option.id])
    rows = sorted(
        (gazetteer.districts[gazetteer.zone_district[zone]], str(name_of[zone]), zone, letters)
        for zone, letters in under.items()
    )
    return Table(
        "Zones by district, and the options under which they are local",
        (
            Column("District", numeric=False, weight=0.8),
            Column("Zone", numeric=False, weight=1.4),
            Column("Code", "msoa11cd", numeric=False),
            Column("Local under", numeric=False, weight=0.8),
        ),
        tuple(cells(d, n, z, ", ".join(letters)) for d, n, z, letters in rows),
    )


def _outwards(facts: Facts) -> Table:
    shares = outward_shares(facts.options, store=facts.store)
    rows = []
    for outward, row in shares.iterrows():
        whole, partly = [], []
        for option in facts.options:
            letter, value = facts.letters[option.id], float(row[option.id])
            if value == 1.0:
                whole.append(letter)
            elif value > 0:
                partly.append(f"{letter} {part_of(value)}")
        rows.append(
            cells(
                str(outward),
                f"{row['live_postcodes']:,.0f}",
                ", ".join(whole) or "–",  # noqa: RUF001
                ", ".join(partly) or "–",  # noqa: RUF001
            )
        )
    return Table(
        "Outward codes that are local, wholly or partly",
        (
            Column("Outward code", numeric=False),
            Column("Postcodes in use", facts.directory_date),
            Column("Wholly local under", numeric=False, weight=0.7),
            Column("Partly local under", "share of postcodes in use", numeric=False, weight=1.3),
        ),
        tuple(rows),
    )
