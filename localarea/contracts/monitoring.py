"""Measures across contracts: by measure, theme, department, supplier or year."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from localarea.contracts.progress import expected_by, judged_on, progress, quarters_on, say_status
from localarea.contracts.quarters import quarter_days
from localarea.contracts.standing import joint_target, target_of
from localarea.errors import InputError
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.model import Contract
    from localarea.contracts.standing import Series
    from localarea.measures.rules import Proxies

Group = Literal["measure", "theme", "department", "supplier", "year"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
_CENT: Final = Decimal("0.01")


def require_group(text: str) -> Group:
    """Return what to group by; InputError if it is none of the groups."""
    for group in GROUPS:
        if group == text:
            return group
    raise InputError(f"group by one of {', '.join(GROUPS)}", parameter="by")


def grouped(
    series: Sequence[Series],
    returns: Mapping[str, Sequence[KeptReturn]],
    *,
    by: Group,
    on: date,
    internal: bool = False,
) -> list[dict[str, Any]]:
    """
    Add measures up over contracts, apart for each definition and rule.

    Parameters
    ----------
    series : sequence of Series
        Of the whole register; unless ``internal``, as they were released.
    returns : mapping of str to sequence of KeptReturn
        Every version of every return, by reference.
    by : str
        One of :data:`GROUPS`.
    on : datetime.date
        Day on which expectations are reckoned, for each contract up to its last return due.
    internal : bool
        Show small counts.

    Returns
    -------
    list of dict
        ``group``, ``theme``, ``measure``, ``title``, ``unit``, ``definition``, ``rule``,
        ``contracts`` (how many run in the period), ``target``, ``expected``, ``delivered``,
        ``withheld``, ``status``.
    """
    lines = []
    for one in series:
        judged = {
            contract.reference: judged_on(
                contract, quarters_on(contract, returns.get(contract.reference, ()), on), on
            )
            for contract in one.contracts
        }
        for name, rows, columns in _groups(one, by):
            for ref in MEASURE_OF:
                line = _line(one, ref, rows, columns, judged, internal=internal)
                if line is not None:
                    label = MEASURE_OF[ref].theme if by == "theme" else name or ref
                    lines.append({"group": label, **line})
    return sorted(lines, key=lambda line: str(line["group"])) if by != "measure" else lines


def _groups(one: Series, by: Group) -> Iterator[tuple[str, list[int], list[int]]]:
    every_row, every_column = list(range(len(one.contracts))), list(range(len(one.quarters)))
    if by in ("measure", "theme"):
        yield "", every_row, every_column
    elif by == "year":
        years = [quarter.partition(" ")[0] for quarter in one.quarters]
        for year in dict.fromkeys(years):
            yield year, every_row, [at for at, held in enumerate(years) if held == year]
    else:
        named: Callable[[Contract], str] = (
            (lambda c: c.department) if by == "department" else (lambda c: c.supplier)
        )
        names = [named(contract) for contract in one.contracts]
        for name in sorted(set(names)):
            yield name, [at for at, held in enumerate(names) if held == name], every_column


def _line(
    one: Series,
    ref: str,
    rows: Sequence[int],
    columns: Sequence[int],
    judged: Mapping[str, date | None],
    *,
    internal: bool,
) -> dict[str, Any] | None:
    first, last = (
        quarter_days(one.quarters[columns[0]])[0],
        quarter_days(one.quarters[columns[-1]])[1],
    )
    running = [
        contract
        for contract in (one.contracts[row] for row in rows)
        if contract.first_day <= last and contract.last_day >= first
    ]
    pledged = [c for c in running if target_of(c, ref, ALL_QUARTERS) is not None]
    if MEASURE_OF[ref].adds_up and len(columns) < len(one.quarters):
        # What is pledged for other years is no pledge of nothing for this one, which would be met.
        pledged = [c for c in pledged if _between(c, ref, first, last, None)]
    if (len(rows), len(columns)) == (len(one.contracts), len(one.quarters)):
        delivered, withheld = one.figure(ref, -1, -1, internal=internal)
    else:
        delivered, withheld = one.joint(ref, rows, columns, internal=internal)
    if not pledged and delivered is None and not withheld:
        return None
    target = joint_target(ref, [_between(c, ref, first, last, None) for c in pledged])
    due = [c for c in pledged if (day := judged[c.reference]) is not None and day >= first]
    expected = joint_target(ref, [_between(c, ref, first, last, judged[c.reference]) for c in due])
    measure, (definition, _, rule, _) = MEASURE_OF[ref], one.contracts[0].basis
    return {
        "theme": measure.theme, "measure": ref, "title": measure.title, "unit": measure.unit,
        "definition": definition, "rule": rule, "contracts": len(running),
        "target": _cents(target), "expected": _cents(expected),
        "delivered": delivered, "withheld": withheld,
        "status": say_status(ref, target, expected, delivered, withheld=withheld),
    }  # fmt: skip


def _between(contract: Contract, ref: str, first: date, last: date, judged: date | None) -> Decimal:
    """Return what is expected of a pledge within a period, up to a day if one is given."""
    until = min(last, judged) if judged else last
    whole = expected_by(contract, ref, until) or Decimal(0)
    if not MEASURE_OF[ref].adds_up or first <= contract.first_day:
        return whole
    before = expected_by(contract, ref, date.fromordinal(first.toordinal() - 1)) or Decimal(0)
    return max(whole - before, Decimal(0))


def _cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_CENT, ROUND_HALF_EVEN)


def valued(lines: Sequence[dict[str, Any]], proxies: Proxies | None) -> list[dict[str, Any]]:
    """
    Add what was delivered is worth in pounds, where there are proxy values.

    Without them no line has ``value_gbp``: money is told only beside an edition and its source.
    """
    if proxies is None:
        return list(lines)
    return [{**line, "value_gbp": _worth(line, proxies)} for line in lines]


def _worth(line: Mapping[str, Any], proxies: Proxies) -> Decimal | None:
    each, delivered = proxies.amounts.get(line["measure"]), line["delivered"]
    return None if each is None or delivered is None else _cents(delivered * each)


def overview(
    series: Sequence[Series],
    kept: Sequence[KeptContract],
    returns: Mapping[str, Sequence[KeptReturn]],
    *,
    on: date,
    internal: bool = False,
) -> list[dict[str, Any]]:
    """
    Say of every contract how far it has come.

    Returns
    -------
    list of dict
        ``reference``, ``title``, ``supplier``, ``department``, ``first_day``, ``last_day``,
        ``late``, ``waiting``, ``at_risk``, ``reasons`` and ``statuses`` (how many measures stand
        how).
    """
    lines = []
    for one in kept:
        contract = one.contract
        found = progress(
            series, contract, returns.get(contract.reference, ()), on=on, internal=internal
        )
        statuses = [line["status"] for line in found["measures"] if line["status"]]
        lines.append(
            {"reference": contract.reference, "title": contract.title,
             "supplier": contract.supplier, "department": contract.department,
             "first_day": contract.first_day.isoformat(),
             "last_day": contract.last_day.isoformat(),
             "late": found["late"], "waiting": found["waiting"],
             "at_risk": found["at_risk"], "reasons": found["reasons"],
             "statuses": {name: statuses.count(name) for name in dict.fromkeys(statuses)}}
        )  # fmt: skip
    return lines
