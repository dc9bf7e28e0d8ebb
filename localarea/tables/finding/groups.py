"""Which address a column is of where its own header does not say, such as the second "Postcode"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.tables.columns import header_rank
from localarea.tables.finding.headers import address_kind, is_address_line

if TYPE_CHECKING:
    from collections.abc import Sequence


def told_apart(headers: Sequence[str], above: Sequence[str] = ()) -> tuple[str, ...]:
    """
    Name each column, those of postcodes by the address that they are part of.

    Only where several columns of postcodes do not say which address they are of: one of them
    needs no telling apart.

    Parameters
    ----------
    headers : sequence of str
        Headers as written; empty for columns that must not be used.
    above : sequence of str
        Cells of the row above the header, whose titles reach over the blank cells to their right.

    Returns
    -------
    tuple of str
        The headers, with what stands above them or, failing that, to their left before them.

    Examples
    --------
    >>> told_apart(["Name", "Postcode", "Postcode"], ["Firm", "Registered office", "Trading"])
    ('Name', 'Registered office: Postcode', 'Trading: Postcode')
    >>> told_apart(["Head office address", "Postcode", "Site address", "Town", "Postcode"])[4]
    'Site address: Postcode'
    """
    bare = [i for i, h in enumerate(headers) if header_rank(h) and address_kind(h) == "plain"]
    if len(bare) < 2:
        return tuple(headers)
    titles = _titles(above, len(headers))
    named = list(headers)
    for at in bare:
        title = titles[at] if address_kind(titles[at]) != "plain" else _to_the_left(headers, at)
        if title:
            named[at] = f"{title.strip()}: {headers[at].strip()}"
    return tuple(named)


def _titles(above: Sequence[str], width: int) -> list[str]:
    """Return the title over each column; one title alone is that of the whole table."""
    if sum(bool(cell.strip()) for cell in above) < 2:
        return [""] * width
    found, last = [], ""
    for cell in [*above, *[""] * width][:width]:
        last = cell if cell.strip() else last
        found.append(last)
    return found


def _to_the_left(headers: Sequence[str], at: int) -> str:
    """Return the line of an address that a postcode ends, if it says which address that is."""
    for header in reversed(headers[:at]):
        if header_rank(header) or not is_address_line(header):
            return ""
        if address_kind(header) != "plain":
            return header
    return ""
