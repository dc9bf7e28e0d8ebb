"""What cannot be read is refused in our words, with what to do next, and never dropped."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import service_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

CHECK = "/api/v1/check"
JSON = {"Content-Type": "application/json"}
POSTCODES = b'{"postcodes": ["CO1 1JB"]}'


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    with service_in(folder, data_dir=small_tables.root, cache_dir=small_tables.cache_dir) as made:
        yield made


def refusal(client: TestClient, body: bytes, path: str = CHECK, **headers: str) -> dict[str, Any]:
    answer = client.post(path, content=body, headers={**JSON, **headers})
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    return found


@pytest.mark.parametrize(
    ("body", "path", "said"),
    [
        (b"", CHECK, "Content-Type: application/json"),
        (b"[]", CHECK, "an object in curly brackets"),
        (b"{}", CHECK, "body.postcodes: it is needed"),
        (b'{"postcodes": "CO1 1JB"}', CHECK, "it must be a list, in square brackets"),
        (b'{"postcodes": [1]}', CHECK, "body.postcodes.0: it must be text, in quotation marks"),
        (b'{"postcodes": ["\\ud800"]}', CHECK, "half of a character"),
        (b'{"postcodes": ["CO1 1JB"],}', CHECK, "it is not JSON"),
        (b'{"postcodes": [], "optoin": "x"}', CHECK, "did you mean 'option'?"),
        (b'{"postcodes": [], "xyzzy": 1}', CHECK, "there are: anchor, council, definition, on"),
        (b'{"postcodes": [], "option": ""}', CHECK, "body.option: it is blank"),
        (b'{"value": "\xc2\xa31"}', "/api/v1/contracts", "(In pounds, as text so that no digit"),
        (b'{"text": "\\u0000"}', "/api/v1/proposals/1/comments", "characters that do not show"),
        (b'{"options": ["a"]}', "/api/v1/compare", "it must have 2 entries at least"),
        (
            b'{"options": ["a", {"base": "a", "incude": []}]}',
            "/api/v1/compare",
            "body.options.1.ScenarioIn.incude: there is no such field; did you mean 'include'?",
        ),
        (b'{"pledges": [{"measur": "x"}]}', "/api/v1/contracts", "did you mean 'measure'?"),
    ],
)
def test_a_fault_of_a_body_says_what_to_send_instead(
    client: TestClient, body: bytes, path: str, said: str
) -> None:
    found = refusal(client, body, path)
    assert found["status"] == 422
    assert said in " ".join([found["detail"], *(fault["why"] for fault in found["faults"])])


def test_a_part_of_an_address_is_told_what_it_should_be(client: TestClient) -> None:
    said = client.get("/api/v1/files/x").json()["detail"]
    assert said == "path.file: it must fit the pattern ^[0-9a-f]{32}$ (As the upload was answered)"


def test_the_place_of_a_fault_in_json_is_a_character_and_no_field(client: TestClient) -> None:
    found = refusal(client, b'{"postcodes": ["CO1 1JB"],}')
    assert found["faults"][0]["where"] == "body"
    assert "at character 27" in found["detail"]  # the closing bracket, counted by hand


def test_faults_that_the_sentence_leaves_out_are_counted(client: TestClient) -> None:
    found = refusal(client, b'{"postcodes": [%b]}' % b",".join([b"5"] * 1_012))
    assert len(found["faults"]) == 1_012
    assert found["detail"].endswith("; and 1,002 more")


def test_too_many_postcodes_are_told_to_come_in_parts(client: TestClient) -> None:
    found = refusal(client, b'{"postcodes": [%b]}' % b",".join([b'""'] * 10_001))
    assert "10,000 entries at most, and has 10,001; send the others" in found["detail"]


def test_json_sent_as_something_else_is_told_which_header_is_missing(client: TestClient) -> None:
    answer = client.post(CHECK, content=POSTCODES, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (b'{"postcodes": ["\xe9"]}', {}, "UTF-8"),
        (b"[" * 100_000, {}, "nested"),
        (gzip.compress(POSTCODES), {"Content-Encoding": "gzip"}, "compressed"),
    ],
    ids=[
        "latin-1",
        "nested",
        "compressed",
    ],  # the compressed one holds the time, and so would its id
)
def test_a_body_that_is_no_text_says_why(
    client: TestClient, body: bytes, headers: dict[str, str], said: str
) -> None:
    found = refusal(client, body, **headers)
    assert found["status"] == 400
    assert said in found["detail"]


def test_a_field_of_json_that_stands_twice_is_refused(client: TestClient) -> None:
    found = refusal(client, b'{"postcodes": ["CO1 1JB"], "postcodes": ["IP1 1AA"]}')
    assert (found["status"], found["twice"]) == (422, ["postcodes"])
    deep = b'{"base": "ttwa-official", "thresholds": {"minutes": 30, "minutes": 31}}'
    assert refusal(client, deep, "/api/v1/scenario")["twice"] == ["minutes"]


@pytest.mark.parametrize(
    "address",
    [
        f"{CHECK}?postcode=CO1+1JB&option=",
        f"{CHECK}?postcode=CO1+1JB&option=%20",
        f"{CHECK}?postcode=CO1+1JB&council=",
        "/api/v1/options?council=",
        "/api/v1/options?anchor=",
        "/api/v1/contested/Ipswich?option=",
    ],
)
def test_a_blank_parameter_is_refused_as_on_the_command_line(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    assert "is blank; name one, or leave it out" in answer.json()["detail"]


def test_a_blank_postcode_is_answered_as_one(client: TestClient) -> None:
    answer = client.get(f"{CHECK}?postcode=")
    assert (answer.status_code, answer.json()["reason"]) == (200, "blank")


def test_a_field_of_the_body_in_the_address_is_told_where_it_belongs(client: TestClient) -> None:
    found = refusal(client, POSTCODES, f"{CHECK}?option=drive-30")
    assert (
        found["detail"] == "'option' is a field of the body here; send it there, not in the address"
    )


def test_every_method_of_an_address_is_named(client: TestClient) -> None:
    for method in ("PUT", "OPTIONS"):
        answer = client.request(method, CHECK)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
        assert answer.json()["detail"].endswith("it takes GET, HEAD, POST")
    assert client.put("/api/v1/files/x").headers["allow"] == "GET, HEAD, DELETE"


def test_an_address_of_the_api_that_there_is_not_leads_to_the_description(
    client: TestClient,
) -> None:
    assert "/openapi.json" in client.get("/api/v1/definitions").json()["detail"]


def test_a_definition_that_there_is_not_is_not_to_be_left_out(client: TestClient) -> None:
    said = client.get("/api/v1/definitions/none/refresh").json()["detail"]
    assert "none has been published yet" in said
    assert "leave it out" not in said  # of an address it cannot be


def test_a_program_that_asks_for_another_host_gets_a_problem(client: TestClient) -> None:
    answer = client.get(CHECK, headers={"Host": "other.example"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Not the address of this service"


def sent(client: TestClient, *parts: tuple[str, Any]) -> str:
    answer = client.post("/api/v1/files", files=list(parts))
    assert answer.status_code == 422, answer.text
    return str(answer.json()["detail"])


def test_no_file_or_field_of_a_form_is_dropped(client: TestClient) -> None:
    file = ("file", ("one.csv", b"Postcode\nCO1 1JB\n"))
    assert "one file at a time" in sent(client, file, file)
    assert "'upload'" in sent(client, ("upload", file[1]))
    assert "its field 'file'" in sent(client, ("column", (None, "x")))
    assert "'option' is blank" in sent(client, file, ("option", (None, "")))
    eleven = [("column", (None, f"c{number}")) for number in range(11)]
    assert "10 columns at most; 11" in sent(client, file, *eleven)
    assert client.get("/api/v1/files").json() == {"files": []}


def test_a_body_that_grows_too_large_is_named_as_one_that_says_so(client: TestClient) -> None:
    pieces = (b" " * 1_000_000 for _ in range(6))
    answer = client.post(CHECK, content=pieces, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:localarea:TooLargeError")
