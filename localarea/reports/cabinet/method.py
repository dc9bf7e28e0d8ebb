"""Sections on the method, the data and the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import UNKNOWN
from localarea.options.figure_years import vintages_of_figures, year_notes
from localarea.options.methods.base import anchor_district
from localarea.options.reserving import RESERVING
from localarea.options.zone_figures import attributions
from localarea.reports.cabinet.model import (
    Block,
    Bullets,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    cells,
)
from localarea.reports.cabinet.wording import join

if TYPE_CHECKING:
    from localarea.reports.cabinet.facts import Facts

REFERENCES: Final = (
    "Coombes, M. and Bond, S. (2008), Travel-to-Work Areas: the 2007 review. Office for National "
    "Statistics.",
    "Coombes, M. and Office for National Statistics (2015), Travel to Work Areas. Research Report "
    "RR2015/05.",
    "Dijkstra, L., Poelman, H. and Veneri, P. (2019), The EU-OECD definition of a functional urban "
    "area. OECD Regional Development Working Papers 2019/11.",
)
# What each method does, in plain English; a method not listed shows the option's title.
_METHODS: Final = {
    "district": "The zones of the council's own district of 2025.",
    "districts": "The zones of the districts named in the council's file, or of the council's own "
    "district and those that border it.",
    "ttwa-official": "The zones most of whose residents of 2011 live in the official travel to "
    "work area. There every place is in exactly one area, so it leaves its neighbours out by "
    "construction.",
    "ttwa-computed": "The official method, calculated again from larger zones on the commuting of "
    "2011.",
    "ttwa-cluster": "The anchor's travel to work area, joined one by one with those that it "
    "exchanges most workers with, until the stated share of its commuters live and work inside.",
    "catchment": "The anchor's zones, and every zone that sends at least the stated share of its "
    "commuters there.",
    "drive": "Zones whose residents need at most the stated minutes by car, door to door, to reach "
    "{centre}.",
    "composite": "Zones whose exchange of workers with the anchor and whose minutes by car both "
    "pass stated "
    "thresholds, grown in one piece so as to hold as many of their own commuters as they can.",
    "ttwa-region": "The official travel to work areas at least half of whose employed residents "
    "live in the mandate's area, joined. A half of the mandate in which no such area lies gets "
    "nothing.",
    "composite-region": "What must be held of each half of the mandate, with zones around that "
    "exchange workers with its workplaces, chosen in one piece so as to hold as many of their own "
    "commuters as they can. The anchor is the whole area of the mandate, not one town.",
}
_BY_THE_ORDER: Final = frozenset({"district", *RESERVING})  # whole areas, as that rule has them
_LIMITS: Final = {
    "flows_2011": "Where people usually worked in March 2011, in their main job; people who work "
    "at home count at home.",
    "flows_2021": "Taken during lockdown, so it counts too few journeys.",
    "jobs_msoa21_2024": "Provisional, rounded; employees only, farms left out; head offices may "
    "count staff who are elsewhere.",
    "enterprises_lad": "By district; divided among zones by employee jobs, so exact for whole "
    "districts only.",
    "postcodes": "Postcodes newer than the directory are not yet known.",
    "msoa11_msoa21": "Zones that were split or merged by 2021 are divided by postcodes, which are "
    "not people.",
    "zones_msoa11": "Outlines are generalised; the coast is drawn coarsely.",
    "minutes_colchester_msoa11": "Estimated from main roads; no congestion by hour.",
    "roads_network_edges": "Main roads with an allowance for the rest; no congestion by hour.",
    "ttwa11_msoa11": "A zone that straddles the line goes where most of its residents lived.",
}


def method(facts: Facts) -> tuple[Block, ...]:
    """Describe the method, on one page: terms, methods, figures and references."""
    used = dict.fromkeys(option.method for option in facts.options)
    anchor = facts.council.anchor
    return (
        Heading("Method"),
        Paragraph(
            "Everything is built from zones: the census's middle layer super output areas of 2011, "
            "of about "
            "8,000 people each. An option is a set of zones. It is local if the postcode's zone "
            "is in the "
            f"set; the line on the map is the outline of the zones. The anchor is {anchor}."
        ),
        Heading("How the options were chosen", level=2),
        Bullets(tuple(_how_chosen(facts, name) for name in used)),
        Paragraph(
            "An option with “plus” or “without” a place in its title is the same option with the "
            "zones of that place added or removed. The names in brackets are for commands."
        ),
        Heading("How they were measured", level=2),
        Bullets(
            (
                "Supply-side self-containment: of the people in work who live in the area, the "
                "share "
                "who work in it. Demand-side: of the jobs in the area, the share that its "
                "residents hold.",
                "People who work at home or at no fixed place count where they live. Those who "
                "work "
                "offshore, abroad, in Scotland or in Northern Ireland count as working outside; "
                "those who live there and work here are not in the tables.",
                "The official test asks for 75% self-containment (the smaller of the two) of an "
                "area with "
                "3,500 people in work, falling to 66.7% from 25,000; a score of 1 passes. "
                "It was made for areas in one piece, and passing it does not make a boundary "
                "right. If every option passes, it does not choose between them.",
                "Commuters cut: people who live inside and work outside, and the reverse.",
                "Districts are those of 2025. Where councils are reorganised the zones stay, so an "
                "approved area should be kept with its zones, not only with names of districts.",
                "Larger areas hold more of their own commuters in any case, so compare sizes "
                "as well as shares.",
            )
        ),
        Heading("References", level=2),
        Bullets(REFERENCES),
    )


def _how_chosen(facts: Facts, name: str) -> str:
    """Describe a method, after the letters and the ids of the options that use it."""
    options = [option for option in facts.options if option.method == name]
    letters = join([facts.letters[option.id] for option in options])
    ids = ", ".join(option.id for option in options)
    noun = "Option" if len(options) == 1 else "Options"
    how = _METHODS.get(name, options[0].title)
    return f"{noun} {letters} ({ids}): {how.replace('{centre}', facts.centre)}"


def data(facts: Facts) -> tuple[Block, ...]:
    """
    Describe the data behind the figures.

    Tables with vintage, licence and limitations; attributions.
    """
    rows = []
    for name in facts.tables:
        info = facts.store.info(name)
        rows.append(
            cells(info.title, info.source, info.vintage, info.licence, _LIMITS.get(name, UNKNOWN))
        )
    return (
        Heading("Data"),
        Table(
            "Data used, with dates, licences and limits",
            (
                Column("Data", numeric=False, weight=1.3),
                Column("Publisher", numeric=False, weight=1.4),
                Column("Date", numeric=False, weight=0.6),
                Column("Licence", numeric=False, weight=0.7),
                Column("Limits", numeric=False, weight=1.4),
            ),
            tuple(rows),
        ),
        *map(Paragraph, year_notes(vintages_of_figures(facts.store))),
        Paragraph(" ".join(attributions(facts.tables, store=facts.store))),
    )


def _wales(facts: Facts) -> tuple[Block, ...]:
    code = anchor_district(facts.council, store=facts.store)
    if not code.startswith("W"):
        return ()
    text = f"That order is for England; ask what applies to {facts.council.title}, in Wales."
    return (Paragraph(text),)


def legal(facts: Facts) -> tuple[Block, ...]:
    """Describe what such an area may and may not be used for: note on measuring and reserving."""
    beyond = [
        facts.letters[o.id]
        for o in facts.options
        if o.method not in _BY_THE_ORDER or o.parameters.keys() & {"include", "exclude"}
    ]
    verb = "is" if len(beyond) == 1 else "are"
    reach = (
        f"Of the options in this report, {join(beyond)} {verb} drawn from labour markets, travel "
        "times or "
        "groups of districts, not from that rule."
        if beyond
        else "The options of this report follow the boundaries of whole authorities."
    )
    return (
        Heading("Measuring is not reserving"),
        Note(
            "Not legal advice.",
            "Ask the council's monitoring officer before relying on this section.",
        ),
        Paragraph(
            "The area decided here says which firms and workers count as local when social value "
            "is measured. "
            "It does not say who may bid."
        ),
        Paragraph(
            "Since 4 February 2026 English councils may reserve contracts below the threshold to a "
            "local "
            "area: their own, or their own with bordering counties or London boroughs (Local "
            "Government "
            "(Exclusion of Non-commercial Considerations) (England) Order 2026). A travel to work "
            "area or an area of "
            "driving time is not such an area: it can define local in social value measures only. "
            f"{reach}"
        ),
        *_wales(facts),
        Paragraph(
            "A definition published from this report should state its purpose, measure or "
            "reservation, and "
            "should not be used for the other."
        ),
    )
