"""The page that checks postcodes: several, on a day, by a point, and the letter of an answer."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from definition_cases import APPROVAL
from service_cases import service_in

from localarea.decisions.receipts import receipt
from localarea.definitions.publish import publish
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.auth.identity import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

ID = APPROVAL.id
LISTED = "CO1 1JB\n\n ip1 1aa ,\nnonsense\nCO1 1JB; EH8 8DX\n"  # five, in this order


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    with service_in(folder, data_dir=small_tables.root, cache_dir=small_tables.cache_dir) as made:
        council = read_council(store=small_tables)
        option = option_zones("district", council, store=small_tables)
        data = publish(option, council, APPROVAL, store=small_tables)
        made.app.state.localarea.definitions.add(data)  # type: ignore[attr-defined]
        yield made


def said(page: Any) -> str:
    """Give the words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_a_pasted_list_becomes_a_table_of_answers(client: TestClient) -> None:
    page = client.post("/", data={"postcodes": LISTED})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    cells = re.findall(
        r'<td[^>]* class="govuk-table__cell la-nowrap"[^>]*><strong>([^<]+)', page.text
    )
    assert cells == ["Local", "Not local", "Unknown", "Local", "Not local"]
    assert "5 answers" in page.text
    assert "2 local, 2 not local, 1 unknown" in said(page)
    assert ID in page.text
    # Each answer is the one that the API gives for the same postcode.
    asked = ["CO1 1JB", "ip1 1aa", "nonsense", "EH8 8DX"]
    verdicts = client.post("/api/v1/check", json={"postcodes": asked}).json()["verdicts"]
    for verdict in verdicts:
        assert verdict["explanation"].split(". ")[0] in said(page)


def test_two_postcodes_in_the_box_of_one_are_two(client: TestClient) -> None:
    page = client.post("/", data={"postcode": "CO1 1JB IP1 1AA"})
    assert "2 answers" in page.text
    assert "1 local, 1 not local, 0 unknown" in said(page)


def test_a_list_is_saved_as_a_file_without_formulas(client: TestClient) -> None:
    answer = client.post("/answers.csv", data={"postcodes": LISTED + '=HYPERLINK("x")\n'})
    assert answer.headers["content-disposition"] == 'attachment; filename="answers.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Local?"] for row in rows] == [
        *("Local", "Not local", "Unknown", "Local", "Not local", "Unknown"),
    ]
    assert [row["Postcode"] for row in rows[:2]] == ["CO1 1JB", "IP1 1AA"]
    assert rows[-1]["As typed"] == '\'=HYPERLINK("x")'
    assert {row["Definition"] for row in rows} == {ID}
    assert {row["Day"] for row in rows} == {client.app.state.localarea.today}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({}, "postcode", "Enter a postcode"),
        ({"postcodes": "CO1 1JB\n" * 101}, "postcodes", "101 postcodes"),
        ({"postcode": "CO1 1JB", "day": "31", "month": "2", "year": "2026"}, "on-day", "real date"),
        ({"postcode": "CO1 1JB", "day": "1"}, "on-day", "real date"),
        ({"postcode": "CO1 1JB", "under": "definition:nowhere"}, "under", "nowhere"),
        ({"postcode": "CO1 1JB", "under": "nowhere"}, "under", "from the list"),
        (
            {"postcode": "CO1 1JB", "under": f"definition:{ID}", "day": "1/3/2026"},
            "under",
            "in force from",
        ),
        ({"postcode": "CO1 1JB", "at": "100021590543"}, "at", "UPRN"),
        ({"postcode": "CO1 1JB", "at": "48.85, 2.35"}, "at", "Great Britain"),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_field_and_what_was_typed_stays(
    client: TestClient, fields: dict[str, str], field: str, words: str
) -> None:
    page = client.post("/", data=fields)
    assert page.status_code in (404, 422)
    summary = page.text[page.text.index("govuk-error-summary") : page.text.index("<h1")]
    assert f'href="#{field}"' in summary
    assert words in html.unescape(summary)
    assert f'id="{field}"' in page.text.split("<h1")[1]
    for name in ("postcode", "day", "month", "year", "at"):
        if fields.get(name):
            assert (
                f'name="{name}" type="text" value="{fields[name]}"'
                in re.sub(r"\s+", " ", page.text)
                or f'value="{fields[name]}"' in page.text
            )
    if fields.get("under") == f"definition:{ID}":
        assert f'value="definition:{ID}" selected' in page.text


def test_a_day_before_the_definition_is_answered_as_it_was_then(client: TestClient) -> None:
    day = {"day": "31", "month": "3", "year": "2026"}  # the definition holds from 1 April
    before = client.post("/", data={"postcode": "CO1 1JB", **day})
    assert "in force on 31 March 2026" in said(before)
    for text in ("1/4/2026", "01/04/2026", "2026-04-01"):  # the whole day in its first box
        page = client.post("/", data={"postcode": "CO1 1JB", "day": text})
        assert f'href="/definitions/{ID}"' in page.text
        assert "Answer for 1 April 2026" in said(page)


def test_a_point_is_told_beside_the_answer_of_its_postcode(client: TestClient) -> None:
    castle = client.post("/", data={"postcode": "CO1 1JB", "at": "TL 99870 25330"})
    assert "The point is inside the area" in said(castle)
    ipswich = client.post("/", data={"postcode": "CO1 1JB", "at": "616320, 244580"})
    assert "The point is outside the area" in said(ipswich)
    assert "CO1 1JB: local" in said(ipswich)  # the postcode's own answer is not changed by it
    assert "is for the council" in said(ipswich)


def map_of(page: Any) -> dict[str, Any]:
    """Give what the map around a postcode is drawn from."""
    found = re.search(r'<script type="application/json" id="site-data">(.*?)</script>', page.text)
    assert found is not None
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_a_point_is_clicked_on_a_map_around_the_postcode(client: TestClient) -> None:
    castle = client.post("/", data={"postcode": "CO1 1JB", "at": "TL 99870 25330"})
    drawn = map_of(castle)
    # Colchester Castle is at 51.8906 north, 0.9031 east; the postcode a few hundred metres off.
    assert drawn["point"] == pytest.approx([51.8906, 0.9031], abs=0.002)
    assert drawn["at"] == pytest.approx([51.889, 0.9], abs=0.01)
    shown = {name: code in drawn["inside"] for code, name, _, _ in drawn["zones"]}
    assert shown["Central Colchester"] is True
    assert [name for name, size, *_ in drawn["places"] if size == 1] == ["Colchester"]
    # The town is at 51.89 north, 0.90 east: the first view is around the postcode, some 2 km wide.
    south, west, north, east = drawn["view"]
    assert south < 51.889 < north
    assert west < 0.9 < east
    assert north - south == pytest.approx(2.4 / 111.2, rel=0.05)  # 111.2 km to a degree
    # A point at sea is refused, and the map stays.
    sea = client.post("/", data={"postcode": "CO1 1JB", "at": "51.70, 1.60"})
    assert sea.status_code == 422
    assert map_of(sea)["zones"] == drawn["zones"]
    # No map where the answer is not close and no point was asked about.
    assert "site-data" not in client.post("/", data={"postcode": "CO1 1JB"}).text


def letter_of(client: TestClient, **fields: str) -> tuple[str, str]:
    page = client.post("/letters", data={"postcode": "ip1 1aa", **fields})
    assert page.status_code == 200, page.text
    return re.findall(r"\b(?:[2-9a-z]{4}-){6}[2-9a-z]{4}\b", page.text)[0], said(page)


def test_a_letter_is_verified_by_its_reference_and_its_postcode(client: TestClient) -> None:
    reference, words = letter_of(client, to="Anglian Widgets Ltd")
    assert "IP1 1AA is not local on" in words
    assert "To: Anglian Widgets Ltd" in words
    assert f"definition {ID}" in words
    known = client.app.state.identify  # type: ignore[attr-defined]
    client.app.state.identify = lambda _request: NOBODY  # type: ignore[attr-defined]
    try:
        assert client.get("/letters").status_code == 200
        typed = reference.upper().replace("-", " ")
        good = client.post("/letters/verify", data={"reference": typed, "postcode": "IP11AA"})
        assert "The letter is in the record" in said(good)
        assert "Answer Not local" in said(good)
        assert f"Under Colchester district (definition {ID})" in said(good)
        bad = client.post("/letters/verify", data={"reference": reference, "postcode": "CO1 1JB"})
        assert "about another postcode" in said(bad)
        assert "Answer Not local" not in said(bad)
        none = client.post("/letters/verify", data={"reference": "x", "postcode": ""})
        assert none.status_code == 422
        assert 'href="#postcode"' in none.text
        other = reference[:-4] + ("2222" if reference[-4:] != "2222" else "3333")
        gone = client.post("/letters/verify", data={"reference": other, "postcode": "IP1 1AA"})
        assert (gone.status_code, 'href="#reference"' in gone.text) == (404, True)
        refused = client.post("/letters", data={"postcode": "IP1 1AA"})
        assert refused.status_code == 401
    finally:
        client.app.state.identify = known  # type: ignore[attr-defined]


def test_nothing_that_is_kept_of_a_letter_tells_its_postcode_or_who_it_is_to(
    client: TestClient,
) -> None:
    reference, _ = letter_of(client, to="Anglian Widgets Ltd")
    with client.app.state.localarea.database.reading() as connection:  # type: ignore[attr-defined]
        kept = str(receipt(connection, reference))
    assert "IP1" not in kept
    assert "ip1" not in kept.lower()
    assert "Widgets" not in kept
    assert "'answer': 'not_local'" in kept
    first, second = (letter_of(client)[0] for _ in range(2))
    with client.app.state.localarea.database.reading() as connection:  # type: ignore[attr-defined]
        hashes = {
            receipt(connection, name).document["postcode_hmac_sha256"] for name in (first, second)
        }
    assert len(hashes) == 2  # one postcode in two letters cannot be seen to be the same


def test_what_has_no_answer_has_no_letter(client: TestClient) -> None:
    assert client.post("/letters", data={"postcode": "nonsense"}).status_code == 422
    assert client.post("/letters", data={"postcodes": LISTED}).status_code == 422


def test_only_an_answer_of_a_definition_is_offered_for_the_supplier(
    client: TestClient, small_tables: DataStore
) -> None:
    show = "You can show it to the supplier."
    assert show in said(client.post("/", data={"postcode": "CO1 1JB"}))
    assert show not in said(client.post("/", data={"postcode": "nonsense"}))
    option = said(client.post("/", data={"postcode": "CO1 1JB", "under": "option:ttwa-official"}))
    assert show not in option
    assert "do not give it to a supplier as the council" in option
