"""A table whose bytes have changed: every page that rests on it says so, and no other fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from definition_cases import tiny_file
from service_cases import REPOSITORY, hold_token
from signin_cases import signing_service

from localarea.decisions.proposals import Proposal, put_forward
from localarea.decisions.record.roles import Actor
from localarea.definitions.store import DefinitionStore
from localarea.service.app import PAGE_ROUTERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow
# What stands in the addresses of pages: things that are there, so that the page is made.
PARTS: Final = {
    "option_id": "ttwa-official",
    "layer": "commuting",
    "zone": "E02004517",
    "number": "1",
    "definition_id": "colchester-measure-2026.1",
    "name": "boundary.geojson",
    "ending": "csv",
    "file": "0" * 32,
    "count": "0" * 32,
    "identity": "abcdefghjk",
    "sha256": "0" * 64,
    "quarter": "2026-Q1",
    "version": "1",
    "reference": "aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa",
}
PAIR: Final = {"first": "ttwa-official", "second": "ttwa-official+ipswich"}
# What is asked in the address of pages that are made of tables only then.
ASKED: Final = {
    "GET /compare": PAIR,
    "GET /compare/map.png": PAIR,
    "GET /compare/comparison.{ending}": PAIR,
    "GET /contested": {"place": "ipswich"},
    "GET /steps/shortlist": {"option": list(PAIR.values())},
    "GET /contested/map.png": {"place": "ipswich", "side": "with"},
}
STUDY: Final = {
    "GET /options",
    "GET /map/base.json",
    "GET /map/layers/{layer}.json",
    "GET /map/options.json",
    "GET /options/{option_id}",
    "POST /options",
    "GET /options/{option_id}/map.png",
    "GET /options/{option_id}/zones/{zone}",
    "GET /options/{option_id}/zones/{zone}/map.png",
    "GET /contested",
    "POST /contested",
    "GET /contested/map.png",
    "GET /compare",
    "GET /compare/map.png",
    "GET /compare/comparison.{ending}",
    "GET /study",
    "POST /study",
    "GET /study/map.png",
    "GET /study/decide",
    "POST /study/decide",
    "GET /study/report",
    "GET /study/scenario.toml",
    "GET /scenario",
    "POST /scenario",
    "POST /scenario/comparison.{ending}",
    "GET /report",
    "GET /report/made",
    "GET /report/file",
    "GET /steps/shortlist",
    "GET /decisions/new",
    "POST /decisions/new",
    "GET /decisions/{number}",
    "GET /decisions/{number}/map.png",
    "GET /decisions/{number}/approve",
    "POST /decisions/{number}/approve",
    "POST /decisions/{number}/comment",  # of these, the form sent back with its fault
    "POST /decisions/{number}/reports",
    "POST /decisions/{number}/return",
    "POST /decisions/{number}/withdraw",
    "GET /definitions/{definition_id}/map.json",
    "GET /definitions/{definition_id}/map.png",
}
# Which pages rest on a table; the others, /data among them, must go on.
RESTING: Final = {
    "postcodes": STUDY | {"POST /", "POST /measures"},
    "zones_msoa11": STUDY | {"POST /", "POST /measures"},
    "flows_2011": STUDY | {"POST /"},
}
FORMS: Final[dict[str, dict[str, Any]]] = {
    "POST /": {"data": {"postcode": "CO1 1JB"}},
    "POST /scenario": {"data": {"base": "ttwa-official", "include": "Ipswich"}},
    "POST /scenario/comparison.{ending}": {"data": {"base": "ttwa-official", "include": "Ipswich"}},
    "POST /contested": {
        "data": {"place": "ipswich"},
        "files": {"file": ("a.csv", b"Supplier,Postcode,Net\nA,CO1 1JB,1\n")},
    },
    "POST /spend": {"files": {"file": ("a.csv", b"Supplier,Postcode,Net\nA,CO1 1JB,1\n")}},
    "POST /decisions/new": {
        "data": {"option": "district", "purpose": "measure", "note": "x", "half_left_out": "y"}
    },
    "POST /decisions/{number}/approve": {
        "data": {
            "id": "colchester-measure-2030.1",
            "from_day": "1",
            "from_month": "4",
            "from_year": "2030",
            "reasons": "x",
            "minute_reference": "x",
            "half_left_out": "x",
        }
    },
}


@dataclass(frozen=True)
class Damaged:
    """A service with one table damaged."""

    client: TestClient
    table: str
    root: str

    def ask(self, route: str) -> Any:
        method, path = route.split(" ")
        address = re.sub(r"\{(\w+)\}", lambda part: PARTS[part[1]], path)
        form = FORMS.get(route, {})
        if route == "POST /measures":
            page = (REPOSITORY / "docs" / "measures.md").read_text(encoding="utf-8")
            found = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
            form = {"files": [("file", ("a.csv", text.encode())) for text in found]}
        return self.client.request(method, address, params=ASKED.get(route), **form)


@pytest.fixture(scope="module", params=RESTING)
def damaged(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    small_tables: DataStore,
) -> Iterator[Damaged]:
    folder = tmp_path_factory.mktemp("damaged")
    data = folder / "data"
    data.mkdir()
    for path in small_tables.root.iterdir():
        (data / path.name).symlink_to(path.resolve())
    _damage(data / f"{request.param}.parquet")
    inputs = ({"name": "flows_2021"},)
    published = tiny_file(effective_from="2099-04-01", inputs=inputs)  # not yet in force
    DefinitionStore(folder / "definitions").add(published)
    with signing_service(folder, data_dir=data, cache_dir=folder / "cache") as client:
        hold_token(client)
        database = client.app.state.localarea.database  # type: ignore[attr-defined]
        proposal = Proposal("colchester", "district", "Colchester", "measure", "Why")
        put_forward(database, proposal, actor=Actor("Ada", "analyst"), now=datetime.now(UTC))
        yield Damaged(client, request.param, str(folder))


def _damage(table: Path) -> None:
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 0xFF
    table.unlink()
    table.write_bytes(content)


def test_a_page_says_what_is_damaged_and_what_to_do(damaged: Damaged) -> None:
    wrong = []
    for router in PAGE_ROUTERS:
        for route in router.routes:
            (method,) = route.methods - {"HEAD"}  # type: ignore[attr-defined]
            name = f"{method} {route.path}"  # type: ignore[attr-defined]
            answer = damaged.ask(name)
            expected = name in RESTING[damaged.table]
            if (answer.status_code == 503) != expected or answer.status_code == 500:
                wrong.append(f"{name}: {answer.status_code}")
            if answer.status_code == 503:
                said = " ".join(answer.text.split())
                assert f"The file {damaged.table}.parquet is damaged" in said, name
                assert "fetch it again" in said
                assert "tell whoever runs this service" in said
                assert answer.headers["retry-after"]
            if name != "GET /status":  # for the administrator, who is told where everything lies
                assert damaged.root not in answer.text, f"{name} names a folder of the machine"
    assert not wrong, "\n".join(wrong)


def test_the_page_of_data_shows_which_table_it_is(damaged: Damaged) -> None:
    text = damaged.client.get("/data").text
    assert text.count("missing or damaged") == 1
    rows = {row.split("</th>")[0].split(">")[-1]: row for row in text.split("<tr")[2:]}
    registry = damaged.client.app.state.localarea.store.registry  # type: ignore[attr-defined]
    made_with = rows[registry["flows_2021"].title]
    assert 'href="/definitions/colchester-measure-2026.1"' in made_with
    assert text.count('href="/definitions/colchester-measure-2026.1"') == 1
    assert "fixed with" not in made_with
    assert "nothing: fixed with the census of 2011<" in rows[registry["oa11_lookup"].title]
    assert "districts: fixed with the census of 2011<" in rows[registry["ttwa11_lookup"].title]
    assert "No page refreshes a table" in text
    ready = damaged.client.get("/ready").status_code
    assert ready == (200 if damaged.table == "flows_2011" else 503)
