"""The register as tables and back: any contract and any figures come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from localarea.contracts.counting import CountedReturn
from localarea.contracts.exchange.columns import RECEIPT
from localarea.contracts.exchange.files import read_exchange, write_exchange
from localarea.contracts.exchange.parsing import parse_exchange, parts_in_unit
from localarea.contracts.exchange.tables import figure_tables, terms_tables
from localarea.contracts.kept import KeptContract, KeptReturn
from localarea.contracts.model import parse_contract
from localarea.errors import FileFormatError, SchemaError, TableFaultsError
from localarea.geo.addresses import find_postcodes
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.refusal_words import SENTENCES

BASIS = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "1"}
amounts = st.decimals(0, 10**12, places=4)
refs = st.sampled_from(sorted(MEASURE_OF))
FIRST, QUARTER = date(2026, 4, 1), "2026-27 Q1"


@st.composite
def texts(draw: st.DrawFn) -> str:
    letters = st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cs", "Cc"])
    text = draw(st.text(letters, min_size=1, max_size=12)).strip()
    odd = draw(
        st.sampled_from(["", "=1+1", "'=x", "'", "''-5", "-5", "+44", "@a", ";;;;", '"', "007"])
    )
    made = (odd + text).strip()
    return made if made.isprintable() and made and not find_postcodes(made) else "plain"


@st.composite
def kept_contracts(draw: st.DrawFn) -> KeptContract:
    pledges: dict[tuple[str, str], dict[str, str]] = {}
    for ref in draw(st.lists(refs, max_size=4)):
        most = 100 if MEASURE_OF[ref].unit == "%" else 10**12
        quarter = draw(st.sampled_from(["all quarters", QUARTER, "2026-27 Q2"]))
        target = str(draw(st.decimals(0, most, places=draw(st.integers(0, 4)))))
        pledges[ref, quarter] = {"measure": ref, "quarter": quarter, "target": target}
    spread = [ref for ref in MEASURE_OF if MEASURE_OF[ref].adds_up]
    milestones = [
        {"title": draw(texts()), "due": (FIRST + timedelta(draw(st.integers(0, 300)))).isoformat()}
        | draw(st.sampled_from([{}, {"measure": spread[0], "target": "1.50"}]))
        for _ in range(draw(st.integers(0, 3)))
    ]
    stated = {
        "reference": draw(st.from_regex(r"[A-Z][A-Za-z._-]{0,8}", fullmatch=True)),
        "title": draw(texts()), "supplier": draw(texts()), "department": draw(texts()),
        "value": str(draw(amounts)), "first_day": FIRST.isoformat(), "last_day": "2027-03-31",
        "definition": "m-1", "pledges": list(pledges.values()), "milestones": milestones,
    }  # fmt: skip
    contract = replace(parse_contract(stated), **BASIS)
    return KeptContract(contract, draw(st.integers(1, 9)), "colchester", "Sue", "2026")


@st.composite
def kept_returns(draw: st.DrawFn, reference: str = "C1") -> KeptReturn:
    whole = st.integers(-(2**60), 2**60)
    figures = {
        ref: {"amount": draw(whole), "other": draw(whole), "divisor": parts_in_unit(ref),
              "people": draw(st.integers(0, 99)), "other_people": draw(st.integers(0, 99))}
        for ref in draw(st.lists(refs, unique=True, max_size=5))
    }  # fmt: skip
    receipt: dict[str, Any] = dict.fromkeys(RECEIPT, "x") | {"directory_date": "2025-11"}
    lines = {"return": 1, "kind": "staff", "rows": 9}
    reason = draw(st.sampled_from(sorted(SENTENCES)))
    receipt |= {
        "files": ["f" * 64],
        "returns": [lines],
        "outside_quarter": [],
        "other_contract": [{"return": 1, "rows": [3]}],
        "refused": [{"return": 1, "column": "fte", "reason": reason, "rows": [2]}],
    }
    return KeptReturn(reference, CountedReturn(QUARTER, figures, receipt), 1, 1, "Sue", "2026")


@pytest.mark.parametrize("name", ["folder", "book.xlsx"])
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # shrinking a failure of these takes minutes
@given(st.lists(kept_contracts(), min_size=1, max_size=3, unique_by=lambda k: k.contract.reference),
       kept_returns())  # fmt: skip
def test_what_is_written_is_read_again(
    name: str, kept: list[KeptContract], sent: KeptReturn
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_exchange(terms_tables(kept) | figure_tables([sent]), path)
        found = parse_exchange(read_exchange(path))
    for one, back in zip(kept, found.contracts, strict=True):
        frozen = {"definition_sha256": back.definition_sha256, "rule_version": back.rule_version}
        assert replace(back.contract, **frozen) == one.contract
        assert back.version == one.version
    assert [(one.reference, one.counted) for one in found.returns] == [("C1", sent.counted)]


def one_contract() -> KeptContract:
    stated = {
        "reference": "C1", "title": "Roads", "supplier": "Example", "department": "Highways",
        "value": "1000.00", "first_day": "2026-04-01", "last_day": "2027-03-31",
        "definition": "m-1", "pledges": [{"measure": "NT1", "target": "2.50"}],
    }  # fmt: skip
    return KeptContract(replace(parse_contract(stated), **BASIS), 2, "colchester", "Sue", "2026")


def folder_of(tmp_path: Path, **changed: str) -> Path:
    """Write the contract as CSV, and put other text into some of the files."""
    path = tmp_path / "tables"
    write_exchange(terms_tables([one_contract()]), path)
    for kind, text in changed.items():
        (path / f"{kind}.csv").write_text(text, encoding="utf-8")
    return path


def test_the_tables_are_those_of_the_docs(tmp_path: Path) -> None:
    path = folder_of(tmp_path)
    lines = {one.stem: one.read_text("utf-8-sig").splitlines() for one in path.glob("*.csv")}
    assert lines["pledges"] == [
        "contract,measure,title,unit,quarter,target",
        "C1,NT1,Local direct employees on the contract,FTE,all quarters,2.50",
    ]
    assert lines["contracts"][1] == (
        "C1,Roads,Example,Highways,1000.00,2026-04-01,2027-03-31,m-1,contract-year,2,"
        + "a" * 64 + ",1"
    )  # fmt: skip


def test_what_people_write_in_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = folder_of(
        tmp_path,
        contracts="Reference;Title;Supplier;Department;Value;First day;Last day;Definition\n"
        'C1;Roads;Example;Highways;"£1,000.00";01/04/2026;31/03/2027;m-1\n',
        pledges='contract,measure,target\nC1,NT18,"£2,500.50"\n',
    )
    (one,) = parse_exchange(read_exchange(path)).contracts
    assert (one.contract.value, one.contract.first_day) == (Decimal(1000), date(2026, 4, 1))
    (pledge,) = one.contract.pledges
    assert (pledge.quarter, pledge.target) == ("all quarters", Decimal("2500.50"))


@pytest.mark.parametrize(
    ("table", "text", "says"),
    [
        ("pledges", "contract,measure,unit,target\nC1,NT1,weeks,2",
         "pledges.csv, row 2, column unit: the unit of NT1 is FTE"),
        ("pledges", "contract,measure,target\nC1,NT1,2\nC2,NT1,2",
         "pledges.csv, row 3, column contract: there is no such contract"),
        ("pledges", "contract,measure,target\nC1,NT1,2\nC1,NT99,2",
         "pledges.csv, row 3, column measure: it must be one of"),
        ("pledges", "contract,measure,target\nC1,NT1,many",
         "pledges.csv, row 2, column target: it must be a number"),
        ("milestones", "contract,milestone,due\nC1,At CO1 1JB,2026-05-01",
         "milestones.csv, row 2, column milestone: it holds a postcode"),
        ("returns", "contract,quarter,receipt\nC1,2026-27 Q1,{}",
         "returns.csv, row 2, column receipt: the receipt is not one that an export wrote"),
        ("figures", "contract,quarter,measure,delivered,amount_parts,other_parts,parts_in_unit,"
         "people,other_people\nC1,2026-27 Q1,NT18,6,50000,0,10000,9,0",
         "figures.csv, row 2, column delivered: it is not what"),
        ("figures", "contract,quarter,measure,amount_parts,other_parts,parts_in_unit,people,"
         "other_people\nC1,2026-27 Q1,NT18,50000,0,10000,9,0",
         "figures.csv, row 2, column quarter: its return is not in the table returns"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_row(tmp_path: Path, table: str, text: str, says: str) -> None:
    with pytest.raises(SchemaError, match=says) as raised:
        parse_exchange(read_exchange(folder_of(tmp_path, **{table: text})))
    assert "CO1" not in str(raised.value)


def test_all_faults_of_all_tables_are_told_together(tmp_path: Path) -> None:
    path = folder_of(
        tmp_path,
        contracts="reference,title,supplier,department,value,first_day,last_day,definition,version\n"
        "C1,Roads,Example,,1000,soon,2027-03-31,m-1,two\nC1,Roads,X,Y,1,2026-04-01,2027-03-31,m-1,",
        pledges="contract,measure,quarter,target\nC1,NT18,2031-32 Q1,2\nC1,LOCAL-SPEND,,101\n",
        milestones="contract,milestone,due,measure,target\nC1,,never,NT2,\n",
    )
    with pytest.raises(TableFaultsError) as raised:
        parse_exchange(read_exchange(path))
    told = [(one["table"], one["row"], one["column"]) for one in raised.value.places]
    assert sorted(told) == sorted(
        [
            ("contracts.csv", 2, "department"), ("contracts.csv", 2, "first_day"),
            ("contracts.csv", 2, "version"), ("contracts.csv", 3, "reference"),
            ("pledges.csv", 3, "target"), ("milestones.csv", 2, "milestone"),
            ("milestones.csv", 2, "due"), ("milestones.csv", 2, "measure"),
            ("milestones.csv", 2, "target"),
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"returns": [{"return": [], "kind": "staff"}]},
        {"returns": [{"return": 1, "kind": "staff", "rows": 3, "Smithson, 2 High Street": 1}]},
        {"refused": [{"return": 1, "column": "fte", "reason": [], "rows": [2]}]},
        {"refused": [{"return": 1, "column": "Smithson, 2 High Street", "reason": "blank",
                      "rows": [2]}]},
        {"other_contract": [{"return": 1, "rows": ["Smithson"]}]},
        {"outside_quarter": ["x"]},
        {"directory_date": "x"},
        {"software_version": "Smithson \u2014"},
    ],
)  # fmt: skip
def test_a_receipt_is_let_in_only_as_an_export_writes_it(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    receipt: dict[str, Any] = dict.fromkeys(RECEIPT, "x") | {"directory_date": "2025-11"}
    receipt |= {name: [] for name in ("files", "refused", "outside_quarter", "other_contract")}
    receipt |= {"returns": [{"return": 1, "kind": "staff", "rows": 3}]}
    sent = KeptReturn("C1", CountedReturn(QUARTER, {}, receipt | changed), 1, 1, "Sue", "2026")
    write_exchange(figure_tables([sent]), tmp_path / "x")
    with pytest.raises(TableFaultsError, match="not one that an export wrote"):
        parse_exchange(read_exchange(tmp_path / "x"))


def test_a_postcode_in_a_receipt_is_found_behind_escapes(tmp_path: Path) -> None:
    receipt: dict[str, Any] = dict.fromkeys(RECEIPT, "x") | {"directory_date": "2025-11"}
    receipt |= {name: [] for name in RECEIPT if name in ("files", "refused", "returns")}
    receipt |= {"outside_quarter": [], "other_contract": [], "software_version": "CO1 1JB"}
    text = json.dumps(receipt).replace("CO1 1JB", r"\u0043O1 1JB").replace('"', '""')
    path = tmp_path / "returns.csv"
    path.write_text(f'contract,quarter,receipt\nC1,{QUARTER},"{text}"\n', encoding="utf-8")
    with pytest.raises(TableFaultsError, match="the receipt holds a postcode"):
        parse_exchange(read_exchange(path))


def test_unknown_tables_and_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("contract,measure,target,colour\nC1,NT1,1,red", encoding="utf-8")
    with pytest.raises(FileFormatError, match="unknown columns colour"):
        read_exchange(path)
    (tmp_path / "y.csv").write_text("a,b\n1,2", encoding="utf-8")
    with pytest.raises(TableFaultsError, match=r"x.csv: .*colour.*y.csv: it is none of"):
        read_exchange(tmp_path)
    path.write_text("a,b\n1,2", encoding="utf-8")
    with pytest.raises(FileFormatError, match="none of the tables"):
        read_exchange(path)


def test_a_long_receipt_goes_into_csv_and_not_into_a_workbook(tmp_path: Path) -> None:
    receipt: dict[str, Any] = dict.fromkeys(RECEIPT, "x") | {"directory_date": "2025-11"}
    rows = list(range(2, 9000))
    receipt |= {key: [] for key in ("files", "other_contract", "refused")}
    receipt |= {
        "returns": [{"return": 1, "kind": "staff"}],
        "outside_quarter": [{"return": 1, "rows": rows}],
    }
    sent = KeptReturn("C1", CountedReturn(QUARTER, {}, receipt), 1, 1, "Sue", "2026")
    with pytest.raises(FileFormatError, match="too long for a workbook"):
        write_exchange(figure_tables([sent]), tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()
    write_exchange(figure_tables([sent]), tmp_path / "x")
    (back,) = parse_exchange(read_exchange(tmp_path / "x")).returns
    assert json.dumps(back.counted.receipt, sort_keys=True) == json.dumps(receipt, sort_keys=True)
