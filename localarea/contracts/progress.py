"""
How far a contract has come on a day: what is expected by now, what is late, what is at risk.

A pledge is expected in the steps of the milestones of its measure; without any, quarter by quarter
where it was pledged so; otherwise evenly over the days of the contract. Shares and ratios are not
spread. Delivery is judged up to the last quarter whose return holds or is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from localarea.contracts.quarters import quarter_days
from localarea.contracts.standing import standing, target_of
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS
from localarea.records import true_minus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from localarea.contracts.kept import KeptReturn
    from localarea.contracts.model import Contract
    from localarea.contracts.standing import Series

DUE_DAYS: Final = 30  # after the end of a quarter
BEHIND: Final = Decimal("0.8")  # of what is expected; less is at risk
_CENT: Final = Decimal("0.01")

QuarterState = Literal["accepted", "sent", "returned", "late", "due", "not yet"]


@dataclass(frozen=True, slots=True)
class QuarterOfReturn:
    """
    A quarter of a contract and how far its return has come.

    Attributes
    ----------
    due : datetime.date
        Last day on which the return is in time.
    state : str
        ``accepted``, ``sent`` (it waits), ``returned`` (to be put right), ``late``, ``due`` (the
        quarter has ended) or ``not yet``.
    counts : bool
        Whether an accepted version is among the figures.
    """

    quarter: str
    due: date
    state: QuarterState
    version: int | None
    counts: bool
    late: bool


def quarters_on(contract: Contract, kept: Iterable[KeptReturn], on: date) -> list[QuarterOfReturn]:
    """
    Say of each quarter of a contract how far its return has come.

    ``kept``: every version of every return of the contract, in the order of the versions.
    """
    newest: dict[str, KeptReturn] = {}
    counting: set[str] = set()
    for one in kept:
        newest[one.counted.quarter] = one
        if one.state == "accepted":
            counting.add(one.counted.quarter)
    return [
        _quarter_on(quarter, newest.get(quarter), on, counts=quarter in counting)
        for quarter in contract.quarters
    ]


def _quarter_on(
    quarter: str, found: KeptReturn | None, on: date, *, counts: bool
) -> QuarterOfReturn:
    last = quarter_days(quarter)[1]
    due = last + timedelta(days=DUE_DAYS)
    waits = found is not None and found.state == "sent"
    late = on > due and not counts and not waits
    state: QuarterState
    if found is not None:
        state = found.state
    elif late:
        state = "late"
    else:
        state = "due" if on > last else "not yet"
    return QuarterOfReturn(quarter, due, state, found.version if found else None, counts, late)


def judged_on(contract: Contract, quarters: Sequence[QuarterOfReturn], on: date) -> date | None:
    """Return the last day that returns are held to; None before any is due."""
    ended = [
        min(quarter_days(one.quarter)[1], contract.last_day)
        for one in quarters
        if one.counts or on > one.due
    ]
    return max(ended, default=None)


def expected_by(contract: Contract, ref: str, on: date) -> Decimal | None:
    """
    Return how much of a pledge is expected from the first day of a contract to a day.

    ``on``: the day, which counts. In the unit of the measure, unrounded; None if nothing was
    pledged.
    """
    whole = target_of(contract, ref, ALL_QUARTERS)
    if not MEASURE_OF[ref].adds_up:
        return whole
    if whole is None or on < contract.first_day:
        return None if whole is None else Decimal(0)
    if on >= contract.last_day:
        return whole
    steps = sorted((m.due, m.target or Decimal(0)) for m in contract.milestones if m.measure == ref)
    if steps:
        return max([target for due, target in steps if due <= on], default=Decimal(0))
    stated = {p.quarter: p.target for p in contract.pledges if p.measure == ref}
    if ALL_QUARTERS in stated:
        return _elapsed(whole, contract.first_day, contract.last_day, on)
    return sum(
        (_of_quarter(contract, quarter, target, on) for quarter, target in stated.items()),
        Decimal(0),
    )


def _of_quarter(contract: Contract, quarter: str, target: Decimal, on: date) -> Decimal:
    first, last = quarter_days(quarter)
    return _elapsed(target, max(first, contract.first_day), min(last, contract.last_day), on)


def _elapsed(target: Decimal, first: date, last: date, on: date) -> Decimal:
    """Return the part of a target of as many of a period's days as are over at the end of a day."""
    days = (last - first).days + 1
    return target * min(max((on - first).days + 1, 0), days) / days


def say_status(
    ref: str,
    target: Decimal | None,
    expected: Decimal | None,
    delivered: Decimal | None,
    *,
    withheld: bool,
) -> str:
    """
    Say how a measure stands.

    Returns
    -------
    str
        ``met``, ``on track``, ``behind`` (at least four fifths of what is expected), ``at risk``,
        ``withheld``, ``not due yet``, or blank where nothing was pledged.
    """
    if target is None:
        return ""
    if withheld:
        return "withheld"
    if expected is None:
        return "not due yet"
    have = delivered or Decimal(0)
    if MEASURE_OF[ref].adds_up and have >= target:
        return "met"
    if have >= expected:
        return "on track"
    return "behind" if have >= expected * BEHIND else "at risk"


def progress(
    series: Sequence[Series],
    contract: Contract,
    kept: Sequence[KeptReturn],
    *,
    on: date,
    priority: Sequence[str] = (),
    internal: bool = False,
) -> dict[str, Any]:
    """
    Set what a contract delivered against what is expected on a day.

    Parameters
    ----------
    series : sequence of Series
        Of the whole register; unless ``internal``, as they were released.
    kept : sequence of KeptReturn
        Every version of every return of the contract.

    Returns
    -------
    dict
        ``reference``, ``on``, ``judged_on``, ``quarters``, ``late``, ``waiting``, ``milestones``,
        ``at_risk``, ``reasons`` (sentences), and ``measures`` as
        :func:`localarea.contracts.standing.standing` with ``expected`` and ``status``.
    """
    quarters = quarters_on(contract, kept, on)
    judged = judged_on(contract, quarters, on)
    lines = [
        _with_expected(line, contract, judged)
        for line in standing(series, contract.reference, priority=priority, internal=internal)
    ]
    late = [one.quarter for one in quarters if one.late]
    waiting = [one.quarter for one in quarters if one.state == "sent"]
    reasons = _reasons(lines, late)
    return {
        "reference": contract.reference,
        "on": on.isoformat(),
        "judged_on": judged.isoformat() if judged else None,
        "quarters": [
            {"quarter": one.quarter, "due": one.due.isoformat(), "state": one.state,
             "version": one.version, "counts": one.counts, "late": one.late}
            for one in quarters
        ],
        "late": late,
        "waiting": waiting,
        "milestones": [{**m.as_document(), "past": m.due <= on} for m in contract.milestones],
        "at_risk": bool(reasons),
        "reasons": reasons,
        "measures": lines,
    }  # fmt: skip


def _with_expected(
    line: Mapping[str, Any], contract: Contract, judged: date | None
) -> dict[str, Any]:
    ref = line["measure"]
    expected = expected_by(contract, ref, judged) if judged else None
    status = say_status(ref, line["target"], expected, line["delivered"], withheld=line["withheld"])
    shown = None if expected is None else expected.quantize(_CENT, ROUND_HALF_EVEN)
    return {**line, "expected": shown, "status": status}


def _amount(value: Any, unit: str, *, again: bool = False) -> str:
    """Write an amount; ``again`` leaves out a unit that is said after it."""
    if unit == "%":  # a share of nothing is none, and not nothing
        return "no share" if value is None else true_minus(f"{value:.1f}%")
    if not value:
        return "nothing"
    shown = f"{value:,}" if isinstance(value, Decimal) else str(value)
    if unit == "GBP":
        return true_minus(f"-£{shown[1:]}" if shown.startswith("-") else f"£{shown}")
    shown = true_minus(shown)
    return shown if again else f"{shown} {unit}"


def _reasons(lines: Iterable[Mapping[str, Any]], late: Sequence[str]) -> list[str]:
    found = [
        f"{line['measure']}: {_amount(line['delivered'], line['unit'], again=True)} delivered, "
        f"{_amount(line['expected'], line['unit'])} expected"
        for line in lines
        if line["status"] == "at risk"
    ]
    if late:
        count = "return is" if len(late) == 1 else "returns are"
        found.append(f"{len(late)} {count} late: {', '.join(late)}")
    return found
