"""Hold measures to the worked example, to what must hold for any return, and to privacy."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import tempfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from command_cases import commanded
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from localarea.errors import EmptyResultError
from localarea.measures.report import ALL_CONTRACTS, ALL_QUARTERS, measure_returns
from localarea.measures.returns import read_return
from localarea.measures.rules import read_rule
from localarea.measures.suppression import SMALL, small_counts, with_totals, withhold
from localarea.reports.print_maps.measures_chart import write_share_chart

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier
    from localarea.measures.report import MeasuresReport

UNTIL = date(2026, 3, 31).toordinal()
HEADER = "contract,employee,employer,home_postcode,fte,start_date,end_date,disabled"
LOCAL, ELSEWHERE = "CO1 1JB", "IP1 2DE"


def count(
    folder: Path, classifier: Classifier, *texts: str, rule: str | None = None
) -> MeasuresReport:
    tables = []
    for n, text in enumerate(texts):
        path = folder / f"return{n}.csv"
        path.write_text(text, encoding="utf-8")
        tables += read_return(path)
    return measure_returns(tables, classifier, read_rule(rule), until=UNTIL)


def figure(report: MeasuresReport, ref: str) -> Decimal:
    found = report.figures(internal=True)
    found = found[(found.measure == ref) & (found.contract == ALL_CONTRACTS)]
    return found[found.quarter == ALL_QUARTERS].figure.item()


def test_worked_example_of_the_docs(
    repository: Path, tmp_path: Path, classifier: Classifier
) -> None:
    page = (repository / "docs" / "measures.md").read_text(encoding="utf-8")
    report = count(tmp_path, classifier, *re.findall(r"```csv\n(.*?)```", page, re.DOTALL))
    worked = re.findall(r"^\| ([A-Z0-9-]+) \| .* \| ([0-9.]+) \|$", page, re.MULTILINE)
    assert len(worked) == 7
    assert {ref: str(figure(report, ref)) for ref, _ in worked} == dict(worked)
    assert [(r.row, r.column, r.reason) for r in report.refusals] == [(5, "fte", "out_of_range")]


def test_multiplier_by_hand(tmp_path: Path, classifier: Classifier) -> None:
    text = "contract,round,payee,payee_postcode,amount\n" + "\n".join(
        [
            f"C1,1,S0,{LOCAL},1000",
            f"C1,2,S1,{LOCAL},400",
            f"C1,2,S2,{ELSEWHERE},300",
            f"C1,3,S3,{LOCAL},100",
        ]
    )
    report = count(tmp_path, classifier, text)
    assert report.multipliers["C1"] == (Decimal("1.5"), 2)  # (1000 + 400 + 100) / 1000
    assert report.figures().figure.tolist() == [None]  # two payees: withheld


people = st.lists(
    st.tuples(
        st.sampled_from(["C1", "C2", "C3"]),
        st.sampled_from([LOCAL, ELSEWHERE, "nowhere"]),
        st.integers(1, 100),
        st.integers(0, 300),
        st.integers(20, 500),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def rows_of(drawn: list[tuple[str, str, int, int, int, bool]]) -> list[list[str]]:
    first = date(2024, 1, 10).toordinal()
    return [
        [
            c,
            f"E{n}",
            "contractor",
            p,
            str(f / 100),
            date.fromordinal(first + a).isoformat(),
            date.fromordinal(first + a + d).isoformat(),
            "yes" if flag else "no",
        ]
        for n, (c, p, f, a, d, flag) in enumerate(drawn)
    ]


def as_text(rows: list[list[str]]) -> str:
    return "\n".join([HEADER, *(",".join(row) for row in rows)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("returns")


@settings(max_examples=8, deadline=None)
@given(
    drawn=people,
    rule=st.sampled_from(["contract-year", "whole-duration-or-one-year"]),
    seed=st.integers(0, 99),
)
def test_order_splitting_newcomers_and_sums(
    drawn: list[tuple[str, str, int, int, int, bool]],
    rule: str,
    seed: int,
    folder: Path,
    classifier: Classifier,
) -> None:
    rows = rows_of(drawn)
    whole = count(folder, classifier, as_text(rows), rule=rule)
    shuffled = random.Random(seed).sample(rows, len(rows))
    halves = []
    for row in rows:
        middle = date.fromisoformat(row[5]).toordinal() + 9
        halves.append([*row[:6], date.fromordinal(middle).isoformat(), row[7]])
        halves.append([*row[:5], date.fromordinal(middle + 1).isoformat(), *row[6:]])
    for other in (shuffled, halves):
        again = count(folder, classifier, as_text(other), rule=rule)
        assert again.quarters == whole.quarters
        for ref, cells in whole.cells.items():
            np.testing.assert_array_equal(again.cells[ref].amounts, cells.amounts, ref)
            np.testing.assert_array_equal(again.cells[ref].people, cells.people, ref)
    more = count(
        folder,
        classifier,
        as_text([*rows, ["C1", "NEW", "contractor", ELSEWHERE, "1", *rows[0][5:]]]),
        rule=rule,
    )
    assert more.cells["NT1"].amounts.sum() == whole.cells["NT1"].amounts.sum()
    assert figure(more, "NT2") <= (figure(whole, "NT2") or 0)
    alone = sum(
        count(folder, classifier, as_text([r for r in rows if r[0] == c]), rule=rule)
        .cells["NT1"]
        .amounts.sum()
        for c in whole.contracts
    )
    assert alone == whole.cells["NT1"].amounts.sum()


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (4, "1.2", "out_of_range"),
        (4, "0", "out_of_range"),
        (4, "half", "not_a_number"),
        (4, "", "blank_cell"),
        (5, "2025-02-30", "not_a_date"),
        (5, "1825-02-03", "out_of_range"),
        (5, "", "blank_cell"),
        (6, "2024-01-01", "ends_before_start"),
        (7, "perhaps", "not_yes_or_no"),
        (2, "agency", "not_a_choice"),
        (1, "", "blank_cell"),
        (0, "co1  1jb", "looks_like_postcode"),
        (5, "2027-01-01", "ends_before_start"),
    ],
)
def test_bad_row_is_named_and_nothing_is_lost(
    column: int, cell: str, reason: str, tmp_path: Path, classifier: Classifier
) -> None:
    good = ["C1", "E1", "contractor", LOCAL, "0.5", "2025-04-01", "2026-03-31", "no"]
    bad = [*good[:1], "E2", *good[2:]]
    bad[column] = cell
    report = count(tmp_path, classifier, as_text([good, bad]) + "\n\n")
    (tally,) = report.tallies
    assert (tally["rows"], tally["counted"], tally["refused"], tally["blank"]) == (2, 1, 1, 1)
    assert [(r.row, r.reason) for r in report.refusals] == [(3, reason)]


def test_duplicates_and_overlaps(tmp_path: Path, classifier: Classifier) -> None:
    one = ["C1", "E1", "contractor", LOCAL, "0.5", "2025-04-01", "2026-03-31", "no"]
    over = ["C1", "E2", "contractor", LOCAL, "0.8", "2025-04-01", "2026-03-31", "no"]
    report = count(tmp_path, classifier, as_text([one, one, over, [*over[:4], "0.3", *over[5:]]]))
    reasons = [(r.row, r.reason) for r in report.refusals]
    assert reasons == [
        (3, "duplicate_row"),
        (4, "overlapping_employment"),
        (5, "overlapping_employment"),
    ]
    assert figure(report, "NT1") == Decimal("0.50")


def bounds(values: np.ndarray, hidden: np.ndarray, cell: tuple[int, int]) -> tuple[float, float]:
    """Give what a reader of the published figures can tell of a withheld one."""
    rows, columns = values.shape
    full = with_totals(values)
    equations, known = [], []
    shape = np.zeros_like(full)

    def sum_of(i: int, j: int) -> np.ndarray:
        inner = np.zeros((rows, columns))
        inner[i if i < rows else slice(None), j if j < columns else slice(None)] = 1
        return inner.ravel()

    for i, j in np.ndindex(*shape.shape):
        if not hidden[i, j]:
            equations.append(sum_of(i, j))
            known.append(full[i, j])
    goal = sum_of(*cell)
    given_ = {"A_eq": np.array(equations), "b_eq": known} if equations else {}
    low = linprog(goal, **given_)
    high = linprog(-goal, **given_)
    return low.fun, np.inf if high.status == 3 else -high.fun


@pytest.mark.parametrize("seed", range(40))
def test_no_withheld_count_can_be_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, [8, 30][seed % 2], (rng.integers(1, 6), rng.integers(1, 6))).astype(
        float
    )
    full = with_totals(values)
    unsafe = (full > 0) & (full < 5)
    hidden = withhold(values, unsafe, 5.0)
    assert hidden[unsafe].all()
    for i, j in zip(*np.nonzero(hidden), strict=True):
        low, high = bounds(values, hidden, (i, j))
        assert high - low > 0.5, "a withheld figure is determined"
        if unsafe[i, j]:
            assert high >= full[i, j] + 5 - 1e-6
            assert high - low >= 5 - 1e-6


def test_counts_under_five_are_withheld() -> None:
    """At least five behind a published figure: the threshold rule (FCSM Working Paper 22, 1994)."""
    assert SMALL == 5
    assert small_counts(np.arange(7)).tolist() == [False, True, True, True, True, False, False]


@pytest.mark.parametrize(("people", "shown"), [(1, False), (4, False), (5, True), (6, True)])
def test_figure_of_four_people_is_withheld_and_of_five_is_shown(
    people: int, shown: bool, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        f"C1,E{n},contractor,{LOCAL},1,2025-04-01,2026-03-31,no" for n in range(people)
    ]  # the complement, staff who are not local, is nought and names nobody
    report = count(tmp_path, classifier, "\n".join([HEADER, *rows]))
    public = report.figures()
    nt1 = public[(public.measure == "NT1") & (public.contract == ALL_CONTRACTS)]
    assert nt1.figure.notna().tolist() == [shown] * len(nt1)
    assert len(nt1) > 0


@pytest.mark.parametrize(("suppliers", "shown"), [(4, False), (5, True)])
def test_spend_of_four_suppliers_with_a_sole_trader_is_withheld(
    suppliers: int, shown: bool, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [
        f"C1,S{n},{LOCAL},1000,2025-05-01,{'yes' if n == 0 else 'no'}" for n in range(suppliers)
    ]
    header = "contract,supplier,supplier_postcode,amount,date,sole_trader"
    public = count(tmp_path, classifier, "\n".join([header, *rows])).figures()
    spent = public[public.measure == "LOCAL-SPEND"]
    assert spent.figure.notna().tolist() == [shown] * len(spent)
    assert len(spent) > 0


@pytest.mark.parametrize(("payees", "shown"), [(4, False), (5, True)])
def test_multiplier_that_rests_on_four_payees_is_withheld(
    payees: int, shown: bool, tmp_path: Path, classifier: Classifier
) -> None:
    rows = ["C1,1,Main,IP1 2DE,1000", *(f"C1,2,S{n},{LOCAL},100" for n in range(payees))]
    text = "\n".join(["contract,round,payee,payee_postcode,amount", *rows])
    assert count(tmp_path, classifier, text).figures().figure.notna().tolist() == [shown]


def test_primary_withholding_alone_would_not_do() -> None:
    values = np.array([[3.0, 20.0], [30.0, 40.0]])
    unsafe = (with_totals(values) > 0) & (with_totals(values) < 5)
    assert bounds(values, unsafe, (0, 0)) == (3.0, 3.0)


PLANTED = ("CO4 5JR", "CO2 8LT", "XX99 9XX", "CM1 1QH")


@pytest.mark.parametrize(
    "extra",
    [
        ["--json"],
        ["--strict"],
        ["--internal", "--json"],
        ["--rule", "none"],
        ["--contract", "none"],
    ],
)
def test_planted_postcodes_are_nowhere(
    extra: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        ["C1", f"E{n}", "contractor", p, "0.5", "2025-04-01", "", "no"]
        for n, p in enumerate(PLANTED)
    ]
    rows += [["C1", PLANTED[0], "contractor", PLANTED[1], "9", PLANTED[2], PLANTED[3], PLANTED[0]]]
    rows += [
        [
            PLANTED[1].lower().replace(" ", ""),
            "E9",
            PLANTED[0],
            PLANTED[1],
            PLANTED[2],
            "x",
            "y",
            "z",
        ]
    ]
    source, headless, outputs = tmp_path / "in.csv", tmp_path / "headless.csv", tmp_path / "outputs"
    source.write_text(as_text(rows), encoding="utf-8")
    headless.write_text("\n".join(as_text(rows).splitlines()[1:]), encoding="utf-8")
    outputs.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(outputs))
    caches = {name: str(outputs) for name in ("LOCALAREA_CACHE_DIR", "XDG_CACHE_HOME")}
    said = b""
    for file, out in (
        (source, "a.csv" if "--json" in extra else "a.xlsx"),
        (headless, "b.csv"),
    ):
        written = ["--until", "2026-03-31", "--out", str(outputs / out)]
        done = commanded("measures", str(file), *written, *extra, **caches)
        assert "Traceback" not in done.stderr
        said += (done.stdout + done.stderr).encode()
    haystack = said + b"".join(unpacked(p) for p in outputs.rglob("*") if p.is_file())
    found = [
        p
        for p in PLANTED
        for s in (p, p.replace(" ", ""))
        if s.lower().encode() in haystack.lower()
    ]
    assert found == []
    assert len(said) > 100


def unpacked(path: Path) -> bytes:
    import zipfile

    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_json_and_template_round_trip(tmp_path: Path) -> None:
    book = tmp_path / "t.xlsx"
    assert commanded("measures", "--template", str(book)).returncode == 0
    from openpyxl import load_workbook

    filled = load_workbook(book)
    for n in range(6):
        home = LOCAL if n < 5 else ELSEWHERE
        filled["staff"].append(
            ["C1", f"E{n}", None, home, 0.1 + 0.2, date(2025, 4, 1), date(2026, 3, 31)]
        )
    filled["targets"].append(["C1", "NT1", ALL_QUARTERS, 3])
    filled.save(book)
    out = tmp_path / "o.csv"
    done = commanded("measures", str(book), "--json", "--out", str(out))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    line = next(
        f
        for f in document["figures"]
        if (f["measure"], f["contract"], f["quarter"]) == ("NT1", "C1", ALL_QUARTERS)
    )
    assert (line["figure"], line["target"], line["progress"]) == ("1.50", "3", "0.500")  # 5 x 0.3
    shares = [f for f in document["figures"] if f["measure"] == "NT2"]
    assert all(f["withheld"] for f in shares)  # one person is not local: the share would tell
    assert document["verdicts"]["staff"] == {"local": None, "not_local": None, "unknown": None}
    written = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert len(written) == len(document["figures"])


def test_chart_of_the_local_share(tmp_path: Path, classifier: Classifier) -> None:
    text = "contract,supplier,supplier_postcode,amount,date,sole_trader\n"
    text += f"C1,S1,{LOCAL},10,2025-05-01,no\nC1,S2,{LOCAL},10,2025-08-01,yes\n"
    report = count(tmp_path, classifier, text)
    share = report.local_share()
    # The first quarter has no sole trader; the totals that would give the second are withheld.
    assert share.withheld.tolist() == [False, True, False, True]
    assert report.withheld["NT18"].tolist() == [[False, True, True], [False, True, True]]
    with pytest.raises(EmptyResultError):
        write_share_chart(share[share.withheld], tmp_path / "none.png")
    drawn = write_share_chart(report.local_share(internal=True), tmp_path / "share.png")
    assert drawn.read_bytes().startswith(b"\x89PNG")
