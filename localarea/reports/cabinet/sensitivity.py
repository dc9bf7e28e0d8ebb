"""Section on uncertainty: two censuses, resampling, drive times, and where options agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.reports.cabinet.model import (
    Block,
    Column,
    Heading,
    Paragraph,
    Table,
    cells,
)
from localarea.reports.cabinet.wording import count, plural, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from localarea.comparison.robustness import Robustness
    from localarea.reports.cabinet.facts import Facts
    from localarea.reports.cabinet.model import Picture

ROBUSTNESS_MAP: Final = "robustness"
FRONT_PICTURE: Final = "front"
REGION_FRONT_PICTURE: Final = "region-front"
_MAX_ZONES: Final = 15  # fringe zones in the table; the appendix has all


def sensitivity(facts: Facts, pictures: Mapping[str, Picture]) -> tuple[Block, ...]:
    """
    Describe how reliable the figures are.

    ``pictures``: pictures, with the map of the zones that the options agree on if there is one.
    """
    return (
        Heading("How reliable the figures are"),
        Heading("Chance, and two censuses", level=2),
        Paragraph(
            "The interval shows how far a share could differ by chance: in "
            "95 of "
            "100 resamples of the commuters it stays within. It does not show what has changed "
            "since 2011. "
            "The census of 21 March 2021 was taken during lockdown: journeys are too few and "
            "self-containment too high, so 2021 only shows whether the order of the options holds."
        ),
        _self_containment(facts),
        Heading("Near the line", level=2),
        Paragraph(
            "A postcode near the line is decided by the zone it lies in, not by its distance. The "
            "counts show how many a slightly different line would move."
        ),
        _borderline(facts),
        *_front(facts, pictures),
        *_region_front(facts, pictures),
        *_robustness(facts, pictures),
    )


def _front(facts: Facts, pictures: Mapping[str, Picture]) -> tuple[Block, ...]:
    if facts.front is None or FRONT_PICTURE not in pictures:
        return ()
    best = facts.front[facts.front["on_front"]]
    composite = next(option for option in facts.options if option.method == "composite")
    named = facts.named(composite.id)
    text = (
        f"{named[:1].upper()}{named[1:]} is the best area found under its limit of minutes. "
        "Each row is the best found under a shorter limit: no other area found holds as "
        "large a share, taking the smaller of the two, within so short a drive."
    )
    limits = [f"{minutes:.1f}" for minutes in best["minutes_worst"]]
    limit = Column("Longest drive", "minutes", numeric=False, weight=1.0)
    return (
        Heading("Self-containment against travel time", level=2),
        Paragraph(text, keep=True),
        pictures[FRONT_PICTURE],
        _front_table("What the area holds as the longest drive allowed grows", limit, limits, best),
    )


def _region_front(facts: Facts, pictures: Mapping[str, Picture]) -> tuple[Block, ...]:
    if facts.region_front is None or REGION_FRONT_PICTURE not in pictures:
        return ()
    best = facts.region_front[facts.region_front["on_front"]]
    option = next(option for option in facts.options if option.method == "composite-region")
    named = facts.named(option.id)
    text = (
        f"{named[:1].upper()}{named[1:]} is the area found that holds the most of its own "
        "commuters. Each row is the best found with less of it outside the mandate: no other area "
        "found holds as large a share, taking the smaller of the two, with so few of its "
        "residents at work outside. Larger areas hold more in any case, so the last row is not "
        "the best answer by that alone."
    )
    limits = [share(outside) for outside in best["outside_share"]]
    unit = "% of employed residents"
    limit = Column("Live outside the mandate", unit, numeric=False, weight=1.0)
    return (
        Heading("Self-containment against what lies outside the mandate", level=2),
        Paragraph(text, keep=True),
        pictures[REGION_FRONT_PICTURE],
        _front_table(
            "What the area holds as more of it may lie outside the mandate", limit, limits, best
        ),
    )


def _front_table(caption: str, limit: Column, limits: Sequence[str], best: pd.DataFrame) -> Table:
    """Return what the best area under each limit holds, the option's own row marked."""
    rows = tuple(
        cells(
            text + (" (the option)" if row["chosen"] else ""),
            count(row["zones"]),
            count(row["jobs"]),
            share(row["supply_side"]),
            share(row["demand_side"]),
        )
        for text, row in zip(limits, best.to_dict("records"), strict=True)
    )
    columns = (
        limit,
        Column("Zones"),
        Column("Jobs", "2011"),
        Column("Residents who work inside", "%, 2011"),
        Column("Jobs held by residents", "%, 2011"),
    )
    return Table(caption, columns, rows)


def _self_containment(facts: Facts) -> Table:
    rows = []
    for option in facts.options:
        drawn, row = _row(facts.intervals, option.id), facts.row(option.id)
        rows.append(
            cells(
                facts.label(option.id),
                *(
                    text
                    for side in ("supply", "demand")
                    for text in (
                        share(row[f"{side}_side"]),
                        f"{share(drawn[f'{side}_low'])} to {share(drawn[f'{side}_high'])}",
                        share(row[f"{side}_side_2021"]),
                    )
                ),
            )
        )
    return Table(
        "Self-containment with its 95% interval, and at the census of 2021",
        (
            Column("Option", numeric=False, weight=1.0),
            Column("Residents who work inside", "%, 2011"),
            Column("Interval", "2011"),
            Column("In lockdown", "%, 2021"),
            Column("Jobs held by residents", "%, 2011"),
            Column("Interval", "2011"),
            Column("In lockdown", "%, 2021"),
        ),
        tuple(rows),
    )


def _row(frame: pd.DataFrame, option_id: str) -> dict[str, float]:
    return {str(k): float(frame[k].loc[option_id]) for k in frame.columns}


def _borderline(facts: Facts) -> Table:
    timed = (
        "near_in_minutes" in facts.borderline and facts.borderline["near_in_minutes"].notna().any()
    )
    columns = [
        Column("Option", numeric=False, weight=1.0),
        Column("Postcodes in use inside", facts.directory_date),
        Column("Within 500 m of the line", "both sides"),
    ]
    if timed:
        columns.append(Column("In zones within the error of the drive time", "drive options"))
    rows = []
    for option in facts.options:
        row = _row(facts.borderline, option.id)
        texts = [count(row["live_postcodes"]), count(row["near_boundary"])]
        texts += [count(row["near_in_minutes"])] if timed else []
        rows.append(cells(facts.label(option.id), *texts))
    return Table("Postcodes near the line", tuple(columns), tuple(rows))


def _robustness(facts: Facts, pictures: Mapping[str, Picture]) -> tuple[Block, ...]:
    head = Heading("What the options agree on", level=2)
    if facts.robustness is None:
        return (
            head,
            Paragraph("Only one option is put forward, so there is nothing to agree on."),
        )
    zones = facts.robustness.zones
    core, fringe = (zones[zones["standing"] == standing] for standing in ("core", "fringe"))
    text = agreement(
        (len(core), core["jobs"].sum()), (len(fringe), fringe["jobs"].sum()), len(facts.options)
    )
    blocks: list[Block] = [head, Paragraph(text, keep=True)]
    if ROBUSTNESS_MAP in pictures:
        blocks.append(pictures[ROBUSTNESS_MAP])
    if len(fringe):
        blocks.append(_fringe(facts, facts.robustness))
    return tuple(blocks)


def agreement(core: tuple[int, float], fringe: tuple[int, float], options: int) -> str:
    """
    Say how much is local under all options, and how much under some.

    ``core``, ``fringe``: zones, and the jobs in them: under all options, and under some.

    Examples
    --------
    >>> agreement((1, 1330), (0, 0), 2)
    '1 zone with 1,330 jobs (2011) is local under both options. They take in the same zones.'
    """
    zones, jobs = core
    every = "both options" if options == 2 else f"all {options} options"
    held = f"{plural(zones, 'zone')} with {count(jobs)} jobs (2011) {'is' if zones == 1 else 'are'}"
    text = f"{held if zones else 'No zone is'} local under {every}."
    zones, jobs = fringe
    if not zones:
        return f"{text} They take in the same zones."
    are, they = ("is", "it counts") if zones == 1 else ("are", "they count")
    return (
        f"{text} {plural(zones, 'zone')} with {count(jobs)} jobs {are} local under some: whether "
        f"{they} is decided by the choice between the options."
    )


def _by_letter(facts: Facts, sentence: str) -> str:
    """Name options by their letters, because titles would fill the column."""
    for option in facts.options:
        sentence = sentence.replace(f"“{option.title}”", f"option {facts.letters[option.id]}")
    return sentence


def _fringe(facts: Facts, robustness: Robustness) -> Table:
    ordered = robustness.contested.sort_values(["jobs", "name"], ascending=[False, True])
    shown = ordered.head(_MAX_ZONES)
    rows = []
    for zone, record in zip(shown.index, shown.to_dict("records"), strict=True):
        under = [facts.letters[i] for i in robustness.options if robustness.membership[i].loc[zone]]
        rows.append(
            cells(
                f"{record['name']} ({record['district']})",
                ", ".join(under),
                count(float(record["jobs"])),
                share(float(record["share_to_anchor"])),
                _by_letter(facts, str(record["decided_by"])),
            )
        )
    left = len(ordered) - len(rows)
    note = f"The largest by jobs; {plural(left, 'smaller one')} in the appendix." if left else ""
    return Table(
        "Zones on which the options disagree, and what decides",
        (
            Column("Zone (district)", numeric=False, weight=1.0),
            Column("Local under", numeric=False),
            Column("Jobs", "2011"),
            Column(f"Commute to {facts.council.anchor}", "% of commuters, 2011"),
            Column("What decides", numeric=False, weight=2.2),
        ),
        tuple(rows),
        note,
    )
