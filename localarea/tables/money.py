"""Amounts of money as people write them in tables."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_MONEY: Final = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?-?\Z")
_PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CREDIT: Final = r"(?i)^([^-(]*)CR$"  # what is owed to the payer: a refund
_DEBIT: Final = r"(?i)DR$"


@lru_cache(maxsize=1 << 14)
def read_amount(text: str) -> Decimal | None:
    """
    Parse one amount of money, exactly, as :func:`read_amounts`; None if it is none.

    Examples
    --------
    >>> read_amount("£1,234.50"), read_amount("(20)"), read_amount("7.5-"), read_amount("n/a")
    (Decimal('1234.50'), Decimal('-20'), Decimal('-7.5'), None)
    >>> read_amount("200.00 CR"), read_amount("200.00 DR")
    (Decimal('-200.00'), Decimal('200.00'))
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    plain = re.sub(r"£|GBP|\s", "", text).replace("\N{MINUS SIGN}", "-")
    plain = re.sub(_DEBIT, "", re.sub(_CREDIT, r"-\1", plain))
    plain = re.sub(r"^\((.*)\)$", r"-\1", plain)
    if not _MONEY.match(plain) or not re.search(r"\d", plain):
        return None
    if plain.endswith("-"):
        plain = "-" + plain.rstrip("-")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:  # a sign at both ends
        return None


def plain_amount(text: str) -> str:
    """
    Write an amount plainly, for what reads digits and a full stop alone.

    ``text``: as for :func:`read_amounts`. Without its pound sign, spaces and commas between
    thousands. Text that is no amount stays as it is: without its comma, ``1.250,50`` would be an
    amount, a thousand times too small.

    Examples
    --------
    >>> plain_amount("£1,234.50"), plain_amount("1.250,50"), plain_amount("1,25")
    ('1234.50', '1.250,50', '1,25')
    """
    amount = read_amount(text.strip())
    return text.strip() if amount is None else f"{amount:f}"


def read_amounts(texts: pd.Series) -> pd.Series[float]:
    """
    Parse amounts of money as people write them.

    Parameters
    ----------
    texts : pandas.Series, shape (n,)
        Numbers, or text with or without a pound sign, commas, and brackets, a leading or
        trailing minus or ``CR`` for a refund; ``DR`` says that it is none.

    Returns
    -------
    pandas.Series of float64, shape (n,)
        Amounts; NaN if a cell is not an amount, such as a truth value or an infinite number.

    Examples
    --------
    >>> import pandas as pd
    >>> read_amounts(pd.Series(["£1,234.50", "(20)", "7.5-", "n/a", 3])).tolist()
    [1234.5, -20.0, -7.5, nan, 3.0]
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(texts) and not pd.api.types.is_bool_dtype(texts):
        amounts = texts.astype(float)
    else:  # one rule for a cell and for a column: each text is read once
        plain = texts.astype(object).where(texts.notna(), "").astype(str)
        read = {text: read_amount(text) for text in plain.unique()}
        numbers = {text: np.nan if found is None else float(found) for text, found in read.items()}
        amounts = plain.map(numbers).astype(float)
    return amounts.where(np.isfinite(amounts))


def require_amounts(amounts: pd.Series[float], texts: pd.Series, column: str) -> int:
    """
    Count the cells that are not amounts; raise an error if none is.

    Parameters
    ----------
    amounts : pandas.Series of float64, shape (n,)
        From :func:`read_amounts`.
    texts : pandas.Series, shape (n,)
        The cells that they were parsed from.

    Raises
    ------
    InputError
        If no cell is an amount.
    """
    filled = texts.notna() & (texts.astype(str).str.strip() != "")
    if len(amounts) and filled.any() and not amounts.notna().any():
        first = str(texts[filled].iloc[0])[:40]
        raise InputError(f"column {column!r} has no amounts (its first cell is {first!r})")
    return int((filled & amounts.isna()).sum())
