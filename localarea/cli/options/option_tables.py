"""Print options on a terminal: one row per figure, as many option columns as fit."""

from __future__ import annotations

from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.table import Table
from rich.text import Text

from localarea.comparison.comparison import CHANGE_FIGURES
from localarea.comparison.documents import HOME_WORKER_RULE
from localarea.comparison.figure_catalogue import write_figure
from localarea.comparison.findings import all_pass
from localarea.comparison.metrics import figures_of
from localarea.comparison.tables import exposure_columns
from localarea.options.anchors.place import find_anchor
from localarea.options.figure_years import in_its_year, year_notes
from localarea.options.titles import join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from localarea.comparison.comparison import Comparison
    from localarea.comparison.figure_catalogue import Figure
    from localarea.comparison.tables import ExportTable
    from localarea.datasets.store import DataStore
    from localarea.options.council import Contested, Council
    from localarea.places.authorities import Authority
    from localarea.records import Option

_CELL = 11  # width of a column of figures in characters, including padding
_SHARE = 9  # characters of a share, and of the longest word above it
_WIDE = 100  # characters needed to show every column of changes
_NARROW_COLUMNS = 6  # columns of changes shown on a narrower terminal
_LEAST_NAME = 12  # characters of the column with the names of districts
_GAP = "  "  # between columns of figures
_LABEL = 34  # length of the longest heading in characters
# Dropped first on a narrow terminal.
_LEAST_NEEDED = ("live_postcodes", "enterprises_2022", "valid", "zones")
_NARROW = {  # headings broken by hand, so that nine columns fit in 100 characters
    "zones": "Zones",
    "population_2021": "Residents\n2021",
    "employed_residents": "Employed\nresidents",
    "jobs": "Jobs\n2011",
    "employees_2024": "Employee\njobs 2024",
    "enterprises_2022": "Enter-\nprises\n2022",
    "live_postcodes": "Live\npost-\ncodes",
    "commuters_to_anchor": "Commute\nto the\nanchor",
    "commuters_from_anchor": "Commute\nfrom the\nanchor",
}


def show_options(
    options: Sequence[Option], metrics: pd.DataFrame, council: Council, store: DataStore
) -> None:
    """Print options, their figures and their sources."""
    console = Console()
    console.print(Text(f"Options for {council.title}, measured from {council.anchor}"))
    read_as = find_anchor(council.anchor, "msoa11", store).note
    console.print(Text(f"  note: {read_as}\n" if read_as else ""))
    # One title per method is enough: the ids show how the others differ.
    plain = [o for o in options if not {"include", "exclude"} & set(o.parameters)]
    _print_titles(console, plain)
    for said in _suffixes(council.contested, [option.id for option in options]):
        console.print(Text(f"{said}\n"))
    _print_overview(console, metrics, council, store)
    _print_figures(console, metrics, figures_of(council, store=store))
    _print_basis(console, metrics.attrs.get("vintages", {}))


def _print_overview(
    console: Console, metrics: pd.DataFrame, council: Council, store: DataStore
) -> None:
    """Print the main figures, one line per option."""
    from localarea.reports.maps.html_tables import screen_tables, write_figures
    from localarea.reports.maps.options_page import brief_key, figures_shown

    figures = figures_shown(council, brief=True, store=store)
    texts = write_figures(metrics, figures)
    spare = [f.heading for f in figures if f.name in _LEAST_NEEDED]
    console.print(*screen_tables(texts, first="Option", width=console.width, spare=spare))
    console.print(Text(f"{brief_key(council)} {all_pass(metrics)}".rstrip() + "\n"))


def show_comparison(comparison: Comparison) -> None:
    """Print options side by side, with gains, losses and overlaps."""
    console = Console()
    _print_titles(console, comparison.options)
    _print_figures(console, comparison.metrics, comparison.figures)
    if all_pass(comparison.metrics):
        console.print(Text(f"{all_pass(comparison.metrics)}\n"))
    _print_changes(console, comparison)
    _print_figures(console, comparison.exposure, exposure_columns(comparison))
    _print_overlaps(console, comparison.overlaps)
    _print_basis(console, comparison.vintages)


def show_extra(caption: str, table: ExportTable) -> None:
    """Print a table that has one row per option, with a column per option."""
    console = Console()
    console.print(Text(caption))
    frame = table.frame.set_index("option")
    _print_figures(console, frame, table.figures)


def _print_titles(console: Console, options: Sequence[Option]) -> None:
    for option in options:
        console.print(Text(f"{option.id}: ", style="bold") + Text(option.title))
        for note in option.parameters.get("notes", ()):
            console.print(Text(f"  note: {note}"))
    console.print()


def _suffixes(contested: Sequence[Contested], ids: Sequence[str]) -> list[str]:
    """Explain the suffixes for places in dispute that an id has; those for reserving have none."""
    return [
        f"+{place.key}, -{place.key}: with the zones of {place.place}, without them"
        for place in contested
        if any(one.endswith((f"+{place.key}", f"-{place.key}")) for one in ids)
    ]


def _heading(option_id: str, room: int) -> list[str]:
    """Break an id at its signs, so that it fits a narrow column, and anywhere if it must."""
    parts = option_id.replace("+", "\n+").replace("-", "-\n").split("\n")
    return [piece for part in parts for piece in chop_cells(part, room) or [""]]


def _rjust(text: str, cells: int) -> str:
    return " " * (cells - cell_len(text)) + text


def _print_figures(console: Console, metrics: pd.DataFrame, figures: Sequence[Figure]) -> None:
    known = [f for f in figures if metrics[f.name].notna().any()]
    across = max(1, (console.width - _LABEL) // _CELL)
    across -= across % 2 if across > 2 else 0  # keep each "with" beside its "without"
    ids = list(metrics.index) if known else []
    for start in range(0, len(ids), across):
        part = _figure_table(metrics, known, ids[start : start + across], console)
        console.print(part, soft_wrap=True)  # its lines fit


def _figure_table(
    metrics: pd.DataFrame, figures: Sequence[Figure], ids: Sequence[str], console: Console
) -> Text:
    """Lay out a table by hand: Rich would take a third of the time of ``localarea options``."""
    width = console.width
    room = max(_CELL, width - _LEAST_NAME - len(_GAP))
    heads = [_heading(option_id, room) for option_id in ids]
    values = metrics.loc[list(ids), [figure.name for figure in figures]].astype(object)
    rows = [
        [write_figure(value, figure.kind) for value in values[figure.name]] for figure in figures
    ]
    wide = [
        max(map(cell_len, chain(head, column)))
        for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    ]
    label = width - sum(wide) - len(_GAP) * len(wide)
    label = min(max(label, _LEAST_NAME), max(1 + len(figure.heading) for figure in figures))

    def line(name: str, texts: Iterable[str]) -> str:
        cells = (_GAP + _rjust(text, most) for text, most in zip(texts, wide, strict=True))
        return "".join((name.ljust(label), *cells)) + "\n"

    table = Text()
    tallest = max(map(len, heads))
    for each in zip(*([""] * (tallest - len(head)) + head for head in heads), strict=True):
        table.append(line("", each), style="bold")
    rule = "-" if console.options.ascii_only else "─"
    table.append(rule * len(line("", [""] * len(wide)).rstrip("\n")) + "\n")
    group = ""
    for figure, texts in zip(figures, rows, strict=True):
        if figure.group != group:
            group = figure.group
            table.append(f"{group}\n", style="italic")
        first, *more = wrap(figure.heading, label - 1)
        table.append(line(f" {first}", texts))
        table.append("".join(f" {rest}\n" for rest in more))
    return table


def _print_changes(console: Console, comparison: Comparison) -> None:
    first = comparison.options[0].id
    if comparison.changes.empty:
        console.print(Text(f"No zone is gained or lost against {first}.\n"))
        return
    _print_gains(console, comparison.changes, "district", comparison.vintages)


def show_changes_by_council(changes: pd.DataFrame, vintages: Mapping[str, str]) -> None:
    """Print what is gained and lost by the councils of a day."""
    _print_gains(Console(), changes, "council", vintages)


def show_councils(
    options: Sequence[Option], councils: Mapping[str, Authority], store: DataStore
) -> None:
    """Print the councils of a day with zones inside each option."""
    from localarea.comparison.councils import councils_of_option

    for option in options:
        held = councils_of_option(option, councils, store=store)
        parts = (f"{c['name']} {c['zones_inside']} of {c['zones']}" for c in held)
        Console().print(Text(f"{option.id}: zones in {', '.join(parts)}"))


def _print_gains(
    console: Console, changes: pd.DataFrame, by: str, vintages: Mapping[str, str]
) -> None:
    figures = CHANGE_FIGURES if console.width >= _WIDE else CHANGE_FIGURES[:_NARROW_COLUMNS]
    for (first, option), rows in changes.groupby(["against", "option"], sort=False):
        console.print(Text(f"{option} against {first}, by {by}:"))
        columns = [_gains_column(figure, rows, vintages) for figure in figures]
        for shown in _side_by_side(columns, console.width - _LEAST_NAME):
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
            table.padding = (0, 0, 0, 1)
            table.add_column(by.capitalize(), overflow="fold", min_width=_LEAST_NAME)
            for heading, *_ in shown:
                table.add_column(Text(heading), justify="right", no_wrap=True)
            for name, *row in zip(rows[by], *(values for _, *values in shown), strict=True):
                table.add_row(Text(str(name)), *(Text(value) for value in row))
            table.add_row()
            console.print(table)
    if len(figures) < len(CHANGE_FIGURES):
        left_out = join_names([f.heading for f in CHANGE_FIGURES[len(figures) :]])
        console.print(
            Text(f"Left out for want of room: {left_out}; a wider terminal or --json has them.\n")
        )


def _gains_column(figure: Figure, rows: pd.DataFrame, vintages: Mapping[str, str]) -> list[str]:
    """Return the heading of a figure of who gains and loses, and its values with their signs."""
    signs = ("+" if change == "gained" else "-" for change in rows["change"])
    written = (write_figure(value, figure.kind) for value in rows[figure.name])
    words = _NARROW.get(figure.name, figure.heading)
    heading = in_its_year(words, figure.name, vintages)
    return [heading, *(sign + value for sign, value in zip(signs, written, strict=True))]


def _side_by_side(columns: Sequence[list[str]], width: int) -> list[list[list[str]]]:
    """Part columns of text into as few tables as hold them whole, in their order."""
    tables: list[list[list[str]]] = [[]]
    left = width
    for column in columns:
        needed = 2 + max(len(line) for text in column for line in text.split("\n"))
        if needed > left and tables[-1]:
            tables.append([])
            left = width
        tables[-1].append(column)
        left -= needed
    return tables


def _print_overlaps(console: Console, overlaps: pd.DataFrame) -> None:
    console.print(Text("Share of two options' union that is in both (Jaccard):"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in ("Option", "Other option"):
        table.add_column(heading, overflow="fold")
    for heading in ("by residents at work", "by jobs", "by area"):
        table.add_column(heading, justify="right", width=_SHARE)  # the ids have the room
    for pair in overlaps.itertuples(index=False):
        one, other, *shares = pair
        table.add_row(
            Text(one), Text(other), *(Text(write_figure(float(s), "share")) for s in shares)
        )
    table.add_row()
    console.print(table)


def _print_basis(console: Console, vintages: Mapping[str, str]) -> None:
    console.print(Text(HOME_WORKER_RULE))
    console.print(Text("The 2021 census was taken during lockdown, so commuting is understated."))
    for note in year_notes(vintages):
        console.print(Text(note))
    stated = ", ".join(f"{table} ({vintage})" for table, vintage in vintages.items())
    console.print(Text(f"Tables and their vintages: {stated}."))
