"""A figure, its change and the figure after it add up as they are shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localarea.comparison.figure_catalogue import FigureKind, write_change, write_figure
from localarea.service.pages.words import say_points, say_share

SHARES = st.floats(0, 1, allow_nan=False)
NUMBERS = st.floats(0, 1e7, allow_nan=False)


def shown(text: str) -> Decimal:
    plain = text.replace("\N{MINUS SIGN}", "-").replace(",", "")
    return Decimal(plain.removesuffix(" points").rstrip("%"))


@pytest.mark.parametrize("kind", ["count", "number", "minutes"])
@given(before=NUMBERS, after=NUMBERS)
def test_numbers_add_up(kind: FigureKind, before: float, after: float) -> None:
    change = write_change(before, after, kind)
    assert shown(write_figure(before, kind)) + shown(change) == shown(write_figure(after, kind))
    assert not change.startswith(("\N{MINUS SIGN}0", "+0")) or shown(change) != 0
    assert "-" not in change  # a hyphen is no minus sign


@given(before=SHARES, after=SHARES)
def test_shares_add_up(before: float, after: float) -> None:
    change = write_change(before, after, "share")
    assert shown(say_share(before)) + shown(change) == shown(say_share(after))
    assert say_points(after, before) == change


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        (12.6, 22.4, "count", "+9"),  # 13 and 22: "+10" of what lies behind them
        (0.7651, 0.7594, "share", "\N{MINUS SIGN}0.6 points"),  # 76.5%, 75.9%: not 0.7
        (1.1240, 1.1239, "number", "0"),  # never "-0.000"
        (28.5, 29.4, "minutes", "0"),  # both are 29
        (None, 1.0, "count", ""),
        (True, False, "yes_no", "changes"),
        (True, True, "yes_no", "no change"),  # never blank, as if it were not known
    ],
)
def test_changes_by_hand(before: object, after: object, kind: FigureKind, said: str) -> None:
    assert write_change(before, after, kind) == said
