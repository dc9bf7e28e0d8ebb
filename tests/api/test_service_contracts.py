"""Contracts by API: entered, returned, corrected and shown; nothing of a row is kept or told."""

from __future__ import annotations

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
    assert any("row 4: it is dated outside the quarter" in note for note in told["notes"])
    assert any("row 5: it names another contract" in note for note in told["notes"])
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
        (SPEND + f"API-1,S1,{HERE},300,2026-04-01\n", QUARTERS[0], 422, "none of the 1 rows"),
        (f"Jane,{HOME}\nJohn,{HOME}\n", QUARTERS[0], 422, "lacks the columns of a return"),
        ("contract,measure,quarter,target\nAPI-5,NT1,2026-27 Q1,1\n", QUARTERS[0], 422, "pledges"),
    ):
        answer = send(client, "API-5", text, quarter)
        assert answer.status_code == status, answer.text
        assert says in answer.json()["detail"]
        assert HOME not in answer.text
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
    client.app.state.localarea.database.settle()  # type: ignore[attr-defined]
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        for text in (HOME, HOME.replace(" ", ""), "Smithson", "smithson-home"):
            assert text not in path.name
            assert text.encode() not in held, (path.name, text)
