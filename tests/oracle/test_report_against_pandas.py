"""The figures of the Cabinet report, read back out of its pages and computed again in pandas."""

from __future__ import annotations

import csv
import re
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from plain_pictures import dots
from pypdf import PdfReader

from localarea.checking.payments import SpendFile
from localarea.datasets.store import default_store
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.reports.cabinet import document
from localarea.reports.cabinet.formats.write import write_report

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

OFFICIAL = "Colchester labour market (ONS 2011)"
OPTIONS = ("district", "ttwa-official", "ttwa-official+ipswich", "districts")
COLCHESTER, IPSWICH, COLCHESTER_TTWA = "E07000071", "E07000202", "E30000193"
NORTH_ESSEX = ("E07000067", "E07000071", "E07000076", "E07000200")
SPEND = [
    ("CO1 1JB", 1000.0), ("CO3 3WG", 250.5), ("IP1 2DE", 4000.0), ("IP4 1LN", 99.5),
    ("CO16 9BP", 700.0), ("CM7 9HB", 300.0), ("SW1A 1AA", 10_000.0), ("", 5.0), ("nonsense", 7.0),
]  # fmt: skip


class Tables(HTMLParser):
    """Reads every table of a page: caption to rows of texts, the header first."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._open = ""
        self._rows: list[list[str]] = []
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")
            self._open = tag
        elif tag == "caption":
            self._open = tag
        elif tag == "small":
            self.handle_data(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""
        if tag == "table":
            self.found[re.sub(r"^Table \d+: ", "", self._caption)] = self._rows

    def handle_data(self, data: str) -> None:
        if self._open == "caption":
            self._caption += data
        elif self._open:
            self._rows[-1][-1] += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report")
    with (place / "spend.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["supplier", "postcode", "amount"])
        rows.writerows(("a supplier", postcode, amount) for postcode, amount in SPEND)
    council = read_council("colchester")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "draw_pictures", dots)  # the tests read figures of tables
        report = document.build_report(
            [option_zones(name, council) for name in OPTIONS],
            council,
            dated=date(2026, 11, 23),
            spend=SpendFile.open(place / "spend.csv"),
        )
    for name in ("report.html", "report.pdf"):
        write_report(report, place / name)
    return place


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, list[list[str]]]:
    reader = Tables()
    reader.feed((folder / "report.html").read_text(encoding="utf-8"))
    return reader.found


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    root = default_store().root
    names = (
        "flows_2011", "flows_2011_special", "enterprises_lad", "jobs_msoa21_2024",
        "msoa11_msoa21", "ttwa11_msoa11",
    )  # fmt: skip
    found = {name: pd.read_parquet(root / f"{name}.parquet") for name in names}
    found["zones"] = pd.read_parquet(
        root / "zones_msoa11.parquet", columns=["msoa11cd", "lad25cd"]
    ).astype(str)
    found["postcodes"] = pd.read_parquet(
        root / "postcodes.parquet", columns=["key", "msoa11cd", "status"]
    )
    return found


@pytest.fixture(scope="module")
def held(raw: dict[str, pd.DataFrame]) -> dict[str, set[str]]:
    """Give the zones of the four options, from nothing but the lookups."""
    zones, ttwa = raw["zones"], raw["ttwa11_msoa11"]
    of = {code: set(part["msoa11cd"]) for code, part in zones.groupby("lad25cd")}
    official = set(ttwa.loc[ttwa["ttwa11cd"] == COLCHESTER_TTWA, "msoa11cd"].astype(str))
    return {
        "district": of[COLCHESTER],
        "ttwa-official": official,
        "ttwa-official+ipswich": official | of[IPSWICH],
        "districts": set().union(*(of[code] for code in NORTH_ESSEX)),
        "ipswich": of[IPSWICH],
    }


@pytest.fixture(scope="module")
def trips(raw: dict[str, pd.DataFrame], held: dict[str, set[str]]) -> pd.DataFrame:
    """
    List every journey from or to a zone of an option.

    Those at home or at no fixed place go to where they live.
    """
    near = set().union(*held.values())
    special = raw["flows_2011_special"]
    special = special[special["origin"].isin(near)].astype({"kind": str, "origin": str})
    at_home = special["kind"].isin(["home", "no_fixed_place"])
    special = special.assign(destination=special["origin"].where(at_home, "elsewhere"))
    flows = raw["flows_2011"]
    flows = flows[flows["origin"].isin(near) | flows["destination"].isin(near)]
    flows = flows.astype({"origin": str, "destination": str})
    columns = ["origin", "destination", "workers"]
    return pd.concat([flows[columns], special[columns]], ignore_index=True)


def labour_market(trips: pd.DataFrame, inside: set[str]) -> dict[str, float]:
    lives, works = trips["origin"].isin(inside), trips["destination"].isin(inside)
    both = trips.loc[lives & works, "workers"].sum()
    residents, jobs = trips.loc[lives, "workers"].sum(), trips.loc[works, "workers"].sum()
    return {
        "supply": both / residents,
        "demand": both / jobs,
        "jobs": jobs,
        "residents": residents,
        "cut": trips.loc[lives ^ works, "workers"].sum(),
    }


def enterprises(raw: dict[str, pd.DataFrame], inside: set[str]) -> float:
    """Divide each district's enterprises of 2022 over its zones by employee jobs."""
    bridge = raw["msoa11_msoa21"].astype({"msoa11cd": str, "msoa21cd": str})
    jobs = raw["jobs_msoa21_2024"].astype({"msoa21cd": str}).groupby("msoa21cd")["employees"].sum()
    bridge["jobs"] = bridge["share21"] * bridge["msoa21cd"].map(jobs)
    zones = raw["zones"].set_index("msoa11cd")
    zones["jobs"] = bridge.groupby("msoa11cd")["jobs"].sum()
    firms = raw["enterprises_lad"].astype({"lad25cd": str})
    firms = firms[firms["year"] == 2022].set_index("lad25cd")["enterprises"]
    part = zones["jobs"] / zones.groupby("lad25cd")["jobs"].transform("sum")
    return float((part * zones["lad25cd"].map(firms))[zones.index.isin(inside)].sum())


def local_spend(raw: dict[str, pd.DataFrame], inside: set[str]) -> float:
    """Find each postcode in the directory by its letters, without the package's reader."""
    wanted = pd.DataFrame(SPEND, columns=["postcode", "amount"])
    wanted["key"] = wanted["postcode"].map(spelt_key)
    table = raw["postcodes"]
    zone = table[table["key"].isin(wanted["key"])].set_index("key")["msoa11cd"].astype(str)
    return float(wanted.loc[wanted["key"].map(zone).isin(inside), "amount"].sum())


def spelt_key(postcode: str) -> int:
    """Work out the key of the directory as docs describe it, for the postcodes used here."""
    match = re.fullmatch(r"([A-Z])([A-Z]?)(\d)(\d|[A-Z])? (\d)([A-Z])([A-Z])", postcode)
    if match is None:
        return -1
    first, second, third, fourth, inward, one, two = match.groups()
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index
    b = letter(second) + 1 if second else 0
    d = 0 if not fourth else int(fourth) + 1 if fourth.isdigit() else letter(fourth) + 11
    outward = ((letter(first) * 27 + b) * 12 + int(third)) * 37 + d
    return (outward * 10 + int(inward)) * 676 + letter(one) * 26 + letter(two)


def expected(raw: dict[str, pd.DataFrame], trips: pd.DataFrame, inside: set[str]) -> dict[str, str]:
    """Write what the table on Ipswich must say."""
    now = labour_market(trips, inside)
    spend, whole = local_spend(raw, inside), sum(amount for _, amount in SPEND)
    return {
        "Residents in work who work inside (supply side, %, 2011)": f"{now['supply']:.1%}",
        "Jobs inside held by residents (demand side, %, 2011)": f"{now['demand']:.1%}",
        "Jobs inside (people at work, 2011)": f"{now['jobs']:,.0f}",
        "Residents in work (people, 2011)": f"{now['residents']:,.0f}",
        "Active enterprises inside (number, 2022)": f"{enterprises(raw, inside):,.0f}",
        "Commuters cut, in and out (people, 2011)": f"{now['cut']:,.0f}",
        "Replayed spend that is local (% of the amount)": f"{spend / whole:.1%}",
        "Replayed spend that is local (amount, as in the file)": f"{spend:,.0f}",
    }


def test_ipswich_with_and_without_against_pandas(
    tables: dict[str, list[list[str]]],
    raw: dict[str, pd.DataFrame],
    trips: pd.DataFrame,
    held: dict[str, set[str]],
) -> None:
    table = tables[f"B. {OFFICIAL} without Ipswich and with it"]
    shown = {row[0]: row[1:3] for row in table[1:]}
    without = expected(raw, trips, held["ttwa-official"])
    with_it = expected(raw, trips, held["ttwa-official+ipswich"])
    assert {name: shown[name] for name in without} == {
        name: [without[name], with_it[name]] for name in without
    }
    assert without["Residents in work who work inside (supply side, %, 2011)"] == "72.4%"  # ONS
    assert without["Replayed spend that is local (amount, as in the file)"] not in ("0", "")


def test_what_becomes_local_of_ipswich_against_pandas(
    tables: dict[str, list[list[str]]],
    raw: dict[str, pd.DataFrame],
    trips: pd.DataFrame,
    held: dict[str, set[str]],
) -> None:
    table = tables[f"B. {OFFICIAL} without Ipswich and with it"]
    shown = {row[0]: row[1:3] for row in table[1:]}
    works_there = trips[trips["destination"].isin(held["ipswich"])]
    for column, option in enumerate(("ttwa-official", "ttwa-official+ipswich")):
        inside = held[option]
        local = works_there.loc[works_there["origin"].isin(inside), "workers"].sum()
        share = local / works_there["workers"].sum()
        name = "Ipswich firms' workers who are local (%, 2011)"
        assert shown[name][column] == f"{share:.1%}"
    assert shown["Ipswich jobs that are local (%, 2011)"] == ["0.0%", "100.0%"]


def test_the_table_of_criteria_against_pandas(
    tables: dict[str, list[list[str]]],
    raw: dict[str, pd.DataFrame],
    trips: pd.DataFrame,
    held: dict[str, set[str]],
) -> None:
    rows = {row[0]: row[1:] for row in tables["The criteria and the options"][1:]}
    found = [labour_market(trips, held[option]) for option in OPTIONS]
    supply = rows["Residents in work who work inside (%, 2011)"]
    assert supply[:4] == [f"{f['supply']:.1%}" for f in found]
    cut = rows["Commuters cut by the boundary (thousand, 2011)"]
    assert cut[:4] == [f"{f['cut'] / 1000:,.1f}" for f in found]
    jobs = rows["Jobs inside (thousand, 2011)"]
    assert jobs[:4] == [f"{f['jobs'] / 1000:,.1f}" for f in found]
    best = max(range(4), key=lambda at: found[at]["supply"])
    assert supply[4] == "ABCD"[best]
    assert cut[4] == "ABCD"[min(range(4), key=lambda at: found[at]["cut"])]
    assert len(jobs[4]) == 1, "more jobs are not better"
    assert jobs[4] not in "ABCD"


def test_gains_by_district_and_industry_against_pandas(
    tables: dict[str, list[list[str]]],
    raw: dict[str, pd.DataFrame],
    trips: pd.DataFrame,
    held: dict[str, set[str]],
) -> None:
    table = tables["Gained and lost by district, compared with option A"]
    at = [heading.split(" |")[0] for heading in table[0]].index("Jobs")
    ipswich = trips.loc[trips["destination"].isin(held["ipswich"]), "workers"].sum()
    (row,) = [r for r in table if (r[0] == "C" or r[0].startswith("C. ")) and r[1] == "Ipswich"]
    assert row[at] == f"+{ipswich:,.0f}"
    industries = tables["Jobs gained and lost by industry"][1:]
    bridge = raw["msoa11_msoa21"].astype({"msoa11cd": str, "msoa21cd": str})
    jobs = raw["jobs_msoa21_2024"].astype({"msoa21cd": str, "industry": str})
    for option, column in (("district", 1), ("ttwa-official", 2)):
        share = bridge[bridge["msoa11cd"].isin(held[option])].groupby("msoa21cd")["share21"].sum()
        part = jobs["employees"] * jobs["msoa21cd"].map(share).fillna(0.0)
        slow = part.groupby(jobs["industry"]).sum()
        if option == "district":
            base = slow
            assert {r[0]: r[column] for r in industries} == {
                k: f"{v:,.0f}" for k, v in slow.items()
            }
        else:
            more = {k: f"+{v:,.0f}" for k, v in (slow - base).items()}
            assert {r[0]: r[column] for r in industries} == more


def test_spend_by_option_against_pandas(
    tables: dict[str, list[list[str]]],
    raw: dict[str, pd.DataFrame],
    trips: pd.DataFrame,
    held: dict[str, set[str]],
) -> None:
    rows = tables["The spend file under each option"][1:]
    first = local_spend(raw, held["district"])
    for row, option in zip(rows, OPTIONS, strict=True):
        local = local_spend(raw, held[option])
        # Colchester district lies in all four, so nothing stops being local.
        assert row[3] == f"{local:,.0f}"
        assert row[5:7] == [f"{local - first:,.0f}", "0"]
    assert {row[2] for row in rows} == {"2"}  # the blank cell and the nonsense


def test_every_zone_and_outward_code_is_in_the_appendix(
    tables: dict[str, list[list[str]]],
    raw: dict[str, pd.DataFrame],
    trips: pd.DataFrame,
    held: dict[str, set[str]],
) -> None:
    rows = tables["Zones by district, and the options under which they are local"][1:]
    listed = {row[2]: set(row[3].split(", ")) for row in rows}
    slow: dict[str, set[str]] = {}
    for letter, option in zip("ABCD", OPTIONS, strict=True):
        for zone in held[option]:
            slow.setdefault(zone, set()).add(letter)
    assert listed == slow
    outward = {r[0]: r[1:] for r in tables["Outward codes that are local, wholly or partly"][1:]}
    table = raw["postcodes"]
    live = table[
        (table["status"] == "live") & (table["key"] // 6760 == spelt_key("CO16 0AA") // 6760)
    ]
    share = live["msoa11cd"].astype(str).isin(held["ttwa-official"]).mean()
    assert 0 < share < 1
    assert f"B {share:.0%}" in outward["CO16"][2]
    assert outward["CO16"][0] == f"{len(live):,}"


def test_the_pdf_says_the_same(folder: Path, tables: dict[str, list[list[str]]]) -> None:
    pages = PdfReader(folder / "report.pdf").pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for caption in (f"B. {OFFICIAL} without Ipswich and with it", "The criteria and the options"):
        for row in tables[caption][1:]:
            numbers = " ".join(row[1:])
            assert f"{row[0]} {numbers}".replace("  ", " ") in text, row
