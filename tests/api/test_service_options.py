"""Options, what-ifs and comparisons: the service says what the command line says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from service_cases import service_in

from localarea.cli.app import run
from localarea.comparison.figure_catalogue import write_figure
from localarea.comparison.metrics import figures_of
from localarea.comparison.scenario import Scenario
from localarea.options.council import read_council

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[1.1, 52.0], [1.25, 52.0], [1.25, 52.1], [1.1, 52.1], [1.1, 52.0]]],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service_in(tmp_path_factory.mktemp("service")) as made:
        yield made


def said_by_command(arguments: list[str], capsysbinary: Any) -> Any:
    assert run(arguments) == 0
    return json.loads(capsysbinary.readouterr().out)


def test_options_are_those_of_the_command_line(client: TestClient, capsysbinary: Any) -> None:
    said = said_by_command(["options", "--json"], capsysbinary)
    assert client.get("/api/v1/options").json() == said
    one = client.get("/api/v1/options/ttwa-official").json()
    (expected,) = [o for o in said["options"] if o["id"] == "ttwa-official"]
    assert one["options"] == [expected]


def test_the_page_shows_every_figure_group_by_group(client: TestClient) -> None:
    page = client.get("/options").text
    groups = re.findall(r"group=(\w+)#figures\"(?: aria-current=\"true\")?>", page)
    assert len(set(groups)) == 9  # in brief, and eight groups of figures; Ipswich is in brief
    shown: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        section = client.get(f"/options?contested=all&group={group}").text.partition(
            'id="figures"'
        )[2]
        columns = re.findall(r"sort=(\w+)#figures", section.partition("</thead>")[0])
        row = section.partition('href="/options/ttwa-official%2Bipswich"')[2].partition("</tr>")[0]
        cells = re.findall(r"<td[^>]*>(?:<b>)?(.*?)(?:</b>)?</td>", row)
        assert len(cells) <= 9, f"{group} is too wide for a page"
        shown |= dict(zip(columns, cells, strict=True))
    (option,) = client.get("/api/v1/options/ttwa-official+ipswich").json()["options"]
    figures = {f.name: f for f in figures_of(read_council("colchester"))}
    expected = {
        name: write_figure(value, figures[name].kind) for name, value in option["metrics"].items()
    }
    assert shown == expected


def test_what_ipswich_changes_is_told_once_and_then_option_by_option(client: TestClient) -> None:
    page = client.get("/options").text
    assert page.count("brings in 71,908 jobs") == 1
    assert page.count('class="govuk-details la-long"') == 2  # a phone folds the long tables
    (row,) = re.findall(r'href="/compare\?first=ttwa-official&.*?</tr>', page, re.S)
    cells = re.findall(r"<td[^>]*>(?:<b>)?(.*?)(?:</b>)?</td>", row)
    # The official area's own figures as published (72.4%, 76.5%); with Ipswich, recomputed in
    # plain pandas by tests/oracle/test_metrics_against_pandas.py.
    fewer = "\N{MINUS SIGN}4.1 points"
    assert cells == ["72.4%", "72.6%", "+0.2 points", "76.5%", "72.4%", fewer, "1", "2"]


def test_what_the_figures_mean_stands_beside_a_comparison(client: TestClient) -> None:
    page = client.get("/compare?first=ttwa-official&second=district").text
    assert page.count('class="govuk-details la-long"') == 4  # a phone folds the long tables
    meanings = dict(re.findall(r"<dt><b>(.*?)</b></dt><dd>(.*?)</dd>", page))
    cut = "People who live inside and work outside, and the reverse."
    assert meanings["Commuters cut by the boundary (persons)"] == cut
    assert "employee jobs" in meanings["Active enterprises 2022"]  # of a zone: an estimate
    headings = set(re.findall(r'header la-plain">([^<]+)</th>\s*<td[^>]*numeric', page))
    assert headings <= set(meanings)  # each is explained


def test_a_what_if_is_that_of_the_command_line(client: TestClient, capsysbinary: Any) -> None:
    command = ["scenario", "ttwa-official", "--include", "Ipswich", "--json"]
    said = said_by_command(command, capsysbinary)
    asked = {"base": "ttwa-official", "include": ["Ipswich"]}
    answer = client.post("/api/v1/scenario", json=asked).json()
    toml = answer.pop("toml")
    assert answer == said
    assert Scenario.from_toml(toml) == Scenario.of("ttwa-official").include("Ipswich")


def test_a_comparison_is_that_of_the_command_line(client: TestClient, capsysbinary: Any) -> None:
    said = said_by_command(["compare", "ttwa-official", "catchment", "--json"], capsysbinary)
    asked = {"options": ["ttwa-official", "catchment"]}
    answer = client.post("/api/v1/compare", json=asked).json()
    assert {name: answer[name] for name in ("changes", "overlaps", "options")} == {
        name: said[name] for name in ("changes", "overlaps", "options")
    }


def test_an_area_drawn_on_the_map_is_put_in(client: TestClient) -> None:
    asked = {"base": "ttwa-official", "include_areas": [SQUARE]}
    answer = client.post("/api/v1/scenario", json=asked).json()
    (changed,) = answer["options"]
    assert set(changed["zones"]) > set(answer["base"]["zones"])
    assert {row["district"] for row in answer["changes"]} >= {"Ipswich"}


def test_a_boundary_is_a_valid_feature_that_its_tag_saves_fetching(client: TestClient) -> None:
    address = "/api/v1/options/ttwa-official/geometry"
    answer = client.get(address)
    shape = shapely.from_geojson(json.dumps(answer.json()["geometry"]))
    assert shapely.is_valid(shape)
    west, south, east, north = shape.bounds
    assert 0.5 < west < 0.9 < east < 1.4  # Colchester lies at 0.9 east, 51.9 north
    assert 51.7 < south < 51.9 < north < 52.1
    coarse = client.get(address, params={"simplify": 300})
    assert len(coarse.content) < len(answer.content) / 4
    assert answer.headers["etag"].startswith("W/")  # whether it is compressed or not
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.headers["vary"] == "Accept-Encoding"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "words"),
    [
        ("GET", "/api/v1/options/ttwa-offical", None, 404, "ttwa-official"),
        ("GET", "/api/v1/options/ttwa-official/geometry?simplify=-1", None, 422, "simplify"),
        ("POST", "/api/v1/scenario", {"base": "ttwa-official"}, 422, "nothing is changed"),
        ("POST", "/api/v1/scenario", {"base": "x", "include": ["Ipswich"]}, 404, "not known"),
        ("POST", "/api/v1/scenario", {"base": "district", "include": ["Ipswhich"]}, 404, "Ipswich"),
        ("POST", "/api/v1/scenario", {"base": "district", "exclude": ["Colchester"]}, 422, "left"),
        ("POST", "/api/v1/scenario", {"base": "district", "colour": "red"}, 422, "colour"),
        ("POST", "/api/v1/scenario", {"base": "district", "vintage": 2016}, 422, "2011 or 2021"),
        ("POST", "/scenario", {"base": "district", "vintage": "2016"}, 422, "2011 or 2021"),
        ("POST", "/api/v1/compare", {"options": ["district", "catchment@1991"]}, 404, "1991"),
        ("POST", "/api/v1/compare", {"options": ["district"]}, 422, "options"),
        ("POST", "/api/v1/compare", {"options": ["district", "district"]}, 422, "district"),
    ],
)
def test_what_cannot_be_answered_says_why(
    client: TestClient, method: str, address: str, body: Any, status: int, words: str
) -> None:
    form = {"json": body} if address.startswith("/api") else {"data": body}
    answer = client.request(method, address, **form)
    assert answer.status_code == status, answer.text
    assert words in answer.text


def test_a_what_if_by_its_id_has_figures_as_it_has_a_boundary(client: TestClient) -> None:
    address = "/api/v1/options/ttwa-official+sudbury"
    (one,) = client.get(address).json()["options"]
    worked_out = {"base": "ttwa-official", "include": ["Sudbury"]}
    (expected,) = client.post("/api/v1/scenario", json=worked_out).json()["options"]
    assert one == expected
    boundary = client.get(f"{address}/geometry").json()
    assert (boundary["id"], boundary["properties"]["zones"]) == (one["id"], len(one["zones"]))


def test_a_zone_that_is_no_code_is_told_what_to_give(client: TestClient) -> None:
    answer = client.get("/api/v1/options/ttwa-official/zones/CO10%202AA")
    assert answer.status_code == 404
    assert "give a zone by its code, such as E02" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["/etc/shadow.geojson", "data.gpkg", '{"type": "Polygon"}'])
def test_a_place_is_never_a_file_of_the_server(client: TestClient, name: str) -> None:
    answer = client.post("/api/v1/scenario", json={"base": "district", "include": [name]})
    assert answer.status_code == 422
    assert "is not a place" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("ending", "kind", "start"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("csv", "text/csv; charset=utf-8", b""),
        ("gpkg", "application/geopackage+sqlite3", b"SQLite format 3"),
    ],
)
def test_a_what_if_is_taken_away_as_a_comparison(
    client: TestClient, ending: str, kind: str, start: bytes
) -> None:
    asked = {"base": "ttwa-official", "include": "CO1 1JB\nIpswich"}
    answer = client.post(f"/scenario/comparison.{ending}", data=asked)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "no-store"
    # Neither the name of the file nor the address may say whose postcode was asked about.
    assert answer.headers["content-disposition"] == f'attachment; filename="comparison.{ending}"'
    assert answer.content.startswith(start)
    assert len(answer.content) > 1000


def test_the_picture_of_a_what_if_is_in_its_page_and_has_no_address(client: TestClient) -> None:
    asked = {"base": "ttwa-official", "include": "Ipswich"}
    page = client.post("/scenario", data=asked)
    assert page.text.count('src="data:image/png;base64,') == 1
    assert "/compare/map.png" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "img-src 'self' data:" in page.headers["content-security-policy"]
    assert 'href="/scenario?base=ttwa-official"' in client.get("/compare?first=ttwa-official").text


def test_a_comparison_of_a_what_if_is_refused_with_its_reason(client: TestClient) -> None:
    asked = {"base": "ttwa-official", "include": "Ipswich"}
    assert client.post("/scenario/comparison.exe", data=asked).status_code == 404
    unchanged = client.post("/scenario/comparison.csv", data={"base": "ttwa-official"})
    assert unchanged.status_code == 422
    assert "add a place or take one out" in unchanged.text
    without = client.post("/scenario/comparison.csv", data=asked, headers={"X-CSRF-Token": "no"})
    assert without.status_code == 403


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=&second=", ["Choose an option to compare with", "Choose an option to look at"]),
        ("first=district&second=", ["Choose an option to look at"]),
        ("first=district&second=district", ["Choose two different options"]),
    ],
)
def test_a_comparison_of_fewer_than_two_says_what_to_choose(
    query: str, said: list[str], client: TestClient
) -> None:
    answer = client.get(f"/compare?{query}")
    assert answer.status_code == 422
    assert "<title>Error: Compare two options" in answer.text
    for words in said:
        assert answer.text.count(words) == 2  # above the page, and beside its field
