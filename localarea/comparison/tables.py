"""The tables of a comparison, in the order in which files hold them, and column headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.comparison.comparison import CHANGE_FIGURES, Comparison
from localarea.comparison.exposure import exposure_figures
from localarea.comparison.figure_catalogue import Figure, date_figures, name_anchor
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.comparison.robustness import Robustness
    from localarea.datasets.store import DataStore

_SHARED: Final = "What two options share, of what they hold together"
OVERLAP_FIGURES: Final = (
    Figure(
        "jaccard_workers", "Overlap by employed residents (Jaccard)", "share", _SHARED,
        "Employed residents of the zones of both, divided by those of the zones of either.",
    ),
    Figure(
        "jaccard_jobs", "Overlap by jobs (Jaccard)", "share", _SHARED,
        "Jobs in the zones of both, divided by those in the zones of either.",
    ),
    Figure(
        "jaccard_area", "Overlap by area (Jaccard)", "share", _SHARED,
        "Area of the zones of both, divided by that of the zones of either.",
    ),
)  # fmt: skip
INDUSTRY_FIGURES: Final = (
    Figure(
        "employees_2024", "Employee jobs 2024", "count", "Jobs by industry",
        "Employees by place of work in the option (BRES 2024, provisional).",
    ),
    Figure(
        "gained", "Gained against the first", "count", "Jobs by industry",
        "Employee jobs in zones that only this option has.",
    ),
    Figure(
        "lost", "Lost against the first", "count", "Jobs by industry",
        "Employee jobs in zones that only the first option has.",
    ),
)  # fmt: skip
ROBUSTNESS_FIGURES: Final = (
    Figure("n_local", "Options with it inside", "count", "Agreement", "Options that hold it."),
    Figure("n_options", "Options", "count", "Agreement", "Options compared."),
    Figure(
        "live_postcodes", "Live postcodes", "count", "Agreement", "Postcodes in use in the zone."
    ),
    Figure(
        "employed_residents", "Employed residents (persons)", "count", "Agreement",
        "People at work who live in the zone (2011).",
    ),
    Figure("jobs", "Jobs 2011", "count", "Agreement", "People at work in the zone (2011)."),
    Figure(
        "share_to_anchor", "Commuters who go to the anchor", "share", "Agreement",
        "Of those who travel to a workplace in England and Wales (2011).",
    ),
    Figure(
        "minutes", "Minutes to the anchor", "minutes", "Agreement",
        "Door to door by car on free-flowing roads."
    ),
)  # fmt: skip
REPLAY_FIGURES: Final = (
    Figure("rows", "Rows", "count", "Replay", "Rows of the file."),
    Figure("local_rows", "Rows local", "count", "Replay", "Rows whose postcode is local."),
    Figure(
        "unknown_rows", "Rows unknown", "count", "Replay",
        "Rows whose postcode cannot be read, is not in the directory or has no location.",
    ),
    Figure("amount", "Amount", "count", "Replay", "Sum of the amounts, in the file's unit."),
    Figure("local_amount", "Amount local", "count", "Replay", "Sum of the local rows."),
    Figure(
        "local_share", "Share of the amount local", "share", "Replay",
        "Local amount divided by the total amount.",
    ),
    Figure(
        "becomes_local_amount", "Amount that becomes local", "count", "Replay",
        "Sum of the rows that are local under this option but not under the first.",
    ),
    Figure(
        "stops_local_amount", "Amount that stops being local", "count", "Replay",
        "Sum of the rows that are local under the first option but not under this one.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ExportTable:
    """
    One table of an exported file.

    Attributes
    ----------
    name : str
        Name in the column ``table`` of a CSV file, and of a layer.
    title : str
        Title of a sheet or heading; at most 31 characters.
    frame : pandas.DataFrame
        The rows; columns that are not figures identify the row.
    """

    name: str
    title: str
    frame: pd.DataFrame
    figures: tuple[Figure, ...] = field(default=())


def comparison_tables(comparison: Comparison) -> tuple[ExportTable, ...]:
    """
    List the tables of a comparison, except its figures.

    Changes by district and by zone, jobs by industry, exposure and overlaps.
    """
    exposure = comparison.exposure.reset_index(names="option")
    changed, exposed = change_figures(comparison), exposure_columns(comparison)
    by_zone = tuple(f for f in changed if f.name != "zones")
    return (
        ExportTable("changes", "Gained and lost", comparison.changes, changed),
        ExportTable(
            "changes_by_zone", "Gained and lost by zone", comparison.changes_by_zone, by_zone
        ),
        ExportTable(
            "jobs_by_industry", "Jobs by industry", comparison.jobs_by_industry,
            industry_figures(comparison),
        ),
        ExportTable("exposure", "Exposure", exposure, exposed),
        ExportTable(
            "overlaps", "Overlap", comparison.overlaps.rename(columns={"other": "against"}),
            OVERLAP_FIGURES,
        ),
    )  # fmt: skip


def councils_table(comparison: Comparison, by_council: pd.DataFrame) -> ExportTable:
    """Return the table of what is gained and lost by the councils of a day."""
    figures = change_figures(comparison)
    named = by_council.rename(columns={"council": "name"})
    return ExportTable("changes_by_council", "Gained and lost by council", named, figures)


def change_figures(comparison: Comparison) -> tuple[Figure, ...]:
    """List the figures of what is gained and lost, with the anchor and the years named."""
    anchor = spoken_name(comparison.options[0].anchor)
    named = (name_anchor(figure, anchor) for figure in CHANGE_FIGURES)
    return date_figures(named, comparison.vintages)


def industry_figures(comparison: Comparison) -> tuple[Figure, ...]:
    """List the figures of jobs by industry, with their year named."""
    return date_figures(INDUSTRY_FIGURES, comparison.vintages)


def exposure_columns(comparison: Comparison) -> tuple[Figure, ...]:
    """List the figures of whose labour market is inside, with the anchor named."""
    anchor = spoken_name(comparison.options[0].anchor)
    return tuple(name_anchor(f, anchor) for f in exposure_figures(comparison.exposure))


def option_titles(comparison: Comparison) -> dict[str, str]:
    """Return the title of each option by its id, which follows where two have the same title."""
    titles = [option.title for option in comparison.options]
    return {
        option.id: option.title
        if titles.count(option.title) == 1
        else f"{option.title} ({option.id})"
        for option in comparison.options
    }


def with_titles(frame: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """
    Add the titles of the options to a table that has their ids.

    Parameters
    ----------
    frame : pandas.DataFrame
        Table with the ids in ``option``, ``against`` or both, or in neither.
    titles : mapping of str to str
        Title of each option by its id.

    Returns
    -------
    pandas.DataFrame
        The same rows, with ``option_title`` and ``against_title`` as the last columns. An
        id without a title is its own.
    """
    named = [name for name in ("option", "against") if name in frame.columns]
    added = {f"{name}_title": [titles.get(i, i) for i in frame[name]] for name in named}
    return frame.assign(**added)


def robustness_table(robustness: Robustness) -> ExportTable:
    """
    Build the table of agreement between options on each zone.

    One row per zone, with ``standing`` and, on the fringe, ``decided_by``.
    """
    frame = robustness.zones.join(robustness.contested["decided_by"])
    return ExportTable("robustness", "Agreement on zones", frame.reset_index(), ROBUSTNESS_FIGURES)


def replay_table(by_option: pd.DataFrame) -> ExportTable:
    """
    Build the table of a replayed spend file.

    Parameters
    ----------
    by_option : pandas.DataFrame
        The attribute ``by_option`` of a ``Replay``.
    """
    return ExportTable("replay", "Spend replayed", by_option.reset_index(), REPLAY_FIGURES)


def sources_frame(vintages: Mapping[str, str], *, store: DataStore) -> pd.DataFrame:
    """
    List the sources of a file.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``title``, ``vintage``, ``source``, ``licence`` and ``attribution``.
    """
    infos = [store.info(name) for name in vintages]
    return pd.DataFrame(
        {
            "table": [info.name for info in infos],
            "title": [info.title for info in infos],
            "vintage": [info.vintage for info in infos],
            "source": [info.source for info in infos],
            "licence": [info.licence for info in infos],
            "attribution": [info.attribution for info in infos],
        }
    )


def column_heading(name: str, figures: Sequence[Figure]) -> str:
    """
    Return the heading of a column.

    The figure's heading, or the name capitalised and without underscores.
    """
    named = {figure.name: figure.heading for figure in figures}
    fixed = {"msoa11cd": "Zone (MSOA 2011)", "lad25cd": "District code (2025)"}
    return named.get(name) or fixed.get(name) or name.replace("_", " ").capitalize()


TIDY_COLUMNS: Final = (
    "table",
    "option",
    "against",
    "lad25cd",
    "district",
    "change",
    "figure",
    "heading",
    "value",
    "msoa11cd",
    "name",
    "industry",
    "option_title",
    "against_title",
)


OVERLAP_HEADINGS: Final = {figure.name: figure.heading for figure in OVERLAP_FIGURES}


def tidy_comparison(comparison: Comparison, extras: Sequence[ExportTable] = ()) -> pd.DataFrame:
    """
    Combine all figures of a comparison in one long table, one figure per row.

    Returns
    -------
    pandas.DataFrame
        Columns ``table`` (``figures``, ``changes``, ``changes_by_zone``,
        ``jobs_by_industry``, ``exposure``, ``overlaps``, and the names of those added),
        ``option``, ``against``, ``lad25cd``, ``district``, ``change``, ``figure``,
        ``heading``, ``value``, ``msoa11cd``, ``name``, ``industry``, ``option_title`` and
        ``against_title``; what does not apply is missing. Shares are fractions.
    """
    metrics = comparison.metrics.astype(float).reset_index(names="option")
    figures = ExportTable("figures", "Figures", metrics, comparison.figures)
    long = [_long(table) for table in (figures, *comparison_tables(comparison), *extras)]
    titles = option_titles(comparison)
    long = [with_titles(part, titles) for part in long]
    filled = [part.reindex(columns=list(TIDY_COLUMNS)).astype(object) for part in long]
    return pd.concat(filled, ignore_index=True)


def _long(table: ExportTable) -> pd.DataFrame:
    headings = {figure.name: figure.heading for figure in table.figures}
    keys = [name for name in table.frame.columns if name in TIDY_COLUMNS and name not in headings]
    long = table.frame.melt(keys, list(headings), var_name="figure", ignore_index=False)
    long["heading"] = [headings[name] for name in long["figure"]]
    # Figures of one option stay together.
    return long.sort_index(kind="stable").assign(table=table.name)


def figure_columns(comparison: Comparison) -> list[Figure]:
    """List the figures that are known for at least one option."""
    known = comparison.metrics.notna().any()
    return [f for f in comparison.figures if known[f.name]]
