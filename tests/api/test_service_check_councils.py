"""Checks for another council than the service's own: its definition, or an option of its own."""

from __future__ import annotations

import html
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from definition_cases import APPROVAL
from service_cases import asked_until, ended, service_in

from localarea.definitions.publish import publish
from localarea.options.by_name.any_council import find_council
from localarea.options.membership import option_zones
from localarea.service import councils

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

OF_CSV = b"supplier,postcode\nA,CO1 1JB\nB,IP1 1AA\n"


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Serve Colchester, with a definition of Ipswich in force and none of Exeter."""
    folder = tmp_path_factory.mktemp("service")
    with service_in(folder, data_dir=small_tables.root, cache_dir=small_tables.cache_dir) as made:
        council = find_council("Ipswich", store=small_tables)
        option = option_zones("district", council, store=small_tables)
        approval = replace(
            APPROVAL, id="ipswich-measure-2026.1", title="Ipswich itself", half_left_out=""
        )
        data = publish(option, council, approval, store=small_tables)
        made.app.state.localarea.definitions.add(data)  # type: ignore[attr-defined]
        for place in ("Exeter", "Harwich", "Ipswich"):
            prepared(made, place)
        yield made


def prepared(client: TestClient, council: str) -> None:
    """Ask until what a new anchor takes is worked out, as the page does by itself."""
    asked_until(
        lambda: client.get("/", params={"council": council}).status_code,
        lambda status: status == 200,
    )


def said(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_the_page_answers_by_the_definition_of_the_council_that_is_chosen(
    client: TestClient,
) -> None:
    form = client.get("/", params={"council": "Ipswich"})
    assert 'name="council" value="Ipswich"' in form.text
    assert "For Ipswich" in said(form)
    there = client.post("/", data={"postcode": "IP1 1AA", "council": "Ipswich"})
    assert "IP1 1AA: local" in said(there)
    assert 'href="/definitions/ipswich-measure-2026.1"' in there.text
    assert "a definition of Ipswich" in said(there)
    here = client.post("/", data={"postcode": "IP1 1AA"})
    assert "IP1 1AA: not local" in said(here)
    assert "the default option of Colchester City Council, which is not in force" in said(here)


def test_an_option_of_another_council_is_never_said_to_be_in_force(client: TestClient) -> None:
    page = client.post("/", data={"postcode": "CO1 1JB", "council": "Exeter"})
    assert "CO1 1JB: not local" in said(page)
    assert "No definition of Exeter for measures is in force on" in said(page)
    assert "so this is the answer under the default option of Exeter" in said(page)
    assert "the default option of Exeter, which is not in force: nobody has approved it" in said(
        page
    )
    chosen = {"postcode": "IP1 1AA", "council": "Ipswich", "under": "option:ttwa-official"}
    option = client.post("/", data=chosen)
    assert "the answer under the default option of Ipswich" in said(option)
    assert "An option was asked for and no published definition" in said(option)
    assert "ipswich-measure-2026.1" not in option.text.split("Evidence")[1].split("</table>")[0]
    listed = {"postcodes": "CO1 1JB\nIP1 1AA", "council": "Exeter"}
    assert "under the default option of Exeter" in said(client.post("/", data=listed))
    assert "the default option of Exeter" in client.post("/answers.csv", data=listed).text


def test_the_link_to_the_reason_keeps_the_council(client: TestClient) -> None:
    page = client.post("/", data={"postcode": "IP1 1AA", "council": "Ipswich"}).text
    (link,) = re.findall(r'href="(/options/[^"]+/zones/[^"]+)"', page)
    assert html.unescape(link).endswith("?council=Ipswich")


def test_the_list_of_what_decides_is_the_chosen_council_s_own(client: TestClient) -> None:
    ipswich = client.get("/", params={"council": "Ipswich"}).text
    assert 'value="definition:ipswich-measure-2026.1"' in ipswich
    assert "Options, which nobody has approved" in ipswich
    exeter = client.get("/", params={"council": "Exeter"}).text
    assert "definition:" not in exeter
    assert "drive of Exeter" in exeter


def test_the_api_says_whose_option_answers(client: TestClient) -> None:
    asked = {"postcode": "IP1 1AA"}
    there = client.get("/api/v1/check", params={**asked, "council": "Ipswich"}).json()
    assert (there["status"], there["definition"]) == ("local", "ipswich-measure-2026.1")
    exeter = client.get("/api/v1/check", params={**asked, "council": "Exeter"}).json()
    assert "the default option of Exeter" in exeter["explanation"]
    place = client.get("/api/v1/check", params={**asked, "anchor": "Harwich"}).json()
    assert "the default option of Harwich" in place["explanation"]
    own = client.get("/api/v1/check", params=asked).json()
    assert "under the council's default option" in own["explanation"]


def test_a_letter_says_whose_definition_or_option_it_is_of(client: TestClient) -> None:
    for council, words in (
        ("Ipswich", "definition ipswich-measure-2026.1 of Ipswich"),
        ("Exeter", "an option of Exeter, which nobody has approved"),
    ):
        page = client.post("/letters", data={"postcode": "IP1 1AA", "council": council})
        assert words in said(page), said(page)
        asked = client.post("/", data={"postcode": "IP1 1AA", "council": council})
        warned = "Nobody has approved this boundary, and the letter says so." in said(asked)
        assert warned == ("nobody" in words)
        reference = re.findall(r"\b(?:[2-9a-z]{4}-){6}[2-9a-z]{4}\b", page.text)[0]
        asked = {"reference": reference, "postcode": "IP1 1AA"}
        assert f"of {council}" in said(client.post("/letters/verify", data=asked))


@pytest.mark.parametrize(
    ("under", "definition", "local"),
    [
        ({"council": "Ipswich"}, "ipswich-measure-2026.1", 1),
        ({"council": "Exeter"}, "option:ttwa-official", 0),
        ({"anchor": "Harwich", "option": "district"}, "option:district", 0),
        ({}, "option:ttwa-official", 1),
    ],
)
def test_a_file_is_checked_for_the_council_that_is_named(
    client: TestClient, under: dict[str, str], definition: str, local: int
) -> None:
    sent = client.post("/api/v1/files", files={"file": ("s.csv", OF_CSV)}, data=under)
    assert sent.status_code == 202, sent.text
    made = over(client, sent.json()["id"])
    assert (made["definition"], made["by_status"]["local"]) == (definition, local)
    assert (made["council"], made["anchor"]) == (under.get("council"), under.get("anchor"))
    page = said(client.get(f"/files/{made['id']}"))
    whose = under.get("council") or under.get("anchor")
    assert (f"of {whose}" in page) == (whose is not None)


def test_a_file_sent_from_the_page_stays_with_its_council(client: TestClient) -> None:
    form = client.get("/files", params={"council": "Exeter"})
    assert 'name="council" value="exeter"' in form.text
    sent = client.post(
        "/files", files={"file": ("s.csv", OF_CSV)}, data={"council": "exeter"},
        follow_redirects=False,
    )  # fmt: skip
    address = sent.headers["location"]
    made = over(client, address.rpartition("/")[2])
    assert made["status"] == "previewed"
    assert "What decides for Exeter" in said(client.get(address))
    assert client.post(f"{address}/check", data={"under": "option:district"}).status_code == 200
    made = over(client, address.rpartition("/")[2])
    assert (made["definition"], made["council"]) == ("option:district", "exeter")
    assert "Exeter district" in said(client.get("/files"))


def test_a_file_that_is_refused_leaves_the_form_with_its_council(client: TestClient) -> None:
    form = client.get("/files", params={"council": "Exeter"}).text
    (action,) = re.findall(r'<form method="post" action="(/files[^"]*)"', form)
    empty = {"file": ("s.csv", b"")}
    again = client.post(html.unescape(action), files=empty, data={"council": "exeter"})
    assert again.status_code == 422
    assert 'name="council" value="exeter"' in again.text
    assert "For Exeter" in said(again)


def test_suppliers_of_another_council_read_its_definition_alone(client: TestClient) -> None:
    page = client.get("/local", params={"council": "Ipswich"})
    assert "In contracts with Ipswich, “local” means the area “Ipswich itself”" in said(page)
    asked = {"postcode": "IP1 1AA", "council": "Ipswich"}
    assert "IP1 1AA: local" in said(client.post("/local", data=asked))
    exeter = client.get("/local", params={"council": "Exeter"})
    assert "Exeter has not yet said here what “local” means" in said(exeter)
    assert client.get("/local", params={"council": "Exetre"}).status_code == 404


def test_a_council_that_does_not_exist_and_an_option_it_has_not_are_told(
    client: TestClient,
) -> None:
    page = client.get("/", params={"council": "Exetre"})
    assert page.status_code == 404
    assert "Exeter" in said(page)
    none = {"postcode": "CO1 1JB", "council": "Exeter", "under": "option:ttwa-region"}
    refused = client.post("/", data=none)
    assert refused.status_code in (404, 422)
    assert 'href="#under"' in refused.text
    sent = client.post(
        "/api/v1/files", files={"file": ("s.csv", OF_CSV)}, data={"council": "Exetre"}
    )
    assert sent.status_code == 404


def over(client: TestClient, job: str) -> dict[str, Any]:
    """Wait until a file is checked, or shown for somebody to confirm."""
    return ended(client, f"/api/v1/files/{job}")


def test_who_asks_for_a_new_anchor_waits_and_nobody_else(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()
    monkeypatch.setattr(councils, "_prepare", lambda *_: going_on.wait(60))
    monkeypatch.setattr("localarea.service.pages.check.WAIT_S", 0.01)
    monkeypatch.setattr(councils.Councils.prepare_check, "__kwdefaults__", {"wait_s": 0.01})
    try:
        address = {"postcode": "CO1 1JB", "anchor": "Wivenhoe"}
        asked = client.get("/api/v1/check", params=address)
        assert (asked.status_code, asked.headers["retry-after"]) == (503, "10")
        page = client.get("/?council=Wivenhoe", headers={"sec-fetch-mode": "navigate"})
        assert (page.status_code, "refresh" in page.headers) == (202, True)
        own = client.get("/api/v1/check", params={"postcode": "CO1 1JB"})
        assert own.status_code == 200
    finally:
        going_on.set()
