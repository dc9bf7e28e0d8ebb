"""Contracts by API: entered, returned, corrected and shown; nothing of a row is kept or told."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import (
    FIRST,
    HERE,
    HOME,
    QUARTERS,
    SPEND,
    STAFF,
    TERMS,
    THERE,
    answer_coarsely,
    published,
)
from service_cases import service_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def client(folder: Path, small_tables: DataStore) -> Iterator[TestClient]:
    definitions = published(folder / "definitions")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, jobs_dir=folder / "jobs", **tables) as made:
        answer_coarsely(made, definitions)
        yield made


def add(client: TestClient, reference: str, **changes: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/contracts", json=TERMS | {"reference": reference} | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def send(client: TestClient, reference: str, text: str, quarter: str = QUARTERS[0]) -> Any:
    return client.post(
        f"/api/v1/contracts/{reference}/returns",
        data={"quarter": quarter},
        files={"file": ("smithson-home.csv", text.encode())},
    )


def test_a_contract_is_entered_returned_and_shown(client: TestClient) -> None:
    pledges = [{"measure": "LOCAL-SPEND", "quarter": QUARTERS[0], "target": "60"}]
    made = add(client, "API-1", pledges=pledges)
    assert (made["version"], made["definition"], made["rule"]) == (1, FIRST, "contract-year")
    rows = f"API-1,S1,{HERE},300,2026-04-01\nAPI-1,S2,{THERE},100,2026-06-30\n"
    later = f"API-1,S1,{HERE},50,2026-07-01\nAPI-2,S1,{HERE},50,2026-05-01\nAPI-1,S1,,1,2026-05-01"
    answer = send(client, "API-1", SPEND + rows + later)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    (line,) = told["receipt"]["returns"]
    assert line == {
        "return": 1, "kind": "spend", "rows": 5, "counted": 3, "refused": 0,
        "outside_quarter": 1, "other_contract": 1, "blank": 0,
    }  # fmt: skip
    assert any("row 4: dated outside the quarter" in note for note in told["notes"])
    assert any("row 5: of another contract, so not counted here" in note for note in told["notes"])
    shown = client.get("/api/v1/contracts/API-1").json()
    (share,) = (one for one in shown["measures"] if one["measure"] == "LOCAL-SPEND")
    assert share["priority"] is True
    assert share["by_quarter"][0] == {  # 300 of 401: an unknown site stays in the divisor
        "quarter": QUARTERS[0], "target": "60", "delivered": "74.8", "withheld": False,
    }  # fmt: skip
    assert [one["version"] for one in client.get("/api/v1/contracts/API-1/returns").json()[
        "returns"]] == [1]  # fmt: skip
    assert "API-1" in [c["reference"] for c in client.get("/api/v1/contracts").json()["contracts"]]


def test_a_correction_supersedes_and_the_indicator_follows(client: TestClient) -> None:
    add(client, "API-3", definition="colchester-measure-2027.1", first_day="2027-04-01")
    quarter = QUARTERS[4]
    for amount, version, share in (("100", 1, "50.0"), ("300", 2, "75.0"), ("300", 2, "75.0")):
        rows = f"API-3,S1,{HERE},{amount},2027-04-01\nAPI-3,S2,{THERE},100,2027-04-01\n"
        answer = send(client, "API-3", SPEND + rows, quarter)
        assert answer.json()["version"] == version
        (series,) = (
            one
            for one in client.get("/api/v1/kpi").json()["series"]
            if one["definition"] == "colchester-measure-2027.1"
        )
        assert series["by_quarter"][0]["delivered"] == share
    shown = client.get("/api/v1/contracts/API-3/returns").json()["returns"]
    assert [one["version"] for one in shown] == [1, 2]
    assert client.get("/api/v1/audit/verify").json()["sound"] is True


def test_a_contract_is_corrected_by_naming_the_version(client: TestClient) -> None:
    add(client, "API-4")
    again = client.post("/api/v1/contracts", json=TERMS | {"reference": "API-4", "title": "Other"})
    assert again.status_code == 409
    assert "version 1" in again.json()["detail"]
    assert add(client, "API-4", title="Other", supersedes=1)["version"] == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"definition": "colchester-measure-2099.1"}, "there is no published definition"),
        ({"rule": "mine"}, "there is no counting rule"),
        ({"supplier": f"J Smithson, {HOME}"}, "holds a postcode"),
        ({"reference": "a b"}, "letters, digits"),
        ({"pledges": [{"measure": "NT1", "target": "1", "quarter": "x"}]}, "is not a quarter"),
        ({"value": "12,5"}, "pattern"),
    ],
)
def test_what_is_wrong_with_a_contract_is_told(
    client: TestClient, changes: dict[str, Any], says: str
) -> None:
    answer = client.post("/api/v1/contracts", json=TERMS | {"reference": "API-9"} | changes)
    assert answer.status_code == 422
    assert says in answer.json()["detail"] or says in answer.text
    assert HOME not in answer.json()["detail"]
    assert client.get("/api/v1/contracts/API-9").status_code == 404


def test_what_is_wrong_with_a_return_is_told_and_nothing_kept(client: TestClient) -> None:
    add(client, "API-5")
    good = f"API-5,S1,{HERE},300,2026-04-01\n"
    for text, quarter, status, says in (
        (SPEND + good, "2030-31 Q1", 422, "not in 2030-31 Q1"),
        (SPEND + good, "Q1", 422, "is not a quarter"),
        (
            SPEND + f"API-1,S1,{HERE},300,2026-04-01\n",
            QUARTERS[0],
            422,
            "one row does not count",
        ),
        (f"Jane,{HOME}\nJohn,{HOME}\n", QUARTERS[0], 422, "lacks the columns of a return"),
        ("contract,measure,quarter,target\nAPI-5,NT1,2026-27 Q1,1\n", QUARTERS[0], 422, "pledges"),
    ):
        answer = send(client, "API-5", text, quarter)
        assert answer.status_code == status, answer.text
        assert says in answer.json()["detail"]
        assert HOME not in answer.text
    staff = STAFF + f"API-5,E1,{HOME},9,2026-04-01,\nAPI-5,E2,{HOME},1,soon,\n"
    both = [("file", ("spend.csv", (SPEND + good).encode())), ("file", ("s.csv", staff.encode()))]
    answer = client.post(
        "/api/v1/contracts/API-5/returns", data={"quarter": QUARTERS[0]}, files=both
    )
    assert answer.status_code == 422, answer.text
    assert (
        "s.csv: fte: it must be more than 0 and at most 1, start_date: this is not a date"
        in (answer.json()["detail"])
    )
    page = client.post(f"/contracts/API-5/returns/{QUARTERS[0]}", files=both)
    assert (page.status_code, "All rows of a return are refused" in page.text) == (422, True)
    assert send(client, "API-0", SPEND + good).status_code == 404
    assert client.get("/api/v1/contracts/API-5/returns").json() == {"returns": []}
    assert client.get("/api/v1/kpi", params={"measure": "NT99"}).status_code == 422


def test_two_people_are_kept_by_number_and_withheld(client: TestClient) -> None:
    add(client, "API-6")
    rows = f"API-6,E1,{HERE},1,2026-04-01,\nAPI-6,E2,{HERE},1,2026-04-01,\n"
    assert send(client, "API-6", STAFF + rows).status_code == 201
    (line,) = (
        one
        for one in client.get("/api/v1/contracts/API-6").json()["measures"]
        if one["measure"] == "NT1"
    )
    assert (line["by_quarter"][0]["withheld"], line["by_quarter"][0]["delivered"]) == (True, None)
    assert (line["withheld"], line["delivered"]) == (True, None)


def test_the_page_of_a_return_tells_what_the_api_tells(client: TestClient) -> None:
    """Whoever sends it on the page is told of people who would count under two types, too."""
    add(client, "API-27")
    header = "contract,employee,home_postcode,fte,start_date,long_term_unemployed\n"
    people = "".join(f"API-27,E{number},{HERE},1,2026-04-01,{{}}\n" for number in range(6))
    assert send(client, "API-27", header + people.replace("{}", "no")).status_code == 201
    staff = {"file": ("staff.csv", (header + people.replace("{}", "yes")).encode())}
    page = client.post(f"/contracts/API-27/returns/{QUARTERS[1]}", files=staff)
    assert f"By this list more people count under NT3 in {QUARTERS[0]}" in page.text
    rows = f"API-27,S1,{HERE},-300,2026-07-01\nAPI-27,S2,{THERE},100,2026-07-01\n"
    spend = {"file": ("spend.csv", (SPEND + rows).encode())}
    page = client.post(f"/contracts/API-27/returns/{QUARTERS[1]}", files=spend)
    assert "The version before had figures of" in page.text
    said = "LOCAL-SPEND has no share: credit notes leave none from 0 to 100%"
    assert said in page.text
    assert said in client.get(f"/contracts/API-27/returns/{QUARTERS[1]}/2").text


def tables(reference: str, *, version: str = "", **changes: str) -> dict[str, str]:
    """Give CSV tables of one contract with a pledge and a milestone."""
    terms = {**TERMS, "reference": reference, "version": version, **changes}
    return {
        "contracts": ",".join(terms) + "\n" + ",".join(map(str, terms.values())) + "\n",
        "pledges": f"contract,measure,unit,target\n{reference},NT18,GBP,1500.50\n",
        "milestones": f"contract,milestone,due\n{reference},First apprentice,30/09/2026\n",
    }


def files_of(made: dict[str, str]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", (f"{name}.csv", text.encode())) for name, text in made.items()]


def test_tables_are_looked_at_then_entered_by_api(client: TestClient) -> None:
    sent = files_of(tables("TAB-1"))
    seen = client.post("/api/v1/contracts/import", files=sent, data={"preview": "true"})
    line = {"reference": "TAB-1", "quarter": None, "version": 1, "result": "entered"}
    assert seen.json() == {"entered": False, "lines": [line], "read_only": [], "notes": []}
    assert client.get("/api/v1/contracts/TAB-1").status_code == 404
    assert client.post("/api/v1/contracts/import", files=sent).json()["entered"] is True
    shown = client.get("/api/v1/contracts/TAB-1").json()
    assert [(one["measure"], one["target"]) for one in shown["pledges"]] == [("NT18", "1500.50")]
    again = client.post("/api/v1/contracts/import", files=sent).json()
    assert again["lines"] == [{**line, "result": "unchanged"}]
    # Of a contract from before its definition, which was meant or chosen by mistake.
    early = tables("TAB-8", first_day="2025-04-01")
    seen = client.post("/api/v1/contracts/import", files=files_of(early)).json()
    assert seen["notes"][0].startswith("TAB-8: The contract begins on 1 April 2025, before")
    told = [f"TAB-8: {note}" for note in client.get("/api/v1/contracts/TAB-8").json()["notes"]]
    listed = client.get("/api/v1/contracts").json()["contracts"]
    kept = {one["reference"]: one["notes"] for one in listed}
    assert (seen["notes"], kept["TAB-1"]) == (told, [])
    assert f"TAB-8: {kept['TAB-8'][0]}" == told[0]


def test_one_wrong_row_and_nothing_is_entered_of_any(client: TestClient) -> None:
    add(client, "TAB-9")
    good, bad = tables("TAB-2"), tables("TAB-3", value="lots", last_day="2020-01-01")
    rows = [text.splitlines()[1] for text in (bad["contracts"], tables("TAB-9")["contracts"])]
    good["contracts"] += "\n".join(rows) + f"\nTAB-4,At {HOME},X,Y,1,2026-04-01,2027-03-31,"
    good["contracts"] += f"{FIRST},\nimport,T,X,Y,1,2026-04-01,2027-03-31,none-1,\n"
    good["pledges"] += "TAB-2,NT2,weeks,101\n"
    refused = client.post("/api/v1/contracts/import", files=files_of(good))
    assert refused.status_code == 422
    told = [(one["table"], one["row"], one["column"]) for one in refused.json()["places"]]
    assert told == [
        ("contracts.csv", 3, "value"), ("contracts.csv", 3, "last_day"),
        ("contracts.csv", 5, "title"), ("pledges.csv", 3, "unit"), ("pledges.csv", 3, "target"),
    ]  # fmt: skip
    assert HOME not in refused.text
    assert client.get("/api/v1/contracts/TAB-2").status_code == 404
    # Once all rows can be read, they are held against the register: again all at once.
    other = tables("TAB-9", title="Other")
    for reference, definition in (("import", FIRST), ("TAB-5", "none-1"), ("tab-9", FIRST)):
        line = tables(reference, definition=definition)["contracts"].splitlines()[1]
        other["contracts"] += line + "\n"
    refused = client.post("/api/v1/contracts/import", files=files_of(other))
    told = [(one["row"], one["column"]) for one in refused.json()["places"]]
    assert told == [(2, "version"), (3, "reference"), (4, "definition"), (5, "")]
    assert client.get("/api/v1/contracts/TAB-9").json()["version"] == 1


def test_the_register_goes_out_and_comes_back_by_page_without_loss(
    client: TestClient, folder: Path, small_tables: DataStore
) -> None:
    add(client, "OUT-1", pledges=[{"measure": "LOCAL-SPEND", "target": "62.5"}])
    assert send(client, "OUT-1", SPEND + f"OUT-1,S1,{HERE},300.10,2026-04-01\n").status_code == 201
    before = client.get("/api/v1/contracts/OUT-1?internal=true").json()
    public = client.get("/export-contracts.xlsx", params={"public": "true"})
    assert public.headers["content-disposition"] == 'attachment; filename="register.xlsx"'
    book = client.get("/export-contracts.xlsx").content
    with zipfile.ZipFile(io.BytesIO(client.get("/export-contracts.zip").content)) as archive:
        csvs = {name.removesuffix(".csv"): archive.read(name).decode("utf-8-sig")
                for name in archive.namelist()}  # fmt: skip
    assert set(csvs) == {"contracts", "pledges", "milestones", "figures", "returns"}
    answer = client.get("/api/v1/contracts/export", params={"format": "zip", "internal": "true"})
    assert answer.content == client.get("/export-contracts.zip").content
    other, sent = folder / "other", files_of(csvs)
    published(other / "definitions")
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(other, jobs_dir=other / "jobs", **stated) as second:
        page = second.post("/import-contracts", files=sent)
        assert page.status_code == 200, page.text
        assert "Nothing has been entered yet" in page.text
        assert second.get("/api/v1/contracts").json() == {"contracts": []}
        fields = dict(re.findall(r'name="(tables|seen)" value="([^"]*)"', page.text))
        done = second.post("/import-contracts/enter", data=fields)
        assert "Everything has been entered" in done.text
        after = second.get("/api/v1/contracts/OUT-1?internal=true").json()
        assert {**after, "entered_at": ""} == {**before, "entered_at": ""}
        # The workbook holds the same: no contract and no figure of it differs from the CSV files'.
        again = second.post("/import-contracts", files=[("file", ("register.xlsx", book))])
        assert "There is nothing to enter" in again.text
        assert "Enter all of it" not in again.text
        stale = second.post("/import-contracts/enter", data=fields)
        assert stale.status_code == 409  # it is not what was looked at any more
        lost = second.post("/import-contracts/enter", data={**fields, "tables": "eJw"})
        assert lost.status_code == 422
        assert "send the files again" in lost.text
    csvs["contracts"] = csvs["contracts"].replace("Repair of roads", "Care of roads")
    page = client.post("/import-contracts", files=files_of(csvs))
    assert "Title: Repair of roads becomes Care of roads" in page.text


def test_a_page_tells_all_faults_with_row_and_column(client: TestClient) -> None:
    bad = tables("TAB-7", value="lots", first_day="soon", supplier=f"J Smith {HOME}")
    page = client.post("/import-contracts", files=files_of(bad))
    assert page.status_code == 422
    assert "3 things are wrong in the files. Nothing has been entered" in page.text
    cells = re.sub(r"<td[^>]*>", "<td>", page.text)
    for column in ("supplier", "value", "first_day"):
        assert f"contracts.csv</td><td>2</td><td>{column}</td>" in cells
    assert HOME not in page.text
    both = {"contracts": "a,b\n1,2\n", "pledges": "contract,measure,target,x\n"}
    page = client.post("/import-contracts", files=files_of(both))
    assert "2 things are wrong" in page.text
    nothing = client.post("/import-contracts", files=[])
    assert "choose 1 to 10 files: tables of the register" in nothing.text.lower()


def test_no_home_no_name_and_no_file_name_is_written_anywhere(
    client: TestClient, folder: Path
) -> None:
    add(client, "API-7")
    rows = f"API-7,E1,{HOME},1,2026-04-01,\nAPI-7,Smithson,{HOME},9,2026-04-01,\n"
    answer = send(client, "API-7", STAFF + rows)
    assert answer.status_code == 201
    assert answer.json()["receipt"]["refused"] == [
        {"return": 1, "column": "fte", "reason": "out_of_range", "rows": [3]}
    ]
    typed = ("COLCHESTERTOWN", "", "withheld", HERE)
    rows = "".join(f"API-7,E{n},{home},1,2026-04-01,\n" for n, home in enumerate(typed))
    answer = send(client, "API-7", STAFF + rows)
    assert answer.json()["receipt"]["unknown"] == [  # row 4 says that the home was withheld
        {"return": 1, "column": "home_postcode", "reason": "blank", "rows": [3]},
        {"return": 1, "column": "home_postcode", "reason": "malformed", "rows": [2]},
    ]
    place, sheet = f"/contracts/API-7/returns/{QUARTERS[0]}", {"file": ("s.csv", STAFF + rows)}
    before = client.post(place, data={"act": "check"}, files=sheet).text
    assert "The return was checked and not sent" in before
    assert "s.csv: row 2 home_postcode: this cannot be read as a postcode" in before
    assert "COLCHESTERTOWN" not in before
    assert client.post(place, data={"act": "other"}, files=sheet).status_code == 422
    assert client.get(f"{place}/3").status_code == 404  # nothing was kept of either
    page = client.get(f"{place}/2").text
    for told in (" ".join(answer.json()["notes"]), page):
        assert "row 2" in told
        assert "cannot be read as a postcode, so it cannot count as local: enter" in told
        assert "COLCHESTERTOWN" not in told
    planted = tables("API-8", supplier=f"Smithson {HOME}", title="Smithson")
    for address in ("/api/v1/contracts/import", "/import-contracts"):
        refused = client.post(address, files=files_of(planted))
        assert (refused.status_code, HOME in refused.text) == (422, False)
    client.app.state.localarea.database.settle()  # type: ignore[attr-defined]
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        for text in ("COLCHESTERTOWN", HOME, HOME.replace(" ", ""), "Smithson", "smithson-home"):
            assert text not in path.name
            assert text.encode() not in held, (path.name, text)
