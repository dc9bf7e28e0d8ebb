"""The report of a council that is not Colchester: what it says of points, methods and the law."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd

from localarea.datasets.store import default_store
from localarea.options.by_name.any_council import plain_council
from localarea.options.council import Contested
from localarea.records import Option
from localarea.reports.cabinet.contested import with_and_without
from localarea.reports.cabinet.facts import Facts
from localarea.reports.cabinet.maps_section import maps
from localarea.reports.cabinet.method import legal, method
from localarea.reports.cabinet.model import Bullets, Paragraph
from localarea.reports.cabinet.pairs import ContestedPair
from localarea.reports.cabinet.summary import criteria_table, decision_form

FIGURES = ("zones", "parts", "districts_cut", "districts_touched", "area_km2", "minutes_median")
MORE = ("population_2021", "jobs", "enterprises_2022", "live_postcodes")


def facts(anchor: str, *methods: str) -> Any:
    """Return what the sections read: options of a council, one zone each, and figures."""
    council = plain_council(anchor)
    options = tuple(Option(m, f"By {m}", m, "msoa11", ("W02000010",), anchor) for m in methods)
    found: Any = SimpleNamespace(
        council=council,
        options=options,
        letters=dict(zip(methods, "ABC", strict=False)),
        districts=dict.fromkeys(methods, (anchor,)),
        metrics=pd.DataFrame(1.0, index=[*methods], columns=[*FIGURES, *MORE]),
        pairs=(),
        directory_date="2025-11",
        store=default_store(),
    )
    for name in ("has_minutes", "centre", "counted_from"):
        prop: Any = vars(Facts)[name]
        setattr(found, name, prop.fget(found))
    for name in ("row", "label", "title", "in_its_year"):
        setattr(found, name, vars(Facts)[name].__get__(found))
    return found


def words(blocks: Any) -> str:
    held = [b for b in blocks if isinstance(b, Paragraph | Bullets)]
    return "\n".join(b.text if isinstance(b, Paragraph) else "\n".join(b.items) for b in held)


def test_minutes_of_a_district_without_a_middle_are_said_to_be_from_where_they_are() -> None:
    # Gwynedd has 83 minutes from end to end, and its minutes are those to Bangor.
    gwynedd = facts("Gwynedd", "drive", "district")
    said = "counted from Bangor South, in the part of Gwynedd with most workers."
    assert said in criteria_table(gwynedd).note
    shown = words(maps(gwynedd, dict.fromkeys(("drive", "district"), Paragraph("")))).splitlines()
    assert [said in line for line in shown if line] == [True, False]  # of the drive time alone
    assert "to reach Bangor South" in words(method(gwynedd))


def test_minutes_from_a_centre_need_no_such_words() -> None:
    norwich = facts("Norwich", "drive")
    assert "counted from" not in criteria_table(norwich).note
    assert "to reach the centre of Norwich." in words(method(norwich))


def test_joined_areas_are_described_as_they_are_joined() -> None:
    said = words(method(facts("Norwich", "ttwa-cluster")))
    assert "computed" not in said
    assert "joined one by one with those that it exchanges most workers with" in said


def test_areas_for_reserving_are_not_said_to_break_the_rule_for_reserving() -> None:
    newham = facts("Newham", "reserve-own", "ttwa-official", "reserve-bordering")
    assert "Of the options in this report, B is drawn from labour markets" in words(legal(newham))
    changed = newham.options[0]
    newham.options = (replace(changed, parameters={"include": ("Hackney",)}),)
    assert "A is drawn from" in words(legal(newham))


def test_a_council_without_a_mandate_is_not_said_to_have_delegated_anything() -> None:
    form = decision_form(facts("Gwynedd", "district"))
    assert form.caption == "Form to sign"
    assert "delegate" not in " ".join(label for label, _ in form.fields)


def test_a_place_that_was_taken_out_is_named_once_above_its_table() -> None:
    without = Option("x-conwy", "Area X, without Conwy", "district", "msoa11", ("W02000010",), "G")
    with_place = replace(without, id="x", title="Area X")
    found = facts("Gwynedd", "district")
    found.pairs = (ContestedPair(Contested("conwy", "Conwy"), without, with_place),)
    found.metrics = pd.DataFrame(1.0, index=["x-conwy", "x"], columns=["parts"])
    assert with_and_without(found, found.pairs[0]).caption == "Area X without Conwy and with it"
