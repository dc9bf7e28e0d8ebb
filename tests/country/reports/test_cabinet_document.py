"""The report as blocks: what the blocks refuse, how tables are divided, who does best."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from localarea.checking.payments import SpendFile
from localarea.comparison.scenario import Scenario
from localarea.datasets.store import default_store
from localarea.errors import ColumnNotFoundError, FileFormatError, InputError
from localarea.geo.postcodes import outward_of
from localarea.options.by_name.any_council import plain_council
from localarea.options.council import Council, parse_council, read_council
from localarea.options.membership import option_zones
from localarea.records import Option
from localarea.reports.cabinet.appendix import outward_shares
from localarea.reports.cabinet.contested import with_and_without
from localarea.reports.cabinet.criteria import Criterion, best_on, known_criteria
from localarea.reports.cabinet.facts import letter_options
from localarea.reports.cabinet.formats.write import renderer_for
from localarea.reports.cabinet.maps_section import same_as
from localarea.reports.cabinet.model import (
    Column,
    Form,
    Heading,
    Picture,
    Report,
    Table,
    cells,
    numbered_captions,
)
from localarea.reports.cabinet.pairs import ContestedPair, contested_pairs
from localarea.reports.cabinet.sensitivity import agreement
from localarea.reports.cabinet.summary import decision_form
from localarea.tables.money import read_amounts

if TYPE_CHECKING:
    from pathlib import Path


def option(name: str) -> Option:
    return Option(name, name, "district", "msoa11", ("E02004509",), "Colchester")


def png(width: int, height: int) -> bytes:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + size


# --- blocks -----------------------------------------------------------------------------


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(InputError, match="a row has 1 cells, the header 2"):
        Table("Jobs", (Column("Option"), Column("Jobs")), (cells("A"),))


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(InputError, match="no alternative text"):
        Picture("map.png", png(4, 3), "  ", "Map")


def test_a_picture_keeps_its_proportions_within_both_limits() -> None:
    wide = Picture("map.png", png(400, 100), "A map.", "Map", tallest_cm=9.0)
    tall = Picture("map.png", png(100, 200), "A map.", "Map", tallest_cm=9.0)
    assert wide.width_cm(17.0) == 17.0
    assert tall.width_cm(17.0) == 4.5  # 9 cm high, half as wide


def test_tables_and_figures_are_counted_apart() -> None:
    table = Table("Jobs", (Column("Option"),), ())
    picture = Picture("map.png", png(4, 3), "A map.", "Map")
    said = numbered_captions([Heading("One"), table, picture, Form("Sign", ()), picture])
    assert said == ["", "Table 1: Jobs", "Figure 1: Map", "Table 2: Sign", "Figure 2: Map"]


def test_columns_fill_the_page_and_hold_their_longest_cell() -> None:
    long = "1,234,567,890"
    columns = (Column("Option", numeric=False, weight=1.0), Column("Jobs"), Column("Firms"))
    table = Table("Jobs", columns, (cells("A", long, "1"),))
    widths = table.widths(50.0)
    assert sum(widths) == pytest.approx(50.0)
    assert widths[1] >= 0.5 * len(long)


def test_a_form_is_set_two_by_two() -> None:
    assert Form("Sign", (("Name", ""), ("Role", "Head"), ("Date", ""))).lines == [
        ("Name", "", "Role", "Head"),
        ("Date", "", "", ""),
    ]


def test_the_date_is_in_english_whatever_the_machine() -> None:
    assert Report("T", "S", "A", date(2026, 3, 1), ()).date_in_words == "1 March 2026"


# --- criteria ---------------------------------------------------------------------------

HIGHER = Criterion("supply_side", "Stay", "%", "higher", "share")
LOWER = Criterion("parts", "Parts", "number", "lower", "count")
TEST = Criterion("validity", "Test", "1 passes", "higher", "number")
NEITHER = Criterion("jobs", "Jobs", "thousand", "", "number", 1000.0)


def figures(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=[*"abc"][: len(next(iter(columns.values())))])


@pytest.mark.parametrize(
    ("criterion", "values", "best"),
    [
        (HIGHER, [0.7, 0.9, 0.8], ["b"]),
        (HIGHER, [0.90001, 0.90004, 0.8], ["a", "b"]),  # alike as shown: 90.0%
        (HIGHER, [math.nan, 0.2, 0.1], ["b"]),
        (HIGHER, [math.nan] * 3, []),
        (LOWER, [1.0, 2.0, 1.0], ["a", "c"]),
        (LOWER, [1.0, 1.0, 1.0], []),  # no option stands out
        (NEITHER, [1.0, 2.0, 3.0], []),  # larger is not better
        (TEST, [1.1, 0.9, 1.2], ["c"]),
        (TEST, [1.1, 1.0, 1.2], []),  # all pass: the test does not choose
    ],
)
def test_who_does_best(criterion: Criterion, values: list[float], best: list[str]) -> None:
    assert best_on(criterion, figures(**{criterion.name: values})) == best


def test_a_criterion_that_nothing_is_known_of_is_left_out() -> None:
    known = known_criteria(figures(supply_side=[0.5, 0.6], parts=[math.nan, math.nan]))
    assert [c.name for c in known] == ["supply_side"]


def test_thousands_are_written_as_thousands() -> None:
    assert NEITHER.write(84_193.0) == "84.2"
    assert NEITHER.write(math.nan) == NEITHER.write(None)


# --- options ----------------------------------------------------------------------------


def test_letters_follow_the_order_named() -> None:
    assert letter_options([option("x"), option("a")]) == {"x": "A", "a": "B"}


def test_an_option_named_twice_and_too_many_are_refused() -> None:
    with pytest.raises(InputError, match="named more than once: x"):
        letter_options([option("x"), option("x")])
    with pytest.raises(InputError, match="1 to 26 options, not 27"):
        letter_options([option(f"o{n}") for n in range(27)])
    with pytest.raises(InputError, match="not 0"):
        letter_options([])


def test_the_default_option_leads_the_pairs_and_each_base_has_one() -> None:
    council = read_council("colchester")
    named = [option_zones(i, council) for i in ("district", "ttwa-official+ipswich")]
    pairs = contested_pairs(named, council)
    assert [(p.without.id, p.with_place.id) for p in pairs] == [
        ("ttwa-official", "ttwa-official+ipswich"),
        ("district", "district+ipswich"),
    ]
    ipswich = set(pairs[0].with_place.zones) - set(pairs[0].without.zones)
    assert len(ipswich) == 16  # the district's zones, ONS


@pytest.mark.parametrize(
    ("without", "title", "with_place", "caption"),
    [
        (
            "drive-45-ipswich",
            "B. X, without Ipswich",
            "drive-45",
            "B. X without Ipswich and with it",
        ),
        ("ttwa-official", "A. Y", "ttwa-official+ipswich", "A. Y without Ipswich and with it"),
    ],
)
def test_the_table_of_a_pair_says_once_what_it_is_without(
    without: str, title: str, with_place: str, caption: str
) -> None:
    council = read_council("colchester")
    pair = ContestedPair(council.contested[0], option(without), option(with_place))
    facts: Any = SimpleNamespace(
        council=council, metrics=pd.DataFrame(), label={without: title}.get
    )
    assert with_and_without(facts, pair).caption == caption


def test_a_what_if_is_paired_as_it_is() -> None:
    council = read_council("colchester")
    what_if = Scenario.of("composite").exclude("Clacton-on-Sea").option(council)
    (pair,) = contested_pairs([what_if], council)
    assert (pair.without, pair.with_place.id) == (what_if, f"{what_if.id}+ipswich")
    assert pair.with_place.title == f"{what_if.title}, plus Ipswich"
    assert len(set(pair.with_place.zones) - set(what_if.zones)) == 16  # the district's zones, ONS


def test_no_pair_without_a_contested_place() -> None:
    council = plain_council("Norwich")
    assert contested_pairs([option_zones("district", council)], council) == ()


# --- authority --------------------------------------------------------------------------


def stated(**more: Any) -> dict[str, Any]:
    return {"title": "T", "anchor": "Norwich", "options": {"district": {"title": "A"}}, **more}


def test_a_mandate_fills_in_the_role_and_nothing_else() -> None:
    mandate = {"words": "w", "source": "s", "role": "Head of Trade"}
    with_it = parse_council(stated(mandate=mandate), key="t")
    facts: Any = SimpleNamespace(council=with_it, options=[option("x")], letters={"x": "A"})
    filled = dict(decision_form(facts).fields)
    assert filled.pop("Role") == "Head of Trade"
    assert set(filled.values()) == {""}
    facts.council = parse_council(stated(), key="t")
    assert set(dict(decision_form(facts).fields).values()) == {""}


@pytest.mark.parametrize(
    ("mandate", "fault"),
    [
        ({"words": "w", "source": "s"}, "'role' must be non-blank text"),
        ({"words": "w", "source": " ", "role": "r"}, "'source' must be non-blank text"),
        ({"words": "w", "source": "s", "role": "r", "extra": 1}, "'extra' is not known"),
        ("text", r"must be a \[mandate\]"),
    ],
)
def test_a_mandate_that_is_not_whole_is_refused(mandate: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        parse_council(stated(mandate=mandate), key="t")


# --- postcodes --------------------------------------------------------------------------


def test_outward_shares_against_pandas() -> None:
    council: Council = read_council("colchester")
    named = [option_zones(i, council) for i in ("district", "ttwa-official+ipswich")]
    shares = outward_shares(named)
    columns = ["key", "msoa11cd", "status"]
    table = pd.read_parquet(default_store().root / "postcodes.parquet", columns=columns)
    table = table[table["status"] == "live"]
    number = table["key"] // 6760
    table["outward"] = number.map({n: outward_of(int(n)) for n in number.unique()})
    table = table[table["outward"].isin(["CO1", "CO10", "IP1", "IP9", "CM8", "N1"])]
    for one in named:
        slow = table["msoa11cd"].isin(one.zones).groupby(table["outward"]).mean()
        slow = slow.drop("N1")
        np.testing.assert_allclose(shares[one.id].reindex(slow.index).fillna(0.0), slow)
    assert "N1" not in shares.index
    assert shares.loc["IP1", "ttwa-official+ipswich"] > shares.loc["IP1", "district"] == 0.0


# --- spend ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("£1,234.50", 1234.5),
        (" GBP 20 ", 20.0),
        ("(1,000.00)", -1000.0),
        ("-£5", -5.0),
        ("\N{MINUS SIGN}5.10", -5.1),
        (".5", 0.5),
    ],
)
def test_money_as_people_write_it(text: str, value: float) -> None:
    assert read_amounts(pd.Series([text])).tolist() == [value]


@pytest.mark.parametrize("text", ["", "n/a", "1.2.3", "12 pounds", "1e5", "nan", "inf", "--5"])
def test_what_is_no_amount(text: str) -> None:
    assert math.isnan(read_amounts(pd.Series([text]))[0])


def spend(folder: Path, text: str, **named: str) -> SpendFile:
    path = folder / "spend.csv"
    path.write_text(text, encoding="utf-8")
    return SpendFile.open(path, **named)


def test_columns_are_found_and_every_row_is_kept(tmp_path: Path) -> None:
    text = 'Supplier,Post Code,Net Amount\n"A, Ltd",CO1 1JB,"1,000.00"\nB,,x\n\nC,IP1 1DH,-5\n'
    found = spend(tmp_path, text)
    assert (found.postcode_header, found.amount_header) == ("Post Code", "Net Amount")
    assert found.frame["postcode"].tolist() == ["CO1 1JB", "", "IP1 1DH"]
    assert found.frame["amount"].fillna(0).tolist() == [1000.0, 0.0, -5.0]
    assert found.unread == 1


def test_a_file_without_amounts_is_counted_by_rows(tmp_path: Path) -> None:
    found = spend(tmp_path, "name,postcode\nA,CO1 1JB\n")
    assert found.amount_header == ""
    assert list(found.frame.columns) == ["postcode"]


def test_a_spend_file_that_cannot_be_replayed_says_why(tmp_path: Path) -> None:
    with pytest.raises(ColumnNotFoundError, match="no column holds postcodes"):
        spend(tmp_path, "supplier,amount\nA,5\n")
    with pytest.raises(ColumnNotFoundError, match="no column 'site'"):
        spend(tmp_path, "postcode,amount\nCO1 1JB,5\n", column="site")
    with pytest.raises(InputError, match=r"no column 'net'.*name one"):
        spend(tmp_path, "postcode,amount\nCO1 1JB,5\n", amount="net")
    with pytest.raises(FileFormatError, match="no row below the header"):
        spend(tmp_path, "postcode,amount\n")
    with pytest.raises(InputError, match="cannot be read"):
        SpendFile.open(tmp_path / "not-there.csv")


ROWS = (
    ("Payments over £500", None, None),
    ("Supplier", "Postcode", "Amount"),
    ("A", "CO1 1JB", 1000.5),
    ("B", None, "n/a"),
    ("C", "IP1 1DH", -5),
)


def write_sheet(path: Path) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    elif path.suffix == ".ods":
        pd.DataFrame(ROWS).to_excel(path, engine="odf", header=False, index=False)
    else:
        below = pd.DataFrame(ROWS[2:], columns=list(ROWS[1]))
        below.assign(Amount=below["Amount"].astype(str)).to_parquet(path)


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".parquet"])
def test_workbooks_and_parquet_are_read_as_text_files_are(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"spend{ending}"
    write_sheet(path)
    found = SpendFile.open(path)
    assert (found.postcode_header, found.amount_header) == ("Postcode", "Amount")
    assert found.frame["postcode"].tolist() == ["CO1 1JB", "", "IP1 1DH"]
    assert found.frame["amount"].fillna(0).tolist() == [1000.5, 0.0, -5.0]
    assert found.unread == 1


@pytest.mark.parametrize("start", [b"PK\x03\x04rest", b"PAR1 but no more", b"\xd0\xcf\x11\xe0"])
def test_a_damaged_workbook_says_what_it_is(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "spend.bin").write_bytes(start)
    with pytest.raises(FileFormatError):
        SpendFile.open(tmp_path / "spend.bin")


# --- files ------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    for name, why in (("r.txt", "ends in .txt; use .pdf, .docx, .html"), ("r", "ends in nothing")):
        with pytest.raises(InputError, match=why):
            renderer_for(tmp_path / name)
    with pytest.raises(InputError, match="does not exist; create it first"):
        renderer_for(tmp_path / "none" / "r.pdf")
    (tmp_path / "r.pdf").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        renderer_for(tmp_path / "r.pdf")


@pytest.mark.parametrize(
    ("core", "fringe", "options", "said"),
    [
        ((1, 1330), (8, 23233), 3, "1 zone with 1,330 jobs (2011) is local under all 3 options. 8"),
        ((2, 10), (1, 5), 2, "are local under both options. 1 zone with 5 jobs is local under"),
        ((2, 10), (1, 5), 2, "whether it counts is decided"),
        ((0, 0), (2, 5), 4, "No zone is local under all 4 options. 2 zones with 5 jobs are"),
        ((2, 10), (0, 0), 2, "both options. They take in the same zones."),
    ],
)
def test_what_options_agree_on_is_counted_in_words(
    core: tuple[int, float], fringe: tuple[int, float], options: int, said: str
) -> None:
    assert said in agreement(core, fringe, options)


def test_an_option_with_the_zones_of_another_says_so() -> None:
    made = [option("district"), option("ttwa-official"), option("drive-30")]
    made[1] = replace(made[1], zones=("E02004510",))
    facts: Any = SimpleNamespace(options=made, letters=letter_options(made))
    assert same_as(facts, made[2]) == " It is the same area as option A."
    assert [same_as(facts, one) for one in made[:2]] == ["", ""]
