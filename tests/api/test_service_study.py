"""The study: the API moves a boundary, and the page does the same without a script."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import hold_token, ready, service_in

from localarea.comparison.scenario import Scenario
from localarea.comparison.study.ground import Ground
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.pages.rendering import keep_council
from localarea.service.state.state import State
from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.comparison.study.state import StudyState

IPSWICH = "/study?from=ttwa-official&in=Ipswich"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service_in(tmp_path_factory.mktemp("service")) as made:
        hold_token(made)
        yield made


def study(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/study", json=body)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def refused(client: TestClient, **body: Any) -> tuple[int, str]:
    answer = client.post("/api/v1/study", json=body)
    return answer.status_code, answer.json()["detail"]


def figure(said: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in said["figures"] if one["name"] == name]
    return dict(found)


def test_it_begins_with_the_option_of_the_council(client: TestClient) -> None:
    said = study(client)
    official = option_zones("ttwa-official", read_council())
    assert said["query"] == "from=ttwa-official"
    assert said["zones"] == list(official.zones)
    assert said["sentence"].endswith("Nothing is changed yet.")
    assert figure(said, "jobs")["change"] == "0"


def test_ipswich_is_put_in_and_its_figures_are_those_of_the_comparison(client: TestClient) -> None:
    said = study(client, place="Ipswich")
    assert said["query"] == "from=ttwa-official&in=Ipswich"
    pair = {"options": ["ttwa-official", "ttwa-official+ipswich"]}
    first, second = client.post("/api/v1/compare", json=pair).json()["options"]
    for name, value in second["metrics"].items():
        assert figure(said, name)["value"] == value, name
    change = second["metrics"]["jobs"] - first["metrics"]["jobs"]
    assert f"; {change:,.0f} jobs become local." in said["sentence"]
    share = second["metrics"]["anchor_jobs_inside_share"]
    assert f"Colchester's firms would draw {share:.1%} of their workers" in said["sentence"]
    assert len(said["gained"]) == 16
    assert said["lost"] == []
    assert said["switches"] == [{"place": "Ipswich", "set": "in", "inside": "whole"}]
    assert "second=ttwa-official%2Bipswich" in said["links"]["compare"]


def test_a_second_turn_takes_out_what_the_first_put_in(client: TestClient) -> None:
    begun = {"from": "ttwa-official"}
    there = study(client, **begun, place="E02006233")
    assert there["query"] == "from=ttwa-official&in=E02006233"
    assert there["places"] == [{"place": "E02006233", "name": "Sudbury, Babergh", "inside": True}]
    back = study(client, **begun, **{"in": ["E02006233"]}, place="E02006233")
    assert back["query"] == "from=ttwa-official"


def test_a_postcode_is_read_and_does_not_come_back(client: TestClient) -> None:
    said = study(client, place="CO10 2EA", move="in")
    assert said["query"] == "from=ttwa-official&in=E02006233"
    assert "CO10" not in str(said)
    by_hand = study(client, **{"in": ["CO10 2EA"]})
    assert by_hand["query"] == said["query"]


def test_a_town_goes_before_a_travel_to_work_area_of_its_name(client: TestClient) -> None:
    # The area of 2011 named Clacton has 14 zones, with Harwich and Frinton; the town has 6.
    said = study(client, place="Clacton", move="in")
    assert len(said["gained"]) == 6
    assert said["query"] == "from=ttwa-official&in=town%3AClacton"
    assert said["title"].endswith(", plus Clacton")
    assert "Clacton is read as 6 zones of Tendring" in said["notes"][0]


@pytest.mark.parametrize(
    ("place", "zone", "note"),
    [
        # No zone is named after it; it is beside Horkesley Heath.
        ("Great Horkesley", "E02004506", "Great Horkesley is read from the map"),
        # A zone of Derbyshire bears the name; the map has that of Suffolk.
        ("Holbrook", "E02006237", "Holbrook is read from the map"),
    ],
)
def test_a_village_of_the_map_is_the_zone_in_which_it_lies(
    client: TestClient, place: str, zone: str, note: str
) -> None:
    said = study(client, place=place, move="in", **{"from": "drive-45", "out": [zone]})
    assert zone in said["zones"]
    assert said["notes"][0].startswith(note)


def test_a_place_far_away_is_added_but_said_to_be_far(client: TestClient) -> None:
    # The city of Newport in Wales; by the map some 255 to 265 km from Colchester.
    said = study(client, place="Newport", move="in")
    (note,) = [one for one in said["notes"] if "kilometres" in one]
    km = int(note.split(" kilometres")[0].rsplit(" ", 1)[1])
    assert 240 < km < 270
    assert note.startswith("Newport is about ")
    near = study(client, place="Ipswich", move="in")
    assert not any("kilometres" in one for one in near["notes"])


def test_limits_are_moved_and_are_those_of_the_method(client: TestClient) -> None:
    said = study(client, **{"from": "drive-30"}, minutes=37)
    expected = option_zones("drive-37", read_council())
    assert (said["title"], said["zones"]) == (expected.title, list(expected.zones))
    (limit,) = said["limits"]
    assert (limit["own"], limit["now"], limit["least"], limit["most"]) == (30, 37, 10, 75)
    share = study(client, **{"from": "catchment"}, share=7)
    wanted = Scenario.of("catchment").with_threshold(min_share=0.07).option()
    assert share["zones"] == list(wanted.zones)
    assert study(client, **{"from": "ttwa-official"})["limits"] == []


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"from": "ttwa-offical"}, 404, "nearest: ttwa-official"),
        ({"place": "Sudbry"}, 404, "nearest: Sudbury"),
        ({"minutes": 30}, 422, "has no limit 'minutes'"),
        ({"from": "drive-30", "minutes": 76}, 422, "must be 10 to 75 minutes, not 76"),
        ({"from": "drive-30", "minutes": 0}, 422, "minutes"),
        ({"move": "in"}, 422, "name the place"),
        ({"move": "sideways", "place": "Ipswich"}, 422, "move"),
        ({"place": "x" * 201}, 422, "place"),
        ({"in": ["Ipswich"] * 201}, 422, "in"),
        ({"include": ["Ipswich"]}, 422, "include"),
        ({"from": "district", "place": "Colchester", "move": "out"}, 422, "no zones left"),
    ],
)
def test_what_cannot_be_is_said(
    client: TestClient, body: dict[str, Any], status: int, said: str
) -> None:
    code, detail = refused(client, **body)
    assert code == status, detail
    assert said in detail


def test_another_council_has_a_study_of_its_own(client: TestClient) -> None:
    assert ready(client, "/study?council=norwich").status_code == 200
    answer = client.post("/api/v1/study?council=norwich", json={})
    assert answer.status_code == 200
    assert answer.json()["sentence"].startswith("Norwich's firms")
    assert "council=" in answer.json()["links"]["study"]


@pytest.mark.parametrize("address", ["/study", "/study?from=drive-30", "/map/base.json"])
def test_what_a_page_of_another_council_asks_for_is_of_that_council(address: str) -> None:
    mark = "&" if "?" in address else "?"
    assert keep_council(address, "Norwich") == f"{address}{mark}council=Norwich"


def test_the_page_has_the_figures_of_its_address(client: TestClient) -> None:
    page = client.get(IPSWICH).text
    said = study(client, **{"in": ["Ipswich"]})
    assert html.unescape(page).count(said["sentence"]) == 1
    shown = dict(re.findall(r'data-figure="(\w+)".*?data-cell="text">(.*?)</b>', page, re.S))
    assert shown == {one["name"]: one["text"] for one in said["figures"]}
    assert page.partition('id="rest"')[0].count("data-figure=") == 6
    # Every figure says what it means and which way is better.
    assert page.count(" is better") == len(said["figures"])


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("from=ttwa-official&minutes=30", 422, "has no limit"),
        ("from=nowhere", 404, "not known"),
        ("in=Sudbry", 404, "nearest: Sudbury"),
        ("form=drive-30", 422, "did you mean"),
        ("from=drive-30&minutes=soon", 422, "minutes"),
        ("from=drive-30&from=drive-45", 422, "only once"),
        ("&".join(["in=Ipswich"] * 201), 422, "200"),
    ],
)
def test_an_address_that_cannot_be_is_said(
    client: TestClient, query: str, status: int, said: str
) -> None:
    answer = client.get(f"/study?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert said in html.unescape(answer.text)


def hidden(page: str, form: str) -> dict[str, list[str]]:
    """Give the hidden fields of a form of the page."""
    found: dict[str, list[str]] = {}
    body = page.partition(f'id="{form}"')[2].partition("</form>")[0]
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', body):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def test_without_a_script_a_place_is_moved_by_a_form(client: TestClient) -> None:
    begun = hidden(client.get("/study?from=drive-30&minutes=37").text, "place-form")
    assert begun["minutes"] == ["37"]
    sent = {**begun, "place": "Ipswich", "move": "out"}
    answer = client.post("/study", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/study?from=drive-30&minutes=37&out=Ipswich#figures"
    back = hidden(client.get(answer.headers["location"]).text, "moved-form")
    left = client.post("/study", data={**back, "place": "Ipswich"}, follow_redirects=False)
    assert left.headers["location"] == "/study?from=drive-30&minutes=37#figures"


@pytest.mark.parametrize(
    ("place", "status", "said"),
    [("", 422, "Enter a place"), ("Sudbry", 404, "nearest: Sudbury"), ("EH1 1AA", 404, "EH1")],
)
def test_a_place_that_is_none_is_told_beside_its_box(
    client: TestClient, place: str, status: int, said: str
) -> None:
    sent = {**hidden(client.get(IPSWICH).text, "place-form"), "place": place, "move": "in"}
    answer = client.post("/study", data=sent)
    assert answer.status_code in (status, 422)
    assert 'href="#place"' in answer.text
    assert said in html.unescape(answer.text)
    assert "16" not in hidden(answer.text, "place-form")
    assert hidden(answer.text, "place-form")["in"] == ["Ipswich"]  # the study is not lost


def test_a_move_that_is_none_is_told_beside_the_box(client: TestClient) -> None:
    begun = hidden(client.get(IPSWICH).text, "place-form")
    answer = client.post("/study", data={**begun, "place": "Sudbury", "move": "sideways"})
    assert answer.status_code == 422
    assert 'href="#place"' in answer.text
    assert "Choose whether to add the place or take it out" in answer.text


def test_a_study_is_saved_and_opened_again(client: TestClient) -> None:
    address = "from=composite&minutes=40&share=8&in=Ipswich&out=E02006246"
    file = client.get(f"/study/scenario.toml?{address}")
    assert file.headers["content-type"].startswith("application/toml")
    stated = Scenario.from_toml(file.text)
    assert dict(stated.thresholds) == {"max_minutes": 40, "min_link": 0.08}
    token = hidden(client.get("/study").text, "place-form")["csrf_token"]
    sent = {"file": ("scenario.toml", file.content)}
    back = client.post(
        "/study/scenario", files=sent, data={"csrf_token": token[0]}, follow_redirects=False
    )
    assert back.status_code == 303, back.text
    assert back.headers["location"] == f"/study?{address}#figures"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not toml", "TOML"),
        (b"\xff\xfe\x00", "not text"),
        (b'base = "ttwa-official"\nvintage = 2021\n', "2021"),
        (b'base = "composite"\n[thresholds]\nmax_employed_residents = 9\n', "no slider"),
        (b'base = "catchment"\n[thresholds]\nmin_share = "a tenth"\n', "min_share"),
        (b'base = "drive-30"\n[thresholds]\nminutes = true\n', "minutes"),
        (b'base = "catchment"\n[thresholds]\nmin_share = 0.075\n', "whole hundredths"),
        (b'base = "ttwa-computed"\n[thresholds]\ntarget_sc = 0.7\n', "'target_sc'"),
        (b"#" * 200_001, "too large"),
    ],
)
def test_a_file_that_is_no_study_is_told(client: TestClient, content: bytes, said: str) -> None:
    token = hidden(client.get("/study").text, "place-form")["csrf_token"]
    sent = {"file": ("scenario.toml", content)}
    answer = client.post("/study/scenario", files=sent, data={"csrf_token": token[0]})
    assert answer.status_code in (404, 422), answer.text
    assert said in html.unescape(answer.text)
    assert 'href="#file"' in answer.text


def test_an_own_limit_between_two_steps_is_no_change(client: TestClient) -> None:
    own = option_zones("ttwa-computed", read_council()).parameters["min_sc"]
    assert own != round(own, 2)  # 66.7% by the official test
    content = f'base = "ttwa-computed"\n[thresholds]\nmin_sc = {own}\n'.encode()
    answer = client.post(
        "/study/scenario", files={"file": ("scenario.toml", content)}, follow_redirects=False
    )
    assert answer.headers["location"] == "/study?from=ttwa-computed#figures", answer.text


def test_one_goes_on_to_a_what_if_with_the_same_state(client: TestClient) -> None:
    said = study(client, **{"from": "catchment", "in": ["Ipswich"]}, share=10)
    page = client.get(said["links"]["scenario"]).text
    assert ">Ipswich</textarea>" in page
    assert re.search(r'id="share"[^>]*value="10"', page)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    form = {"base": "catchment", "include": "Ipswich", "share": "10", "csrf_token": token}
    result = html.unescape(client.post("/scenario", data=form).text)
    assert said["title"] in result
    assert "must be a whole number" in client.post("/scenario", data={**form, "share": "a"}).text
    drive = study(client, **{"from": "drive-30"}, minutes=37)
    assert 'value="drive-37" selected' in client.get(drive["links"]["scenario"]).text


def test_one_goes_on_to_a_decision_and_a_report(client: TestClient) -> None:
    plain = study(client, place="Ipswich")["links"]
    assert plain["decide"] == "/decisions/new?option=ttwa-official%2Bipswich"
    assert client.get(plain["report"]).text.count(" checked") >= 2
    said = study(client, place="E02006233")
    what_if = said["links"]
    assert said["is_option"] is False
    assert what_if["decide"].startswith("/study/decide?from=ttwa-official")
    assert "Sudbury" in client.get(what_if["decide"]).text
    assert what_if["compare"] == what_if["scenario"]
    page = client.get(what_if["study"]).text
    assert re.search(r'id="not-reported">: this study beside the option', page)
    report = client.get(what_if["report"]).text  # by way of the id of the study
    assert re.search(r'value="ttwa-official\+e02006233" checked', report)
    assert "plus Sudbury" in report


def test_many_places_are_put_forward_without_a_long_address(client: TestClient) -> None:
    codes = sorted(study(client)["zones"])[1:]
    begun = {"from": "ttwa-official", "out": codes}
    page = client.post("/study/decide", data=begun)
    assert (page.status_code, page.text.count("E0200")) == (200, len(codes))  # all but one
    assert client.post("/study/decide", data={"from": "no-such"}).status_code == 404
    report = client.get("/study/report", params=begun)
    assert "too many changes for a report to name" in report.text
    assert report.text.count(" checked") == 2  # the option that it began with, and PDF


def test_a_name_that_places_share_offers_the_others(client: TestClient) -> None:
    said = study(client, place="Sudbury", move="in")
    (other,) = said["others"]
    assert other["words"] == "Take Sudbury, Brent instead of Sudbury"
    assert "Take Sudbury, Brent instead of Sudbury</a>" in client.get(said["links"]["study"]).text
    assert client.get(other["address"]).text.count("Take Sudbury, Brent instead") == 0


def test_the_still_map_is_a_picture(client: TestClient) -> None:
    answer = client.get("/study/map.png?from=ttwa-official&in=Ipswich")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("start", "own", "steps"),
    [
        # ONS's two thirds, 0.667, on a slider of hundredths.
        ("ttwa-computed", ("containment", 67), 26),
        ("composite-region", ("share", 15), 48),
    ],
)
def test_every_step_of_areas_drawn_anew_is_worked_out_once_they_are_looked_at(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    start: str,
    own: tuple[str, int],
    steps: int,
) -> None:
    """The nearest first; the areas themselves are worked out elsewhere, and here only asked for."""
    asked: list[StudyState] = []

    def ahead(_: Ground, state: StudyState) -> None:
        asked.append(state)

    def begin(state: State, name: str, work: Iterator[object]) -> None:
        assert name == "study"
        with monkeypatch.context() as inner:
            inner.setattr(Ground, "study", ahead)
            assert len(list(work)) == steps

    monkeypatch.setattr(State, "begin", begin)
    for _ in range(2):
        study(client, **{"from": start})
    assert all(one.start == start for one in asked)
    numbers = [one.numbers[own[0]] for one in asked]  # type: ignore[index]
    assert (numbers[0], len(set(numbers)), len(numbers)) == (own[1], steps, steps)  # each once
    away = [abs(one - own[1]) for one in numbers]
    assert away == sorted(away)


def test_work_in_the_background_ends_with_the_service_and_with_a_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = State(Settings(definitions_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/d"))
    done: list[int] = []

    def work() -> Iterator[int]:
        for piece in range(5):
            done.append(piece)
            if piece == 2:
                state.close()
            yield piece

    def faulty() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    state.begin("pieces", work()).join(30)
    assert done == [0, 1, 2]
    State(state.settings).begin("faulty", faulty()).join(30)
    assert "faulty: could not be worked out ahead" in caplog.text
