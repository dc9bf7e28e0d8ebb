"""Write a comparison as one plain, accessible HTML page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, StrictUndefined

from localarea.comparison.figure_catalogue import write_figure
from localarea.comparison.tables import (
    OVERLAP_HEADINGS,
    change_figures,
    column_heading,
    comparison_tables,
    exposure_columns,
    figure_columns,
    industry_figures,
    option_titles,
)
from localarea.options.zone_figures import attributions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from jinja2 import Template

    from localarea.comparison.comparison import Comparison
    from localarea.comparison.tables import ExportTable
    from localarea.datasets.store import DataStore


class _Row(NamedTuple):
    first: str
    words: list[str]
    numbers: list[str]
    group: str = ""  # heading above the row


class _Table(NamedTuple):
    """A table with columns of words first and columns of numbers after them."""

    heading: str
    caption: str
    words: list[str]
    numbers: list[str]
    rows: list[_Row]
    if_empty: str = ""  # what stands in the place of a table without rows


def write_page(
    comparison: Comparison,
    path: Path,
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> None:
    """Write a comparison as a self-contained page, to a path that ends in ``.html``."""
    text = comparison_page(comparison, extras=extras, store=store)
    path.write_text(text, encoding="utf-8", newline="\n")


def comparison_page(
    comparison: Comparison,
    *,
    before: str = "",
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> str:
    """
    Render a comparison as HTML.

    ``before``: HTML to insert between the list of options and the figures, such as a map. Returns a
    complete document without scripts of its own; every name is escaped.
    """
    tables = (*comparison_tables(comparison), *extras)
    titles = option_titles(comparison)
    figures = (*(f for table in tables for f in table.figures), *figure_columns(comparison))
    return _template().render(
        title=f"Options for what is local to {comparison.options[0].anchor}",
        options=comparison.options,
        before=before,
        tables=[*_tables(comparison), *(_extra_table(table, titles) for table in extras)],
        definitions={figure.heading: figure.definition for figure in figures},
        vintages=", ".join(f"{table} ({v})" for table, v in comparison.vintages.items()),
        sources=" ".join(attributions(comparison.vintages, store=store)),
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    source = files("localarea.reports.comparison").joinpath("comparison.html.j2")
    return environment.from_string(source.read_text(encoding="utf-8"))


def _tables(comparison: Comparison) -> Iterator[_Table]:
    titles, moves = option_titles(comparison), change_figures(comparison)
    ids, names = [*titles], [*titles.values()]
    yield _Table("Figures", "Figures of each option", ["Figure"], names, _figures(comparison))
    changes = [
        _Row(
            titles[str(change["option"])],
            [str(change["change"]), str(change["district"])],
            [write_figure(change[f.name], f.kind) for f in moves],
        )
        for change in comparison.changes.to_dict("records")
    ]
    yield _Table(
        f"Gained and lost compared with “{names[0]}”",
        "Gains and losses by district",
        ["Option", "Change", "District"],
        [f.heading for f in moves],
        changes,
        if_empty="No zone is gained or lost.",
    )
    wide = comparison.jobs_by_industry.pivot_table(
        index="industry", columns="option", values="employees_2024", sort=False
    )
    yield _Table(
        f"Jobs by industry, compared with “{names[0]}”",
        f"{industry_figures(comparison)[0].heading} in each option",
        ["Industry"],
        names,
        [
            _Row(str(name), [], [write_figure(float(wide.loc[name, i]), "count") for i in ids])
            for name in wide.index
        ],
    )
    exposure = comparison.exposure
    yield _Table(
        "Whose labour market is inside",
        "Exposure of each option",
        ["Figure"],
        names,
        [
            _Row(f.heading, [], [write_figure(value, f.kind) for value in exposure[f.name]])
            for f in exposure_columns(comparison)
        ],
    )
    overlaps = [
        _Row(
            titles[str(pair["option"])],
            [titles[str(pair["other"])]],
            [write_figure(pair[name], "share") for name in OVERLAP_HEADINGS],
        )
        for pair in comparison.overlaps.to_dict("records")
    ]
    caption = "Share of two options' union that is in both"
    words, numbers = ["Option", "Other option"], [*OVERLAP_HEADINGS.values()]
    yield _Table("How far the options overlap", caption, words, numbers, overlaps)


def _figures(comparison: Comparison) -> list[_Row]:
    rows, group = [], ""
    for figure in figure_columns(comparison):
        numbers = [write_figure(v, figure.kind) for v in comparison.metrics[figure.name]]
        rows.append(
            _Row(figure.heading, [], numbers, figure.group if figure.group != group else "")
        )
        group = figure.group
    return rows


def _extra_table(table: ExportTable, titles: Mapping[str, str]) -> _Table:
    figures = {figure.name: figure for figure in table.figures}
    words = [str(name) for name in table.frame.columns if name not in figures]
    numbers = [str(name) for name in table.frame.columns if name in figures]
    frame = table.frame
    if "option" in words:
        frame = frame.assign(option=[titles.get(i, i) for i in frame["option"]])
    rows = [
        _Row(
            write_figure(row[words[0]], "text"),
            [write_figure(row[name], "text") for name in words[1:]],
            [write_figure(row[name], figures[name].kind) for name in numbers],
        )
        for row in frame.to_dict("records")
    ]
    heads = [[column_heading(n, table.figures) for n in names] for names in (words, numbers)]
    return _Table(table.title, table.title, heads[0], heads[1], rows)
