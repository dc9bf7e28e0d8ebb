"""The log says what happened to each request, and nothing of whose it was."""

from __future__ import annotations

import json
import logging
import logging.config
from typing import TYPE_CHECKING

import httpx
import pytest
from service_cases import server_in, service_in, set_to, settings_in

from localarea.service.logs.setup import log_config

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

PLANTED = "CO4 9ZZ"  # somebody's home


def test_no_line_holds_what_was_asked_even_at_debug(
    tmp_path: Path, small_tables: DataStore, caplog: pytest.LogCaptureFixture
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with caplog.at_level(logging.DEBUG), service_in(tmp_path, **tables) as client:
        client.get("/api/v1/check", params={"postcode": PLANTED})
        client.post("/api/v1/check", json={"postcodes": [PLANTED]})
        client.post("/api/v1/check", json={"postcodes": PLANTED})
        client.post("/", data={"postcode": PLANTED})
        client.get(f"/{PLANTED}")
        client.get(f"/api/v1/check/{PLANTED}")
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("localarea")]
    assert any("GET /api/v1/check 200" in line for line in ours)
    assert any("(no such address) 404" in line for line in ours)
    told = "\n".join(ours)
    assert not any(form in told for form in (PLANTED, "CO4%209ZZ", "CO4+9ZZ", "9ZZ"))


def test_lines_as_json_carry_the_number_that_the_answer_has(
    tmp_path: Path, small_tables: DataStore, capfd: pytest.CaptureFixture[str]
) -> None:
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    settings = settings_in(tmp_path, log_format="json")
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(log_config(settings))
    try:
        with service_in(tmp_path, log_format="json", **tables) as client:
            number = client.get("/api/v1/check", params={"postcode": "x"}).headers["x-request-id"]
    finally:
        logging.root.handlers[:], logging.root.level = before
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (line,) = [one for one in lines if one["request_id"] == number]
    assert (line["route"], line["status"], line["method"]) == ("/api/v1/check", 200, "GET")
    assert line["level"] == "INFO"


def test_a_line_of_the_server_is_there_once_and_without_colours(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(log_config(settings_in(tmp_path, log_format="json")))
    try:
        coloured = {"color_message": "Started \x1b[36m%d\x1b[0m", "port": 8000}
        logging.getLogger("uvicorn.error").info("Started %d", 7, extra=coloured)
    finally:
        logging.root.handlers[:], logging.root.level = before
    line = json.loads(capfd.readouterr().err)
    assert set(line) == {"at", "level", "logger", "request_id", "message", "port"}
    assert line["message"] == "Started 7"


@pytest.mark.slow
def test_a_real_server_logs_no_address_and_stops_when_told(
    tmp_path: Path, small_tables: DataStore
) -> None:
    with server_in(tmp_path, **set_to(small_tables)) as address:
        httpx.get(f"{address}/api/v1/check", params={"postcode": PLANTED})
    said = (tmp_path / "server.log").read_text()
    assert "GET /api/v1/check 200" in said
    assert "9ZZ" not in said
    assert "Finished server process" in said
