"""Returns by quarter: quarters add up to years, a correction is a fresh count, order is nothing."""

from __future__ import annotations

import itertools
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import QUARTERS, TERMS, coarse_classifier
from decisions_cases import ANALYST, NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localarea.contracts.counting import CountedReturn, count_return
from localarea.contracts.model import parse_contract
from localarea.contracts.quarters import quarter_days
from localarea.contracts.reading import register_series
from localarea.contracts.register import enter_contract, enter_return
from localarea.contracts.standing import standing
from localarea.decisions.database import open_database
from localarea.measures.report import measure_returns
from localarea.measures.returns import read_return
from localarea.measures.rules import read_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.decisions.database import Database
    from localarea.measures.report import MeasuresReport
    from localarea.measures.returns import ReturnTable

CLASSIFIER = coarse_classifier(
    SimpleNamespace(sha256="e" * 64, definition=SimpleNamespace(terms_sha256="a" * 64))
)
CONTRACT = replace(
    parse_contract(TERMS | {"last_day": "2027-03-31"}),
    definition_sha256="a" * 64,
    rule="contract-year",
    rule_version=read_rule("contract-year").version,
)
YEAR = QUARTERS[:4]
FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
STAFF = "contract,employee,home_postcode,fte,start_date,end_date,apprentice,disabled"
SPEND = "contract,supplier,supplier_postcode,amount,date,size"

days = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
homes = st.sampled_from(["CO1 1JB", "IP1 2DE"])


@st.composite
def staff_rows(draw: st.DrawFn) -> list[str]:
    rows = []
    for number in range(draw(st.integers(1, 8))):
        start, end = sorted([draw(days), draw(days)])
        fte = draw(st.sampled_from(["1", "0.5", "0.3333"]))
        flags = draw(st.sampled_from(["yes,no", "no,yes", "no,no"]))
        rows.append(f"C1,E{number},{draw(homes)},{fte},{start},{end},{flags}")
    return rows


@st.composite
def spend_rows(draw: st.DrawFn) -> list[str]:
    amounts = st.decimals(-1000, 100_000, places=2)
    size = st.sampled_from(["small", "large"])
    return [
        f"C1,S{draw(st.integers(1, 6))},{draw(homes)},{draw(amounts)},{draw(days)},{draw(size)}"
        for _ in range(draw(st.integers(1, 12)))
    ]


def tables(*parts: tuple[str, list[str]]) -> list[ReturnTable]:
    with TemporaryDirectory() as folder:
        made = []
        for number, (header, rows) in enumerate(parts):
            path = Path(folder) / f"{number}.csv"
            path.write_text("\n".join([header, *rows]), encoding="utf-8")
            made += read_return(path)
        return made


def count(quarter: str, *parts: tuple[str, list[str]]) -> CountedReturn:
    return count_return(CONTRACT, quarter, tables(*parts), ["f" * 64], CLASSIFIER)


def count_year(*parts: tuple[str, list[str]]) -> MeasuresReport:
    rule = read_rule("contract-year")
    return measure_returns(tables(*parts), CLASSIFIER, rule, until=LAST.toordinal())


few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(staff_rows(), spend_rows())
def test_quarters_add_up_to_the_year(staff: list[str], spend: list[str]) -> None:
    parts = (STAFF, staff), (SPEND, spend)
    year = count_year(*parts)
    found = [count(quarter, *parts).figures for quarter in YEAR]
    for ref, cells in year.cells.items():
        assert sum(one[ref]["amount"] for one in found) == cells.amounts.sum(), ref
        assert sum(one[ref]["other"] for one in found) == cells.others.sum(), ref


TYPES = (
    "contract,employee,home_postcode,fte,start_date,end_date,long_term_unemployed,veteran,disabled"
)


@st.composite
def people_of_types(draw: st.DrawFn) -> list[tuple[date, str]]:
    """Give up to three rows of a person, each with what was said of them then."""
    rows = []
    for person in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 3))):
            start, end = sorted([draw(days), draw(days)])
            flags = draw(st.sampled_from(["yes,no,no", "no,yes,no", "no,no,yes", "no,yes,yes"]))
            rows.append((start, f"C1,E{person},{draw(homes)},0.3333,{start},{end},{flags}"))
    return rows


@few
@given(people_of_types())
def test_lists_as_they_were_in_each_quarter_add_up_to_the_list_of_the_year(
    rows: list[tuple[date, str]],
) -> None:
    """Nobody is under two types, though each return knew only what had begun by then."""
    year = count_year((TYPES, [row for _, row in rows]))
    found = []
    for quarter in YEAR:
        known = [row for start, row in rows if start <= quarter_days(quarter)[1]]
        found += [count(quarter, (TYPES, known)).figures] if known else []
    for ref in ("NT3", "NT3a", "NT6"):
        assert sum(one[ref]["amount"] for one in found) == year.cells[ref].amounts.sum(), ref


@few
@given(staff_rows(), spend_rows())
def test_every_row_is_accounted_for_in_each_quarter(staff: list[str], spend: list[str]) -> None:
    for quarter in YEAR:
        receipt = count(quarter, (STAFF, staff), (SPEND, spend)).receipt
        for line, rows in zip(receipt["returns"], (staff, spend), strict=True):
            apart = line["outside_quarter"] + line["other_contract"]
            assert line["counted"] + line["refused"] + apart == line["rows"] == len(rows)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give one store for all examples: each has a council of its own."""
    path = tmp_path_factory.mktemp("register") / "store.sqlite"
    with closing(open_database(f"sqlite:///{path}")) as opened:
        yield opened


NUMBERS = itertools.count()


@few
@given(st.lists(spend_rows(), min_size=4, max_size=4), spend_rows(), st.permutations(YEAR))
def test_order_is_nothing_and_a_correction_is_a_fresh_count(
    database: Database, first: list[list[str]], corrected: list[str], order: list[str]
) -> None:
    """The first quarter is sent wrong and put right, amid the others in any order."""
    found = {
        quarter: count(quarter, (SPEND, rows)) for quarter, rows in zip(YEAR, first, strict=True)
    }
    right = {**found, YEAR[0]: count(YEAR[0], (SPEND, corrected))}
    sent = [found[quarter] for quarter in order] + [right[YEAR[0]]]
    assert _register(database, sent) == _register(database, list(right.values()))


def _register(database: Database, sent: list[CountedReturn]) -> Any:
    name = f"N{next(NUMBERS)}"
    made = replace(CONTRACT, reference=name)
    kept = enter_contract(database, made, council=name, actor=ANALYST, now=NOW)
    for one in sent:
        enter_return(database, kept, one, actor=ANALYST, now=NOW)
    with database.reading() as connection:
        return standing(register_series(connection, council=name), name)
