"""Figures, shares and dates as people read them: the filters of the templates."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from localarea.comparison.figure_catalogue import write_change
from localarea.options.titles import join_names
from localarea.records import british_day, true_minus, whole_minutes, write_pounds
from localarea.tables.finding.own_columns import REASON_WORDS
from localarea.tables.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOT_KNOWN: Final = "not known"
_LOCAL: Final = ZoneInfo("Europe/London")


def say_number(value: float | None, digits: int = 0) -> str:
    """Write a figure with thousands apart; what is missing is said."""
    if value is None or not math.isfinite(value):
        return NOT_KNOWN
    return true_minus(f"{value:,.{digits}f}")


def say_share(value: float | None, digits: int = 1) -> str:
    """Write a share as per cent."""
    return NOT_KNOWN if value is None or math.isnan(value) else true_minus(f"{value:.{digits}%}")


def say_points(after: float, before: float) -> str:
    """Write by how much a share changed, in percentage points: what is shown adds up."""
    return write_change(before, after, "share")


def say_day(value: str | date | None) -> str:
    """Write a day as ``1 April 2026``; of a time, the day in the United Kingdom."""
    if not value:
        return "until further notice"
    if isinstance(value, str):
        timed = len(value) > len("2026-04-01")
        value = british_day(datetime.fromisoformat(value)) if timed else date.fromisoformat(value)
    return f"{value.day} {value:%B %Y}"


def say_month(value: str) -> str:
    """Write a month such as ``2025-11`` as ``November 2025``."""
    return f"{date.fromisoformat(value[:7] + '-01'):%B %Y}"


def say_time(value: str) -> str:
    """Write a time, kept in UTC, as people in the United Kingdom read it on their clocks."""
    moment = datetime.fromisoformat(value).astimezone(_LOCAL)
    hour = moment.hour % 12 or 12
    return f"{say_day(moment.date())} at {hour}:{moment:%M}{'am' if moment.hour < 12 else 'pm'}"


def say_money(value: Decimal | float | str) -> str:
    """Write an amount in pounds and pence."""
    return write_pounds(Decimal(str(value)))


def say_amount(text: str) -> str:
    """Format an amount as it stands in a file as money; leave other text as it is."""
    found = read_amount(text or "")
    return (text or "") if found is None else say_money(found)


def say_code(value: str) -> str:
    """Write a word of the record, such as ``put_forward``, with spaces."""
    return value.replace("_", " ")


def say_minutes(value: float | None) -> str:
    """Write whole minutes, rounded as in every sentence; a dash for what is not known."""
    if value is None or value != value or value == float("inf"):
        return say_number(None)
    count = whole_minutes(value)
    return f"about {count:,} {'minute' if count == 1 else 'minutes'}"


_ANSWERS: Final = {"local": "Local", "not_local": "Not local", "unknown": "Unknown"}


def say_answer(status: str) -> str:
    """Write a status as people say it."""
    return _ANSWERS.get(status, status)


def say_reason(reason: str) -> str:
    """Write the code of a reason as a label."""
    plain = say_code(reason)
    return REASON_WORDS.get(reason, plain[:1].upper() + plain[1:])


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "number": say_number,
    "minutes": say_minutes,
    "share": say_share,
    "points": say_points,
    "day": say_day,
    "month": say_month,
    "moment": say_time,
    "names": join_names,
    "money": say_money,
    "amount": say_amount,
    "words": say_code,
    "answer": say_answer,
    "reason": say_reason,
}
