"""Fetching the publishers' files: the record of checksums, mirrors, and what stays in place."""

from __future__ import annotations

import functools
import hashlib
import json
import threading
import zipfile
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from localarea.cli.app import run
from localarea.datasets.publishers import lookups, nomis, onspd, vectors
from localarea.datasets.sources import SOURCES, choose_sources
from localarea.datasets.update import RECORD_FILE, fetch_sources
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
    with pytest.raises(DataError, match="mend it or move it away"):
        fetch_sources(choose_sources(["wu01ew"]), tmp_path, base="http://127.0.0.1:9")


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
    monkeypatch.setattr("localarea.cli.data.PACKAGE", tmp_path / "site-packages" / "localarea")
    assert run(["data", "build", str(tmp_path)]) == 3
    assert "checkout of the repository" in capsys.readouterr().err


def test_build_hands_on_the_exit_code(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    empty = str(tmp_path / "raw")
    out = str(tmp_path / "out")
    assert run(["data", "build", empty, "--out", out, "--only", "flows_2011"]) == 3
    assert "wu01ew_2011_msoa_flows.csv.gz is missing" in capfd.readouterr().err
