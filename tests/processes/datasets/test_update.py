"""Fetching the publishers' files: the record of checksums, mirrors, and what stays in place."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import re
import threading
import zipfile
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from localarea.cli.app import run
from localarea.datasets.download.sources import SOURCES, choose_sources
from localarea.datasets.download.update import RECORD_FILE, fetch_sources
from localarea.datasets.publishers import lookups, nomis, onspd, vectors
from localarea.errors import DataError, DatasetNotFoundError, DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TTWA = "LSOA11CD,LSOA11NM,TTWA11CD,TTWA11NM\nE01021600,Colchester 007A,E30000193,Colchester\n"
READERS = {"lookups": lookups, "nomis": nomis, "onspd": onspd, "vectors": vectors}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "mirror"
    (folder / "ttwa").mkdir(parents=True)
    (folder / "ttwa" / "LSOA11_TTWA11-UK.csv").write_text(TTWA)
    (folder / "flows").mkdir()
    with zipfile.ZipFile(folder / "flows" / "wu01ew_msoa.zip", "w") as archive:
        archive.writestr("wu01ew_msoa.csv", "from,to,value\n")
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_source_is_whole_and_its_reader_exists() -> None:
    files = [source.file for source in SOURCES.values()]
    assert len(set(files)) == len(files)
    for source in SOURCES.values():
        assert source.url.startswith("https://")
        assert source.vintage
        assert source.licence
        if source.reader:
            module, name = source.reader.split(".")
            assert callable(getattr(READERS[module], name))


def test_sources_feed_tables_that_exist(repository: Path) -> None:
    registry = (repository / "data" / "registry.toml").read_text(encoding="utf-8")
    for source in SOURCES.values():
        for table in source.tables:
            assert f"[tables.{table}]" in registry


def test_a_table_stands_for_what_it_is_made_from() -> None:
    names = [source.name for source in choose_sources(["postcodes"])]
    assert names == ["onspd", "postcode_best_fit", "code_point_open"]
    assert len(choose_sources()) == len(SOURCES)
    with pytest.raises(DatasetNotFoundError, match="nearest: flows_2011"):
        choose_sources(["flow_2011"])


def test_first_fetch_records_and_the_second_leaves_alone(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    base, _ = mirror
    sources, raw = choose_sources(["lsoa11_ttwa11", "wu01ew"]), tmp_path / "raw"
    first = fetch_sources(sources, raw, base=base)
    assert [o.state for o in first] == ["fetched", "fetched"]
    record = json.loads((raw / RECORD_FILE).read_text())
    assert record["lsoa11_ttwa11"]["sha256"] == hashlib.sha256(TTWA.encode()).hexdigest()
    assert record["lsoa11_ttwa11"]["vintage"] == "2011"
    again = fetch_sources(sources, raw, base="http://127.0.0.1:9")  # nobody is asked
    assert [o.state for o in again] == ["unchanged", "unchanged"]


def test_a_revised_file_is_taken_only_when_accepted(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    base, folder = mirror
    sources, raw = choose_sources(["lsoa11_ttwa11"]), tmp_path / "raw"
    fetch_sources(sources, raw, base=base)
    (folder / "ttwa" / "LSOA11_TTWA11-UK.csv").write_text(TTWA + "x\n")
    (outcome,) = fetch_sources(sources, raw, base=base, again=True)
    assert outcome.state == "failed"
    assert "--accept-changed" in str(outcome.error)
    assert outcome.path.read_text() == TTWA
    (outcome,) = fetch_sources(sources, raw, base=base, again=True, accept_changed=True)
    assert outcome.state == "fetched"
    assert outcome.path.read_text() == TTWA + "x\n"


def test_a_damaged_file_is_fetched_again(mirror: tuple[str, Path], tmp_path: Path) -> None:
    base, _ = mirror
    sources, raw = choose_sources(["lsoa11_ttwa11"]), tmp_path / "raw"
    (outcome,) = fetch_sources(sources, raw, base=base)
    outcome.path.write_text("damaged")
    (outcome,) = fetch_sources(sources, raw, base=base)
    assert outcome.state == "fetched"
    assert outcome.path.read_text() == TTWA


def test_one_failure_does_not_stop_the_others(mirror: tuple[str, Path], tmp_path: Path) -> None:
    base, folder = mirror
    (folder / "flows" / "wu01ew_msoa.zip").write_text("<!doctype html><title>Gone</title>")
    sources = choose_sources(["wu01ew", "lsoa11_ttwa11"])
    outcomes = fetch_sources(sources, tmp_path / "raw", base=base)
    assert [o.state for o in outcomes] == ["failed", "fetched"]
    assert "a web page ('Gone')" in str(outcomes[0].error)


def test_a_publishers_own_checksum_is_never_overruled(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    base, _ = mirror
    source = replace(SOURCES["lsoa11_ttwa11"], sha256="0" * 64)
    (outcome,) = fetch_sources([source], tmp_path / "raw", base=base, accept_changed=True)
    assert outcome.state == "failed"
    assert "the registry says 0000" in str(outcome.error)


def test_the_address_of_one_file_serves_one_source(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    address = f"{mirror[0]}/ttwa/LSOA11_TTWA11-UK.csv"
    (outcome,) = fetch_sources(choose_sources(["lsoa11_ttwa11"]), tmp_path, base=address)
    assert outcome.state == "fetched"
    with pytest.raises(DownloadError, match="name one source"):
        fetch_sources(choose_sources(["flows_2011", "flows_2021"]), tmp_path, base=address)


def test_a_record_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / RECORD_FILE).write_text("{")
    with pytest.raises(DataError, match="repair or move it"):
        fetch_sources(choose_sources(["wu01ew"]), tmp_path, base="http://127.0.0.1:9")


# What comes with status 200 and is no file.

SQUARE = [[0.8, 51.8], [0.9, 51.8], [0.9, 51.9], [0.8, 51.9], [0.8, 51.8]]
ZONES = [
    {
        "type": "Feature",
        "properties": {"MSOA21CD": code},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    for code in ("E02004503", "E02004504")
]
WHOLE = {"type": "FeatureCollection", "features": ZONES}
NEXT = {"rel": "next", "type": "application/geo+json", "href": "https://example.org/items?offset=2"}
ARCGIS_ERROR = {"error": {"code": 400, "message": "Invalid parameters.", "details": []}}
PENDING = {"status": "Pending", "progressInPercent": 0}
NO_FILES = [
    (ARCGIS_ERROR, "an error document \\(400: Invalid parameters.\\); fetch it again"),
    ({"code": "NotFound", "description": "gone"}, "an error document \\(NotFound: gone\\)"),
    ({"type": "about:blank", "status": 503, "detail": "down"}, "error document \\(503: down"),
    ({"exceptions": [{"code": "NoApplicableCode", "text": "t"}]}, "document .NoApplicableCode: t"),
    ({"status": "Failed", "message": "export"}, "an error document"),
    ({"message": "not here"}, "an error document \\(not here\\)"),
    ({**WHOLE, "error": {"code": 504, "message": "late"}}, "an error document \\(504: late\\)"),
    ({"fields": []}, "not GeoJSON \\(it has fields\\)"),
    ({"type": "FeatureCollection", "features": None}, "without a list of features"),
    ({**WHOLE, "exceededTransferLimit": True}, "stopped at 2 features.*whole file"),
    ({**WHOLE, "properties": {"exceededTransferLimit": True}}, "exceededTransferLimit"),
    ({**WHOLE, "numberMatched": 7201, "numberReturned": 2}, "2 of 7,201 features.*every page"),
    ({"numberMatched": 7201, **WHOLE}, "one page of several"),
    ({**WHOLE, "totalFeatures": "7201"}, "one page of several"),
    ({**WHOLE, "links": [{"rel": "self"}, NEXT]}, "a link to the next"),
]


def boundaries(folder: Path) -> Path:
    path = folder / SOURCES["msoa21_boundaries"].file
    path.parent.mkdir(exist_ok=True)
    return path


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("answer", "says"), NO_FILES)
def test_an_error_or_a_page_is_named_and_not_kept(
    answer: Any, says: str, packed: bool, mirror: tuple[str, Path], tmp_path: Path
) -> None:
    text = json.dumps(answer).encode()
    boundaries(mirror[1]).write_bytes(gzip.compress(text) if packed else text)
    raw = tmp_path / "raw"
    (outcome,) = fetch_sources([SOURCES["msoa21_boundaries"]], raw, base=mirror[0])
    assert outcome.state == "failed"
    assert re.search(says, str(outcome.error))
    assert not outcome.path.exists()
    assert not (raw / RECORD_FILE).exists()


@pytest.mark.parametrize("cut", [-1, -2, -60, 30])
def test_a_geojson_cut_short_is_named_and_not_kept(
    cut: int, mirror: tuple[str, Path], tmp_path: Path
) -> None:
    boundaries(mirror[1]).write_bytes(json.dumps(WHOLE).encode()[:cut])
    (outcome,) = fetch_sources([SOURCES["msoa21_boundaries"]], tmp_path / "raw", base=mirror[0])
    assert outcome.state == "failed"
    assert "cut short or damaged" in str(outcome.error)
    assert not outcome.path.exists()


WHOLE_FILES = [
    WHOLE,
    {**WHOLE, "numberMatched": 2, "numberReturned": 2, "links": [{"rel": "self"}]},
    {**WHOLE, "numberMatched": "unknown", "exceededTransferLimit": False, "error": None},
]


@pytest.mark.parametrize("answer", WHOLE_FILES)
def test_a_whole_geojson_is_taken(answer: Any, mirror: tuple[str, Path], tmp_path: Path) -> None:
    boundaries(mirror[1]).write_text(json.dumps(answer))
    (outcome,) = fetch_sources([SOURCES["msoa21_boundaries"]], tmp_path / "raw", base=mirror[0])
    assert outcome.state == "fetched"


def test_geojson_lines_are_taken_and_their_cut_is_seen(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    lines = "".join(json.dumps(feature) + "\n" for feature in ZONES)
    for text, state in ((lines[:-9], "failed"), (lines, "fetched")):
        boundaries(mirror[1]).write_text(text)
        (outcome,) = fetch_sources([SOURCES["msoa21_boundaries"]], tmp_path / "raw", base=mirror[0])
        assert outcome.state == state


@pytest.mark.parametrize("name", ["msoa21_boundaries", "lsoa11_ttwa11", "onspd"])
def test_a_file_still_being_made_is_waited_for(
    name: str, mirror: tuple[str, Path], tmp_path: Path
) -> None:
    source, waits, said = SOURCES[name], [], []
    path = mirror[1] / source.file
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(PENDING))
    (outcome,) = fetch_sources(
        [source], tmp_path / "raw", base=mirror[0], sleep=waits.append,
        notice=lambda _, text: said.append(text),
    )  # fmt: skip
    assert outcome.state == "failed"
    assert "still being made (Pending); tried 5 times. Run the same command" in str(outcome.error)
    assert len(waits) == len(said) == 4
    assert not outcome.path.exists()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("kept", [ARCGIS_ERROR, PENDING, {**WHOLE, "numberMatched": 7201}])
def test_what_an_earlier_release_kept_makes_way_for_the_real_file(
    kept: Any, again: bool, mirror: tuple[str, Path], tmp_path: Path
) -> None:
    source, raw = SOURCES["msoa21_boundaries"], tmp_path / "raw"
    raw.mkdir()
    text = json.dumps(kept)
    boundaries(raw).write_text(text)
    entry = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "fetched": "2026-01-01"}
    (raw / RECORD_FILE).write_text(json.dumps({source.name: entry}))
    said: list[str] = []
    boundaries(mirror[1]).write_text(json.dumps(WHOLE))
    (outcome,) = fetch_sources(
        [source], raw, base=mirror[0], again=again, notice=lambda _, text: said.append(text)
    )
    assert outcome.state == "fetched"
    assert json.loads(outcome.path.read_text()) == WHOLE
    assert "will be downloaded again" in said[0]


def test_an_error_is_not_told_as_a_revision(mirror: tuple[str, Path], tmp_path: Path) -> None:
    source, raw = SOURCES["msoa21_boundaries"], tmp_path / "raw"
    boundaries(mirror[1]).write_text(json.dumps(WHOLE))
    fetch_sources([source], raw, base=mirror[0])
    boundaries(mirror[1]).write_text(json.dumps(ARCGIS_ERROR))
    (outcome,) = fetch_sources([source], raw, base=mirror[0], again=True)
    assert "an error document" in str(outcome.error)
    assert json.loads(outcome.path.read_text()) == WHOLE


def test_the_address_of_a_query_is_that_of_one_file(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    (mirror[1] / "query").write_text(json.dumps({**WHOLE, "exceededTransferLimit": True}))
    address = f"{mirror[0]}/query?where=1%3D1&f=geojson"
    (outcome,) = fetch_sources([SOURCES["msoa21_boundaries"]], tmp_path, base=address)
    assert "one page of several" in str(outcome.error)


# The commands.


def test_update_command(
    mirror: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["data", "update", "ttwa11_msoa11", "--from", mirror[0], "--to", str(tmp_path)]
    assert run([*arguments, "--json"]) == 3  # the mirror lacks the census table
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    states = {row["name"]: row["state"] for row in document["sources"]}
    assert states == {"lsoa11_ttwa11": "fetched", "ks101ew_oa": "failed"}
    assert "ks101ew_oa: could not fetch" in captured.err
    assert "404" in captured.err
    assert "Traceback" not in captured.err


def test_update_command_lists_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "update", "flows_2021", "--list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["sources"]
    assert row["url"].endswith("/2021/odwp01ew.zip")
    assert run(["data", "update", "flows_2031"]) == 2
    assert "flows_2021" in capsys.readouterr().err


@pytest.fixture
def small_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    content = b"not really Parquet, but its checksum is right"
    (folder / "small.parquet").write_bytes(content)
    keys = ("title", "source", "vintage", "licence", "attribution", "crs")
    lines = [f'{key} = "{key} of it"' for key in keys]
    (folder / "registry.toml").write_text(
        'directory_date = "2025-11"\n[tables.small]\nfile = "small.parquet"\nrows = 7\n'
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n' + "\n".join(lines)
    )
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(folder))
    monkeypatch.setenv("LOCALAREA_CACHE_DIR", str(tmp_path / "cache"))
    return folder


def status_of_small(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = run(["data", "status", "--json"])
    (row,) = json.loads(capsys.readouterr().out)["tables"]
    return code, row


def test_status_tells_verified_corrupt_and_missing(
    small_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, row = status_of_small(capsys)
    assert (code, row["state"], row["rows"], row["bytes"]) == (0, "verified", 7, 45)
    (small_data / "small.parquet").write_bytes(b"changed")
    code, row = status_of_small(capsys)
    assert (code, row["state"], row["bytes"]) == (3, "corrupt", 7)
    (small_data / "small.parquet").unlink()
    code, row = status_of_small(capsys)
    assert (code, row["state"], row["bytes"]) == (3, "missing", None)
    assert run(["data", "status"]) == 3
    captured = capsys.readouterr()
    assert "missing" in captured.out
    assert "small.parquet is missing" in captured.err


def test_build_without_the_repository_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("localarea.cli.data.data.PACKAGE", tmp_path / "site-packages" / "localarea")
    assert run(["data", "build", str(tmp_path)]) == 3
    assert "checkout of the repository" in capsys.readouterr().err


def test_build_hands_on_the_exit_code(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    empty = str(tmp_path / "raw")
    out = str(tmp_path / "out")
    assert run(["data", "build", empty, "--out", out, "--only", "flows_2011"]) == 3
    assert "wu01ew_2011_msoa_flows.csv.gz is missing" in capfd.readouterr().err
