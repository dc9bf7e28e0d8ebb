"""Decisions through the API: from an option put forward to its definition's end."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command_cases import commanded
from service_cases import service_in, set_to

from localarea.decisions.approvals import NewDefinition
from localarea.decisions.approvals import approve as record
from localarea.decisions.proposals import Proposal
from localarea.decisions.proposals import put_forward as record_proposal
from localarea.decisions.record.roles import ROLES, Actor
from localarea.definitions.store import DefinitionStore
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.auth.identity import NOBODY, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

ID = "colchester-measure-2026.1"
SECOND = "colchester-measure-2027.1"
LEAVING_OUT = {"district", "ttwa-official"}  # nothing of South Suffolk is in them
WHY = "Few commute across the Stour"
PUT = {
    "option": "district",
    "purpose": "measure",
    "note": "As the minute of 2019 suggests",
    "half_left_out": WHY,
}
APPROVAL = {
    "id": ID,
    "effective_from": "2026-04-01",
    "reasons": "Travel to work and labour market criteria",
    "minute_reference": "Cabinet, 13 February 2019",
    "backdated_because": "Contracts of the year rest on it",
}
ANALYST = Identity("Ada Analyst", frozenset({"analyst"}), "key")
APPROVER = Identity("Dee Director", frozenset({"approver"}), "key", "Assistant Director")


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(folder, **stated) as made:
        yield made


def be(client: TestClient, identity: Identity) -> None:
    client.app.state.identify = lambda _request: identity  # type: ignore[attr-defined]


def put_forward(client: TestClient, **changes: Any) -> int:
    be(client, ANALYST)
    body = {**PUT, **changes}
    if "half_left_out" not in changes and body["option"] not in LEAVING_OUT:
        body["half_left_out"] = ""
    answer = client.post("/api/v1/proposals", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def approve(client: TestClient, number: int, **changes: Any) -> Any:
    be(client, APPROVER)
    if changes.get("effective_from", "2026") > "2027":  # nothing is changed in the past
        changes["backdated_because"] = ""
    option = client.get(f"/api/v1/proposals/{number}").json().get("option_id")
    why = {"half_left_out": WHY if option in LEAVING_OUT else ""}
    return client.post(f"/api/v1/proposals/{number}/approve", json={**APPROVAL, **why, **changes})


def by_command(folder: Path, tables: DataStore, *arguments: str) -> Any:
    done = commanded(
        *arguments,
        "--json",
        LOCALAREA_DEFINITIONS_DIR=str(folder / "definitions"),
        LOCALAREA_DATABASE_URL=f"sqlite:///{folder / 'decisions.sqlite'}",
        **set_to(tables),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_from_a_proposal_to_the_end_of_its_definition(
    tmp_path: Path, small_tables: DataStore, database_url: str
) -> None:
    tables, cache = small_tables.root, small_tables.cache_dir
    stated = {"data_dir": tables, "cache_dir": cache, "database_url": database_url}
    with service_in(tmp_path, **stated) as client:
        number = put_forward(client, note="A first try")
        said = {"text": "Why not more?"}
        be(client, APPROVER)
        for _ in range(2):  # the second after an answer that was lost
            client.post(f"/api/v1/proposals/{number}/comments", json=said)
        returned = client.post(f"/api/v1/proposals/{number}/return", json={"text": "Say why"})
        assert returned.json()["status"] == "returned"
        assert [c["text"] for c in returned.json()["comments"]] == ["Why not more?", "Say why"]
        assert approve(client, number).status_code == 409

        number = put_forward(client)
        made = approve(client, number)
        assert made.status_code == 201, made.text
        facts = made.json()
        assert (facts["approved_by"], facts["role"]) == ("Dee Director", "Assistant Director")
        again = approve(client, number)
        assert (again.status_code, again.json()["repeated"]) == (201, True)
        assert again.json()["sha256"] == facts["sha256"]
        assert approve(client, number, reasons="Other reasons").status_code == 409

        ask = {"postcodes": ["CO1 1JB", "IP1 1DH"], "on": "2026-04-01"}
        verdicts = client.post("/api/v1/check", json=ask).json()["verdicts"]
        assert [v["definition"] for v in verdicts] == [ID, ID]
        assert [v["status"] for v in verdicts] == ["local", "not_local"]
        assert verdicts == by_command(
            tmp_path, small_tables, "check", "CO1 1JB", "IP1 1DH", "--on", "2026-04-01"
        )

        other = put_forward(client, option="districts", note="More of it")
        overlapping = approve(client, other, id=SECOND, effective_from="2027-04-01")
        assert overlapping.status_code == 409
        assert ID in overlapping.json()["detail"]
        after = {"id": SECOND, "effective_from": "2027-04-01", "supersedes": ID}
        assert approve(client, other, **after).status_code == 201
        ended = client.post(
            f"/api/v1/definitions/{SECOND}/withdraw", json={"on": "2028-04-01", "reason": "Why"}
        )
        assert ended.json() == {"id": SECOND, "ended_on": "2028-04-01", "last_day": "2028-03-31"}
        days = {"2027-03-31": ID, "2027-04-01": SECOND, "2028-03-31": SECOND}
        days |= {"2028-04-01": "option:ttwa-official"}
        for day, expected in days.items():
            answer = client.get("/api/v1/check", params={"postcode": "CO1 1JB", "on": day})
            assert answer.json()["definition"] == expected, day
        report = client.get("/api/v1/audit/verify").json()
        assert (report["sound"], report["faults"]) == (True, [])
        entries = client.get("/api/v1/audit").json()["entries"]
        acts = [entry["action"] for entry in reversed(entries)]
        start = ["put_forward", "comment", "return", "put_forward", "approve"]
        assert acts == [*start, "put_forward", "approve", "supersede", "withdraw"]
        assert entries[0]["hash"] == report["head"]


@pytest.mark.slow
def test_of_approvals_at_once_one_wins(client: TestClient) -> None:
    number = put_forward(client, note="To be raced for")
    be(client, APPROVER)
    start = threading.Barrier(3)

    def decide(name: str) -> int:
        start.wait()
        body = {**APPROVAL, "id": name, "effective_from": "2030-04-01", "half_left_out": WHY}
        del body["backdated_because"]
        return int(client.post(f"/api/v1/proposals/{number}/approve", json=body).status_code)

    with ThreadPoolExecutor(3) as pool:
        met = list(pool.map(decide, ["race-a", "race-b", "race-c"]))
    assert sorted(met) == [201, 409, 409]
    found = client.get(f"/api/v1/proposals/{number}").json()
    assert found["status"] == "approved"
    assert found["definition"].startswith("race-")


@pytest.mark.parametrize("option", ["ttwa-official", "districts+ipswich", "reserve-own+ipswich"])
def test_an_area_that_cannot_be_reserved_is_refused_before_it_is_recorded(
    client: TestClient, option: str
) -> None:
    be(client, ANALYST)
    before = client.get("/api/v1/proposals").json()["proposals"][:1]
    answer = client.post(
        "/api/v1/proposals", json={**PUT, "option": option, "purpose": "reservation"}
    )
    assert answer.status_code == 422
    for said in ("SI 2026/94", "reserve-own, reserve-county or reserve-bordering"):
        assert said in answer.json()["detail"]
    assert client.get("/api/v1/proposals").json()["proposals"][:1] == before
    text = 'base = "reserve-own"\n\n[thresholds]\nauthority = "Kent"\n'
    body = {"scenario": text, "purpose": "reservation", "note": "Of another authority"}
    assert client.post("/api/v1/proposals", json=body).status_code == 422


def test_what_was_put_forward_before_the_rule_is_warned_of_and_refused(client: TestClient) -> None:
    old = Proposal(
        council="colchester",
        option_id="ttwa-official",
        title="As it was",
        purpose="reservation",
        note="Put forward by an older version",
        scenario="",
    )
    state = client.app.state.localarea  # type: ignore[attr-defined]
    by = ANALYST.actor("put_forward")
    number = record_proposal(state.database, old, actor=by, now=datetime.now(UTC))
    be(client, ANALYST)
    warning = client.get(f"/api/v1/proposals/{number}").json()["warning"]
    assert "Braintree" in warning["districts_cut"]  # Halstead's end of it alone is in the area
    assert "not legal advice" in warning["words"]
    refused = approve(client, number, id="x")
    assert refused.status_code == 422
    assert "the authority's own area" in refused.json()["detail"]
    whole = put_forward(client, option="reserve-county", purpose="reservation")
    assert client.get(f"/api/v1/proposals/{whole}").json()["warning"] is None


def test_a_scenario_is_put_forward_as_toml(client: TestClient) -> None:
    text = 'base = "district"\n\n[[changes]]\naction = "include"\nplace = "Ipswich"\n'
    be(client, ANALYST)
    body = {"scenario": text, "purpose": "measure", "note": "With Ipswich"}
    unexplained = client.post("/api/v1/proposals", json=body)
    assert unexplained.status_code == 422
    assert unexplained.json()["parameter"] == "half_left_out"
    answer = client.post("/api/v1/proposals", json=body | {"half_left_out": WHY})
    assert answer.status_code == 201, answer.text
    assert answer.json()["note"] == (
        "With Ipswich\n\nIt leaves out South Suffolk (Babergh and Mid Suffolk), because: " + WHY
    )
    assert answer.json()["option_id"] == "district+ipswich"
    for wrong in ({"option": "district", "scenario": text}, {}):
        body = {"purpose": "measure", "note": "x", **wrong}
        assert client.post("/api/v1/proposals", json=body).status_code == 422


def test_lists_go_on_where_they_ended(client: TestClient) -> None:
    numbers = [put_forward(client, note=f"Number {n}") for n in range(3)]
    page: dict[str, Any] = {"limit": 2, "status": "put_forward"}
    first = client.get("/api/v1/proposals", params=page).json()
    assert [p["id"] for p in first["proposals"]] == [numbers[2], numbers[1]]
    rest = client.get("/api/v1/proposals", params={**page, "cursor": first["next"]}).json()
    assert rest["proposals"][0]["id"] == numbers[0]
    log = client.get("/api/v1/audit", params={"limit": 1}).json()
    assert log["next"] == log["entries"][0]["seq"]
    everything = client.get("/api/v1/audit", params={"limit": 200}).json()
    assert everything["next"] is None
    assert everything["entries"][-1]["seq"] == 1


def test_the_same_sent_again_is_there_once(client: TestClient) -> None:
    assert put_forward(client, note="Once") == put_forward(client, note="Once")


ACTS = {
    "/api/v1/proposals": (PUT, {"analyst"}),
    "/api/v1/proposals/999999/comments": ({"text": "x"}, {"analyst", "approver"}),
    "/api/v1/proposals/999999/return": ({"text": "x"}, {"approver"}),
    "/api/v1/proposals/999999/withdraw": ({"text": "x"}, {"analyst"}),
    "/api/v1/proposals/999999/approve": (APPROVAL, {"approver"}),
    "/api/v1/definitions/none/withdraw": ({"on": "2027-01-01", "reason": "x"}, {"approver"}),
    "/api/v1/definitions/none/refresh": ({}, {"approver", "admin"}),
}


@pytest.mark.parametrize("address", ACTS)
def test_each_role_may_do_its_own_and_nothing_else(client: TestClient, address: str) -> None:
    body, allowed = ACTS[address]
    for role in ROLES:
        be(client, Identity("Somebody", frozenset({role}), "key"))
        status = client.post(address, json=body).status_code
        assert (status != 403) == (role in allowed), role
    be(client, NOBODY)
    assert client.post(address, json=body).status_code == 401
    for reading in ("/api/v1/proposals", "/api/v1/audit", "/api/v1/audit/verify"):
        assert client.get(reading).status_code == 401


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("/api/v1/proposals/999999/comments", {"text": "x"}, 404),
        ("/api/v1/proposals/0/comments", {"text": "x"}, 422),
        ("/api/v1/proposals/99999999999/comments", {"text": "x"}, 422),
        ("/api/v1/proposals/1/comments", {"text": "\u0000"}, 422),
        ("/api/v1/proposals/1/comments", {"text": " "}, 422),
        ("/api/v1/proposals", {**PUT, "option": "nowhere"}, 404),
        ("/api/v1/proposals", {**PUT, "purpose": "fun"}, 422),
        ("/api/v1/definitions/none/withdraw", {"on": "2027-01-01", "reason": "x"}, 404),
        ("/api/v1/definitions/none/withdraw", {"on": "tomorrow", "reason": "x"}, 422),
        ("/api/v1/definitions/none/refresh", {}, 404),
        ("/api/v1/definitions/none/refresh", {"sight": "x"}, 422),
    ],
)
def test_what_cannot_be_is_said(
    client: TestClient, address: str, body: dict[str, Any], status: int
) -> None:
    be(client, Identity("All", frozenset(ROLES), "local"))
    put_forward_first = client.post("/api/v1/proposals", json=PUT)
    assert put_forward_first.status_code == 201
    answer = client.post(address, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("changes", [{"minute_reference": " "}, {"reasons": "\n"}, {"id": "A B"}])
def test_an_approval_needs_its_words(client: TestClient, changes: dict[str, str]) -> None:
    number = put_forward(client, note="Needs words")
    assert approve(client, number, **changes).status_code == 422
    assert client.get(f"/api/v1/proposals/{number}").json()["status"] == "put_forward"


def test_minutes_near_the_limit_are_part_of_what_is_approved(
    small_tables: DataStore, tmp_path: Path
) -> None:
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **stated) as client:
        plain = put_forward(client)
        refused = approve(client, plain, borderline_min=3)
        assert refused.status_code == 422
        assert "has no limit in minutes" in refused.json()["detail"]
        assert 'name="borderline_min"' not in client.get(f"/decisions/{plain}/approve").text
        number = put_forward(client, option="drive-30")
        assert approve(client, number, borderline_min=601).status_code == 422
        page = client.get(f"/decisions/{number}/approve").text
        assert 'name="borderline_min"' in page
        assert "Left blank: 4.6, the stated error" in page
        form = {k: v for k, v in APPROVAL.items() if k != "effective_from"}
        form |= {"from_day": "1", "from_month": "4", "from_year": "2026"}
        look = client.post(f"/decisions/{number}/approve", data=form | {"borderline_min": "2.5"})
        assert "2.5 minutes from the limit of 30" in look.text
        assert 'name="borderline_min" value="2.5"' in look.text
        for wrong in ("-1", "601", "nan", "five"):
            said = client.post(
                f"/decisions/{number}/approve", data=form | {"borderline_min": wrong}
            )
            assert said.status_code == 422, wrong
            assert 'href="#borderline_min"' in said.text, wrong
            assert f'value="{wrong}"' in said.text, wrong
        look = client.post(f"/decisions/{plain}/approve", data=form)
        assert "Borderline distance" in look.text
        assert "Borderline minutes" not in look.text
        done = approve(client, number, borderline_min=2.5)
        assert done.status_code == 201, done.text
        state = client.app.state.localarea  # type: ignore[attr-defined]
        assert done.json()["borderline_min"] == 2.5
        assert state.definitions.open(ID).definition.borderline_min == 2.5


@pytest.mark.parametrize("minutes", [None, 2.5])
def test_a_drive_option_is_frozen_alike_by_service_and_by_command(
    minutes: float | None, small_tables: DataStore, tmp_path: Path
) -> None:
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **stated) as client:
        done = approve(client, put_forward(client, option="drive-30"), borderline_min=minutes)
        assert done.status_code == 201, done.text
    by_service = DefinitionStore(tmp_path / "definitions").open(ID)

    said = {**APPROVAL, "by": APPROVER.name, "role": APPROVER.post}
    said |= {"purpose": "measure", "approved-on": by_service.definition.approved_on}
    if minutes is not None:
        said["borderline-min"] = str(minutes)
    names = {"effective_from": "from", "reasons": "reason", "minute_reference": "minute"}
    names["backdated_because"] = "backdated-because"
    options = [f"--{names.get(name, name)}={value}" for name, value in said.items()]
    folder = tmp_path / "command"
    folder.mkdir()
    by_command(folder, small_tables, "publish", "drive-30", *options)
    made = DefinitionStore(folder / "definitions").open(ID)
    assert made.definition.borderline_min == (4.6 if minutes is None else minutes)
    assert made.definition.as_document() == by_service.definition.as_document()
    assert Path(made.path).read_bytes() == Path(by_service.path).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("stated", ["", "North Essex and the Stour valley"])
def test_the_name_that_is_approved_is_the_name_that_is_published(
    stated: str, tmp_path: Path, small_tables: DataStore
) -> None:
    """As the proposal has it, or as the approver has put it; never the option's title."""
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    name = stated or "North Essex and South Suffolk: the area of 2028"
    with service_in(tmp_path, **tables) as client:
        number = put_forward(client, title="North Essex and South Suffolk: the area of 2028")
        form = {k: v for k, v in APPROVAL.items() if k != "effective_from"}
        form |= {"from_day": "1", "from_month": "4", "from_year": "2026", "title": stated}
        form["half_left_out"] = WHY
        be(client, APPROVER)
        look = client.post(f"/decisions/{number}/approve", data=form)
        assert re.search(rf"Public name of the area\s*</dt>\s*<dd[^>]*>\s*{name}", look.text)
        named = {"title": stated} if stated else {}
        made = approve(client, number, **named)
        assert made.status_code == 201, made.text
        assert made.json()["title"] == name
        assert f"“Local” means the area “{name}”" in client.get(f"/definitions/{ID}").text
        verdict = client.get(f"/api/v1/check?postcode=CO11JB&definition={ID}").json()
        assert name in verdict["explanation"]


@pytest.mark.slow
def test_the_terms_of_a_drive_definition_state_metres_and_minutes(
    tmp_path: Path, small_tables: DataStore
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **tables) as client:
        number = put_forward(client, option="drive-30")
        assert approve(client, number).status_code == 201
        page = client.get(f"/definitions/{ID}").text
        assert "nearer than 500 metres to the boundary, or within 4.6 minutes of the limit" in page
        assert "© OpenStreetMap contributors" in page


@pytest.mark.slow
def test_a_first_day_in_the_past_says_what_changes_and_asks_for_the_reason(
    tmp_path: Path, small_tables: DataStore
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **tables) as client:
        number = put_forward(client, option="districts")
        refused = approve(client, number, backdated_because="")
        assert refused.status_code == 422
        assert "the first day is in the past" in refused.json()["detail"]
        be(client, APPROVER)
        form = {k: v for k, v in APPROVAL.items() if k != "effective_from"}
        form |= {"from_day": "1", "from_month": "4", "from_year": "2026"}
        address = f"/decisions/{number}/approve"
        blank = client.post(address, data=form | {"backdated_because": " "})
        assert blank.status_code == 422
        assert 'href="#backdated_because"' in blank.text
        look = client.post(address, data=form)
        days = (datetime.now(UTC).date() - date(2026, 4, 1)).days
        assert f"This begins {days} days in the past." in look.text
        # Counted with plain sets: postcodes in use of zones that one of the two areas holds.
        council = read_council("colchester", store=small_tables)
        areas = [
            set(option_zones(o, council, store=small_tables).zones)
            for o in ("districts", "ttwa-official")
        ]
        table = small_tables.read("postcodes", ["msoa11cd", "status"]).to_pandas()
        live = table[table["status"].astype(str) == "live"]["msoa11cd"].astype(str)
        changed = int(live.isin(areas[0] ^ areas[1]).sum())
        assert f"Answers for {changed:,} postcodes" in look.text
        made = approve(client, number)
        assert made.status_code == 201, made.text
        assert "because: Contracts of the year rest on it" in made.json()["reason"]
        later = put_forward(client, option="district")
        be(client, APPROVER)
        strange = client.post(
            f"/api/v1/proposals/{later}/approve",
            json={**APPROVAL, "id": "colchester-measure-2033.1", "effective_from": "2033-04-01"},
        )
        assert strange.status_code == 422
        assert "is not in the past: leave the reason" in strange.json()["detail"]


def told(page: str) -> str:
    """Give what a page tells of an area: from its map on, without markup or tokens."""
    part = page[page.index('<figure class="la-figure">') : page.index("Its other figures</span>")]
    return " ".join(re.sub(r"<[^>]*>", " ", part).split())


@pytest.mark.slow
def test_what_was_on_the_screen_is_kept_with_the_decision_and_shown_for_ever(
    tmp_path: Path, small_tables: DataStore
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    form = {k: v for k, v in APPROVAL.items() if k != "effective_from"}
    form |= {"from_day": "1", "from_month": "4", "from_year": "2026"}
    with service_in(tmp_path, **tables) as client:
        number = put_forward(client, option="districts")
        be(client, APPROVER)
        address = f"/decisions/{number}"
        confirm = client.post(f"{address}/approve", data=form).text
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', confirm)
        assert seen
        # A line break of the page before the reasons would be shown as one.
        assert f'<span class="la-lines">{form["reasons"]}</span>' in confirm
        shown = told(confirm)
        assert "compared with Colchester labour market (ONS 2011), which checks use until" in shown
        assert "becomes local" in shown
        done = client.post(
            f"{address}/approve",
            data=form | {"step": "decide", "seen": seen.group(1)},
            follow_redirects=False,
        )
        assert done.status_code == 303, done.text
        after = client.get(address).text
        assert "What the approver saw" in after
        shown = shown.replace("checks use until a definition is in force", "checks used then")
        assert told(after) == shown
        assert "nobody gains or loses" not in after
        picture = client.get(f"{address}/map.png").content
        kept = client.get(f"/api/v1/proposals/{number}").json()["grounds"]
        assert kept["held"] == "ttwa-official"
        assert kept["past"]["days"] > 0

        # Another takes its place: what the first was decided on stays as it was.
        later = put_forward(client, option="district")
        second = approve(client, later, id=SECOND, effective_from="2030-04-01", supersedes=ID)
        assert second.status_code == 201, second.text
        assert told(client.get(address).text) == shown
        assert client.get(f"{address}/map.png").content == picture
        public = client.get(f"/definitions/{ID}").text
        assert "compared with Colchester labour market (ONS 2011), which checks used then" in public
        assert client.get(f"/definitions/{ID}/map.png").content == picture
        against = client.get(f"/api/v1/proposals/{later}").json()["grounds"]
        day = "in force on 31 March 2030, the day before this begins"
        assert (against["held"], against["why_held"]) == (ID, day)
        entries = client.get("/api/v1/audit").json()["entries"]
        approved = [e["details"] for e in entries if e["action"] == "approve"]
        assert all(len(details["grounds_sha256"]) == 64 for details in approved)
        assert client.get("/api/v1/audit/verify").json()["sound"] is True


@pytest.mark.slow
def test_a_decision_on_what_is_no_longer_on_the_screen_is_shown_again(
    tmp_path: Path, small_tables: DataStore
) -> None:
    """Between looking and deciding another definition came into force."""
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    form = {k: v for k, v in APPROVAL.items() if k != "effective_from"}
    form |= {"id": SECOND, "backdated_because": "", "half_left_out": WHY}
    form |= {"from_day": "1", "from_month": "4", "from_year": "2033", "supersedes": ID}
    with service_in(tmp_path, **tables) as client:
        first, second = put_forward(client, option="districts"), put_forward(client)
        be(client, APPROVER)
        looked = client.post(f"/decisions/{second}/approve", data=form | {"supersedes": ""}).text
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', looked)
        assert seen
        assert approve(client, first).status_code == 201
        decide = form | {"step": "decide", "seen": seen.group(1)}
        again = client.post(f"/decisions/{second}/approve", data=decide)
        assert again.status_code == 409
        assert "have changed since you looked" in again.text
        held = "North Essex and South Suffolk (4 districts), in force on 31 March 2033, the day"
        assert f"compared with {held} before this begins" in again.text
        newer = re.search(r'name="seen" value="([0-9a-f]{64})"', again.text)
        assert newer
        assert newer.group(1) != seen.group(1)
        done = client.post(
            f"/decisions/{second}/approve",
            data=decide | {"seen": newer.group(1)},
            follow_redirects=False,
        )
        assert done.status_code == 303, done.text


def test_a_decision_from_before_grounds_were_kept_says_so(
    tmp_path: Path, small_tables: DataStore
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **tables) as client:
        number = put_forward(client)
        new = NewDefinition(
            id=ID, council="colchester", option_id="district", purpose="measure",
            effective_from=date(2033, 4, 1), effective_to=None, reasons="Earlier",
            minute_reference="Cabinet", directory_date="2025-11", software_version="0.0.9",
            content=b"of an earlier version",
        )  # fmt: skip
        actor = Actor("Dee Director", "approver")
        record(
            client.app.state.localarea.database,
            new,
            actor=actor,
            now=datetime.now(UTC),
            proposal_id=number,
        )
        be(client, APPROVER)
        page = client.get(f"/decisions/{number}").text
        assert "What the approver saw was not kept" in page
        assert client.get(f"/api/v1/proposals/{number}").json()["grounds"] is None
