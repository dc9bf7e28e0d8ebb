"""Section on past spend: what would have been local under each option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.reports.cabinet.model import Block, Cell, Column, Heading, Paragraph, Table
from localarea.reports.cabinet.wording import count, plural, share

if TYPE_CHECKING:
    from localarea.checking.payments import SpendFile
    from localarea.reports.cabinet.facts import Facts

_ROWS = (
    ("spend_local_rows", Column("Rows that are local"), count),
    ("spend_unknown_rows", Column("Rows unknown"), count),
)
_AMOUNTS = (
    ("spend_local_amount", Column("Amount that is local"), count),
    ("spend_local_share", Column("Share of the amount", "%"), share),
    ("spend_becomes_local_amount", Column("Becomes local"), count),
    ("spend_stops_local_amount", Column("Stops being local"), count),
)


def replayed(facts: Facts) -> tuple[Block, ...]:
    """
    Describe the spend that would have been local.

    A table, or a sentence if no file was given.
    """
    head = Heading("Past spend replayed")
    if facts.spend is None:
        return (head, Paragraph("No spend file was given, so none was checked."))
    first = facts.letters[facts.options[0].id]
    shown = _ROWS + (_AMOUNTS if facts.spend.amount_header else ())
    rows = tuple(
        (
            Cell(facts.label(option.id)),
            *(Cell(write(facts.row(option.id)[name])) for name, _, write in shown),
        )
        for option in facts.options
    )
    columns = (Column("Option", numeric=False, weight=1.0), *(column for _, column, _ in shown))
    note = f"Becomes and stops: compared with option {first}. Amounts as in the file."
    return (
        head,
        Paragraph(_what(facts.spend), keep=True),
        Table("The spend file under each option", columns, rows, note),
    )


def _what(spend: SpendFile) -> str:
    sentences = [
        f"Every row of {spend.name} ({plural(len(spend.frame), 'row')}) was checked under each "
        f"option by its postcode (column “{spend.postcode_header}”)."
    ]
    if spend.amount_header:
        sentences.append(f"Amounts are those of the column “{spend.amount_header}”.")
        if spend.unread:
            sentences.append(
                f"{plural(spend.unread, 'amount')} could not be read and count as zero."
            )
    else:
        sentences.append("It has no amount column, so rows are counted.")
    sentences.append(
        "A row is unknown if its postcode is missing, cannot be read, is not in the directory "
        "or "
        "is only an outward code that is partly local. The postcode says where the file places a "
        "supplier, which need not be where the work is done."
    )
    return " ".join(sentences)
