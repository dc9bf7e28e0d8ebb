"""The report on spend as a document of plain blocks, which the formats of reports render."""

from __future__ import annotations

import re
import tempfile
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.options.zone_figures import attributions
from localarea.records import true_minus
from localarea.reports.cabinet.model import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Picture,
    Report,
    Table,
)
from localarea.reports.spend.pictures import share_of, write_bars, write_map
from localarea.reports.spend.tables import (
    BREAKDOWN_WORDS,
    STATE_WORDS,
    fault_table,
    file_table,
    status_table,
)
from localarea.spend.days import NO_DAY
from localarea.spend.document import notes_of, origins_of, who_decided
from localarea.spend.payments import MILLIONTHS, in_pounds, spoken
from localarea.spend.standing import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from localarea.datasets.store import DataStore
    from localarea.reports.spend.tables import SpendTable
    from localarea.spend.report import Line, Mover, SpendReport, UnderOption

_LINES: Final = 25  # of a breakdown; the workbook has them all
_MOVERS: Final = 10  # suppliers named for an option
_DIFFERING: Final = 25
_LISTED: Final = 40  # repeats and faults
# From so many pounds on, tables of six columns of money are in another unit, of so many pounds.
_SCALES: Final = ((10**8, "£ thousand", 1000), (10**6, "whole £", 1))
_LONG_WORD: Final = re.compile(r"\S{16}(?=\S{4})")
_TABLES: Final = ("postcodes", "districts_lad25", "zones_msoa11")


def spend_document(
    report: SpendReport,
    by: Sequence[str],
    *,
    author: str,
    dated: date,
    store: DataStore | None = None,
) -> Report:
    """Compose the document; nothing but its date depends on ``dated``."""
    blocks: list[Block] = [
        *_summary(report),
        *_breakdowns(report, by, store),
        *_options(report),
        *_doubts(report),
        *_sources(report, store),
    ]
    return Report(
        "How much of our spend is local?",
        f"Published payments: {_period(report)}",
        author,
        dated,
        tuple(blocks),
    )


def _period(report: SpendReport) -> str:
    names = [line.name for line in report.by["quarter"] if line.name != NO_DAY]
    if not names:
        return "without dates" if report.whole.rows else "none"
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _summary(report: SpendReport) -> list[Block]:
    whole = report.whole
    return [
        Heading("Summary"),
        Paragraph(
            f"{_local_of_all(whole, report.boundary.area)} "
            f"{spoken(whole.by_status['not_local'].amount)} went elsewhere in "
            "the United Kingdom. Unknown, redacted and foreign payees stand apart: they are in the "
            "whole of which the share is.",
        ),
        Paragraph(who_decided(report.boundary)),
        _as_table("All payments by status", status_table(report)),
        Bullets(tuple(notes_of(report))),
    ]


def _local_of_all(whole: Line, area: str) -> str:
    """Describe what is local of all; where refunds leave no share, one is not of the other."""
    local, paid = spoken(whole.by_status["local"].amount), spoken(whole.amount)
    if whole.local_share is None:
        return (
            f"Net of refunds, {local} went to suppliers in {area}, and {paid} in {whole.rows:,} "
            "payments to all: there is no share."
        )
    return (
        f"Of {paid} in {whole.rows:,} payments, {local} ({share_of(whole)}) went to suppliers in "
        f"{area}."
    )


def _breakdowns(report: SpendReport, by: Sequence[str], store: DataStore | None) -> list[Block]:
    made: list[Block] = []
    for name in by:
        lines, word = report.by[name], BREAKDOWN_WORDS[name]
        made.append(Heading(f"By {word.casefold()}"))
        if not lines:
            made.append(Paragraph("There are no payments."))
            continue
        if name in ("quarter", "category"):
            made.append(_bars(lines, f"by-{name}.png", f"Net spend by {word.casefold()}"))
        if name == "district":
            with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
                path = Path(folder) / "map.png"
                alt = write_map(report, path, store=store)
                said = "Net spend by district, around what is local"
                made.append(Picture("map.png", path.read_bytes(), alt, said, tallest_cm=15.0))
        made.append(_lines_table(f"Net spend by {word.casefold()}", word, lines))
    return made


def _bars(lines: Sequence[Line], name: str, title: str) -> Picture:
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / name
        alt = write_bars(lines, path, title)
        return Picture(name, path.read_bytes(), alt, title, tallest_cm=19.0)


def _lines_table(caption: str, word: str, lines: Sequence[Line]) -> Table:
    shown = lines[:_LINES]
    unit, money = _scale(shown)
    columns = (
        Column(word, numeric=False, weight=1.0),
        Column("Rows"),
        Column("Net", unit),
        *(Column(STATE_WORDS[state], unit) for state in STATES),
        Column("Local", "share"),
    )
    rows = [
        _cells(
            _breakable(line.name),
            f"{line.rows:,}",
            money(line.amount),
            *(money(line.by_status[state].amount) for state in STATES),
            share_of(line),
        )
        for line in shown
    ]
    return Table(caption, columns, tuple(rows), _left_out(len(lines), _LINES))


def _scale(lines: Sequence[Line]) -> tuple[str, Callable[[int], str]]:
    """Choose a unit in which six columns of money have room on a page, and how to write it."""
    parts = (part.amount for line in lines for part in line.by_status.values())
    largest = max([abs(each) for each in (*(line.amount for line in lines), *parts)], default=0)
    for least, unit, in_one in _SCALES:
        if largest >= least * MILLIONTHS:
            return unit, partial(_rounded, by=in_one * MILLIONTHS)
    return "£", in_pounds


def _rounded(amount: int, *, by: int) -> str:
    return true_minus(f"{(1 if amount >= 0 else -1) * ((abs(amount) + by // 2) // by):,}")


def _breakable(name: str) -> str:
    """Allow a word to break that is too long for a column."""
    return _LONG_WORD.sub("\\g<0>\u200b", name)


def _options(report: SpendReport) -> list[Block]:
    if not report.options:
        return []
    lines = [option.line for option in report.options]
    named = [
        type(line)(option.title, line.by_status)
        for option, line in zip(report.options, lines, strict=True)
    ]
    made: list[Block] = [
        Heading("Under each option"),
        Paragraph("The same payments, if another option decided what is local."),
        _bars(named, "by-option.png", "Net spend under each option"),
        _option_table(report.options),
    ]
    for option in report.options:
        if option.joining:
            made.append(Heading(f"Who becomes local: {option.title}", 2))
            made.append(_movers(f"Becomes local under {option.title}", option.joining))
    if report.contested:
        made.append(Heading("Who decides the difference", 2))
        made.append(_differing(report))
    return made


def _option_table(options: Sequence[UnderOption]) -> Table:
    columns = (
        Column("Option", numeric=False, weight=1.0),
        *(Column("Local", "£"), Column("Local", "share")),
        *(Column("Becomes local", "£"), Column("Stops being local", "£")),
    )
    rows = [
        _cells(
            option.title,
            in_pounds(option.line.by_status["local"].amount),
            share_of(option.line),
            in_pounds(option.becomes_local.amount),
            in_pounds(option.stops_local.amount),
        )
        for option in options
    ]
    return Table("What each option would change", columns, tuple(rows))


def _movers(caption: str, movers: Sequence[Mover]) -> Table:
    columns = (
        Column("Supplier", numeric=False, weight=2.0),
        Column("District", numeric=False, weight=1.0),
        *(Column("Rows"), Column("Net", "£")),
    )
    rows = [
        _cells(each.supplier, each.district, f"{each.paid.rows:,}", in_pounds(each.paid.amount))
        for each in movers[:_MOVERS]
    ]
    return Table(caption, columns, tuple(rows), _left_out(len(movers), _MOVERS))


def _differing(report: SpendReport) -> Table:
    columns = (
        Column("Supplier", numeric=False, weight=2.0),
        Column("District", numeric=False, weight=1.0),
        Column("Net", "£"),
        Column("Local under", "methods"),
    )
    rows = [
        _cells(
            each.supplier,
            each.district,
            in_pounds(each.paid.amount),
            report.methods_local(each),
        )
        for each in report.contested[:_DIFFERING]
    ]
    caption = "The largest suppliers that are local under some options and not under others"
    return Table(caption, columns, tuple(rows), _left_out(len(report.contested), _DIFFERING))


def _doubts(report: SpendReport) -> list[Block]:
    made: list[Block] = [Heading("What to look at")]
    if report.repeats:
        extra = spoken(sum(each.extra for each in report.repeats))
        said = (
            f"They agree in payee, day, amount, reference and category. They are counted; if all "
            f"but one of each were taken out, {extra} would go."
        )
        made.append(Note("Likely repeats of payments", said))
        columns = (
            Column("Supplier", numeric=False, weight=1.0),
            *(Column("Date", numeric=False), Column("Net", "£")),
            Column("Rows", numeric=False, weight=1.0),
        )
        rows = [
            _cells(
                each.supplier,
                each.date or "none",
                in_pounds(each.amount),
                ", ".join(f"{file} {row}" for file, row in each.rows[:4]),
            )
            for each in report.repeats[:_LISTED]
        ]
        note = _left_out(len(report.repeats), _LISTED)
        made.append(Table("Likely repeats", columns, tuple(rows), note))
    faults = fault_table(report)
    if faults.rows:
        made.append(_as_table("Cells that could not be read; their rows are counted", faults))
    if not report.repeats and not faults.rows:
        made.append(Paragraph("No likely repeats, and every amount and date could be read."))
    return made


def _sources(report: SpendReport, store: DataStore | None) -> list[Block]:
    origins = origins_of(report)
    said = [
        f"{origins['payments']['rows']:,} payments have the postcode of their own row, or none; "
        f"{origins['suppliers']['rows']:,} that of the list of suppliers; "
        f"{origins['registered_office']['rows']:,} that of a registered office.",
        f"Postcodes were looked up in the directory of {report.directory_date}, "
        f"for {report.boundary.area}.",
    ]
    return [
        Heading("Files and sources"),
        _as_table("How the rows of each file were used", file_table(report)),
        Bullets((*said, *attributions(_TABLES, store=store))),
    ]


def _as_table(caption: str, table: SpendTable) -> Table:
    columns = tuple(
        Column(
            heading.removesuffix(" (£)"),
            "£" if heading.endswith("(£)") else "",
            numeric=heading not in _WORDED,
            weight=1.0 if heading in _WORDED else 0.0,
        )
        for heading in table.headings
    )
    rows = tuple(_cells(*map(_text, row)) for row in table.rows[:_LISTED])
    return Table(caption, columns, rows, _left_out(len(table.rows), _LISTED))


_WORDED: Final = frozenset(
    [
        *("Status", "File", "Column", "What is wrong"),
        *("Amounts from", "Dates from", "Payees from", "Postcodes from"),
    ]
)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return true_minus(f"{value:,}") if isinstance(value, int | Decimal) else str(value)


def _cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text) for text in texts)


def _left_out(count: int, most: int) -> str:
    return f"And {count - most:,} more, which the workbook lists." if count > most else ""
