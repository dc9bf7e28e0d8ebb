"""Write a comparison as one plain, accessible HTML page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import write_figure
from localarea.comparison.tables import (
    OVERLAP_HEADINGS,
    change_figures,
    column_heading,
    comparison_tables,
    exposure_columns,
    figure_columns,
    option_titles,
)
from localarea.options.zone_figures import attributions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from localarea.comparison.comparison import Comparison
    from localarea.comparison.tables import ExportTable
    from localarea.datasets.store import DataStore

_STYLE: Final = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #16181d; background: #fff;
  max-width: 90rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.scroll { overflow-x: auto; } .scroll:focus { outline: 3px solid #0b5fff; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem 0; color: #454a54; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid #c9ccd3; text-align: right;
  vertical-align: top; }
th { font-weight: 600; } th[scope=row], th.word, td.word { text-align: left; }
th[scope=row] { min-width: 14rem; } thead th { min-width: 6rem; }
thead th { border-bottom: 2px solid #16181d; } th.group { padding-top: 1rem; text-align: left; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
@media print { body { max-width: none; padding: 0; } .scroll { overflow: visible; } }
"""


def write_page(
    comparison: Comparison,
    path: Path,
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> None:
    """
    Write a comparison as a self-contained page.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    path : pathlib.Path
        File to write, ending in ``.html``.
    extras : sequence of ExportTable
        Tables to add.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.
    """
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

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    before : str, default ""
        HTML to insert between the list of options and the figures, such as a map.
    extras : sequence of ExportTable
        Tables to add.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    str
        A complete document without scripts of its own; every name is escaped.
    """
    anchor, first = escape(comparison.options[0].anchor), escape(comparison.options[0].title)
    title = f"Options for what is local to {anchor}"
    body = "\n".join(
        [
            f"<h1>{title}</h1>",
            _options_list(comparison),
            before,
            "<h2>Figures</h2>",
            _figures_table(comparison),
            f"<h2>Gained and lost compared with “{first}”</h2>",
            _changes_table(comparison),
            f"<h2>Jobs by industry, compared with “{first}”</h2>",
            _industries_table(comparison),
            "<h2>Whose labour market is inside</h2>",
            _exposure_table(comparison),
            "<h2>How far the options overlap</h2>",
            _overlaps_table(comparison),
            *(
                f"<h2>{escape(table.title)}</h2>{_extra_table(table, option_titles(comparison))}"
                for table in extras
            ),
            "<h2>What the figures mean</h2>",
            _definitions(comparison, extras),
            f"<p>{escape(' '.join(attributions(comparison.vintages, store=store)))}</p>",
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _options_list(comparison: Comparison) -> str:
    items = (
        f"<dt>{escape(o.title)}</dt><dd>{escape(o.description + '. ' if o.description else '')}"
        f"In commands: <code>{escape(o.id)}</code></dd>"
        for o in comparison.options
    )
    return f"<dl>{''.join(items)}</dl>"


def _table(caption: str, words: Sequence[str], numbers: Sequence[str], rows: Iterable[str]) -> str:
    """Build a table with columns of words first and columns of numbers after them."""
    head = "".join(f'<th scope="col" class="word">{escape(h)}</th>' for h in words)
    head += "".join(f'<th scope="col">{escape(h)}</th>' for h in numbers)
    # A table wider than the screen scrolls on its own, and is reachable by keyboard.
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(first: str, words: Sequence[str], numbers: Sequence[str]) -> str:
    cells = [f'<th scope="row">{escape(first)}</th>']
    cells += [f'<td class="word">{escape(word)}</td>' for word in words]
    cells += [f"<td>{escape(number)}</td>" for number in numbers]
    return f"<tr>{''.join(cells)}</tr>"


def _figures_table(comparison: Comparison) -> str:
    rows, group = [], ""
    width = len(comparison.options) + 1
    for figure in figure_columns(comparison):
        if figure.group != group:
            group = figure.group
            head = f'<th class="group" colspan="{width}" scope="rowgroup">{escape(group)}</th>'
            rows.append(f"<tr>{head}</tr>")
        values = comparison.metrics[figure.name]
        rows.append(_row(figure.heading, [], [write_figure(v, figure.kind) for v in values]))
    return _table("Figures of each option", ["Figure"], _titles(comparison), rows)


def _changes_table(comparison: Comparison) -> str:
    if comparison.changes.empty:
        return "<p>No zone is gained or lost.</p>"
    titles, figures = option_titles(comparison), change_figures(comparison)
    rows = [
        _row(
            titles[str(change["option"])],
            [str(change["change"]), str(change["district"])],
            [write_figure(change[f.name], f.kind) for f in figures],
        )
        for change in comparison.changes.to_dict("records")
    ]
    words, numbers = ["Option", "Change", "District"], [f.heading for f in figures]
    return _table("Gains and losses by district", words, numbers, rows)


def _industries_table(comparison: Comparison) -> str:
    ids = [option.id for option in comparison.options]
    wide = comparison.jobs_by_industry.pivot_table(
        index="industry", columns="option", values="employees_2024", sort=False
    )
    rows = [
        _row(str(industry), [], [write_figure(float(wide.loc[industry, i]), "count") for i in ids])
        for industry in wide.index
    ]
    return _table("Employee jobs 2024 in each option", ["Industry"], _titles(comparison), rows)


def _exposure_table(comparison: Comparison) -> str:
    rows = [
        _row(figure.heading, [], [write_figure(v, figure.kind) for v in values])
        for figure, values in (
            (f, comparison.exposure[f.name]) for f in exposure_columns(comparison)
        )
    ]
    return _table("Exposure of each option", ["Figure"], _titles(comparison), rows)


def _overlaps_table(comparison: Comparison) -> str:
    titles = option_titles(comparison)
    rows = [
        _row(
            titles[str(pair["option"])],
            [titles[str(pair["other"])]],
            [write_figure(pair[name], "share") for name in OVERLAP_HEADINGS],
        )
        for pair in comparison.overlaps.to_dict("records")
    ]
    words, numbers = ["Option", "Other option"], [*OVERLAP_HEADINGS.values()]
    return _table("Share of two options' union that is in both", words, numbers, rows)


def _titles(comparison: Comparison) -> list[str]:
    return list(option_titles(comparison).values())


def _extra_table(table: ExportTable, titles: Mapping[str, str]) -> str:
    figures = {figure.name: figure for figure in table.figures}
    words = [str(name) for name in table.frame.columns if name not in figures]
    numbers = [str(name) for name in table.frame.columns if name in figures]
    frame = table.frame
    if "option" in words:
        frame = frame.assign(option=[titles.get(i, i) for i in frame["option"]])
    rows = [
        _row(
            write_figure(row[words[0]], "text"),
            [write_figure(row[name], "text") for name in words[1:]],
            [write_figure(row[name], figures[name].kind) for name in numbers],
        )
        for row in frame.to_dict("records")
    ]
    heads = [[column_heading(n, table.figures) for n in names] for names in (words, numbers)]
    return _table(table.title, heads[0], heads[1], rows)


def _definitions(comparison: Comparison, extras: Sequence[ExportTable]) -> str:
    tables = (*comparison_tables(comparison), *extras)
    all_figures = (*(f for table in tables for f in table.figures), *figure_columns(comparison))
    figures = {f.heading: f.definition for f in all_figures}
    items = (f"<dt>{escape(h)}</dt><dd>{escape(d)}</dd>" for h, d in figures.items())
    vintages = ", ".join(f"{table} ({v})" for table, v in comparison.vintages.items())
    return (
        f"<dl>{''.join(items)}</dl><p>People who work at home or at no fixed place count as "
        "working where they live. The 2021 census was taken during lockdown, so it understates "
        f"commuting.</p><p>Tables and their vintages: {escape(vintages)}.</p>"
    )
