"""A refresh on a full disk, from a failing server, beside another one, and beside readers."""

from __future__ import annotations

import errno
import functools
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from directory_cases import country, rows_of, write_directory

from localarea.cli.app import run
from localarea.datasets.download import _download
from localarea.datasets.postcodes import read_postcode_rows
from localarea.datasets.storage import renewed
from localarea.datasets.store import DataStore
from localarea.errors import ConflictError, InputError
from localarea.geo.postcodes import parse_postcode
from localarea.renewal import refresh
from localarea.renewal.refresh import refresh_postcodes
from localarea.renewal.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEW, THERE = "CO1 8ZZ", "CO1 1JB"
AT = "2026-03-01T09:00:00+00:00"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    return country(tmp_path_factory.mktemp("country") / "data")


@pytest.fixture(scope="module")
def newer(small: DataStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def add(rows: list[dict[str, Any]]) -> None:
        there = next(row for row in rows if row["postcode"] == THERE)
        rows.append({**there, "pcd7": "CO1 8ZZ"})

    return write_directory(tmp_path_factory.mktemp("ons"), rows_of(small), edit=add)


def _over(small: DataStore, folder: Path) -> DataStore:
    return DataStore(small.root, small.cache_dir, renewed=folder)


def _knows(store: DataStore, postcode: str) -> bool:
    return read_postcode_rows([parse_postcode(postcode).key], store=store).num_rows == 1


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _half_a_table(_: object, path: Path, *__: object, **___: object) -> None:
    path.write_bytes(b"PAR1")
    _full()


def _full_at(number: int, write: Callable[..., None]) -> Callable[..., None]:
    """Write as usual until the disk is full, at the given write."""
    left = [number]

    def one(*arguments: Any) -> None:
        left[0] -= 1
        return write(*arguments) if left[0] else _full()

    return one


@pytest.mark.parametrize("what", ["table", "record of the edition", "record of those in use"])
def test_on_a_full_disk_the_old_tables_stay_and_it_can_be_tried_again(
    small: DataStore, newer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    folder = tmp_path / "tables"
    with monkeypatch.context() as full:
        if what == "table":
            full.setattr(refresh, "write_parquet", _half_a_table)
        else:
            number = 1 if what == "record of the edition" else 2
            full.setattr(renewed, "_write", _full_at(number, renewed._write))
        with pytest.raises(InputError, match=r"No space left.*the old ones stay in use; make room"):
            refresh_postcodes(Request(newer, small, folder, now=AT))
    assert not renewed.read_all(folder)
    assert not _knows(_over(small, folder), NEW)
    assert not list(folder.glob(".building-*"))
    assert refresh_postcodes(Request(newer, _over(small, folder), folder, now=AT)).edition
    assert _knows(_over(small, folder), NEW)


class _Server(BaseHTTPRequestHandler):
    """Answer each address with a fault of its own, or with the directory."""

    content = b""

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def do_GET(self) -> None:
        status, sent = 200, self.content
        if self.path == "/page.zip":
            sent = b"<!doctype html><title>Moved</title><p>This item has moved."
        if self.path == "/json":
            sent = b'{"error": {"code": 498, "message": "Invalid token"}}'
        if self.path == "/down.zip":
            status, sent = 503, b"busy"
        length = len(sent)
        if self.path == "/broken.zip":
            sent = sent[: length // 2]
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = True


@pytest.fixture
def address(newer: Path) -> Iterator[str]:
    handler = type("Handler", (_Server,), {"content": newer.read_bytes()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/page.zip", "a web page ('Moved')"),
        ("/json", "a JSON document"),
        ("/down.zip", "503"),
        ("/broken.zip", "tried 2 times"),
    ],
)
def test_a_server_that_fails_changes_nothing(
    small: DataStore,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    path: str,
    told: str,
) -> None:
    settings = {"DATA_DIR": small.root, "RENEWED_DIR": tmp_path / "tables"}
    for name, folder in {**settings, "CACHE_DIR": tmp_path / "cache"}.items():
        monkeypatch.setenv(f"LOCALAREA_{name}", str(folder))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    patient = functools.partial(_download.Patience, attempts=2, backoff_s=0.0)
    monkeypatch.setattr(_download, "Patience", patient)
    assert run(["data", "refresh", "--from", address + path]) == 3
    assert told in capsys.readouterr().err
    assert not renewed.read_all(tmp_path / "tables")
    dry = ["data", "refresh", "--from", f"{address}/items/abc/data", "--dry-run"]
    assert run(dry) == 0
    assert "1 postcode new" in capsys.readouterr().out


HOLD = """
import sys
from pathlib import Path
from localarea.datasets.storage import renewed
with renewed.building(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_beside_a_refresh_of_another_process_a_second_is_refused(
    small: DataStore, newer: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(ConflictError, match="another refresh"):
                refresh_postcodes(Request(newer, small, folder, now=AT))
        finally:
            other.kill()
    assert list(folder.glob(".building-*"))  # what the other left, killed as it was
    assert refresh_postcodes(Request(newer, small, folder, now=AT)).edition == 1
    assert not list(folder.glob(".building-*"))


def test_a_refresh_that_was_overtaken_is_refused(
    small: DataStore, newer: Path, tmp_path: Path
) -> None:
    """Compared with the tables before the other's, it could step back without a word."""
    folder = tmp_path / "tables"

    def overtake(step: str) -> None:
        if step == "comparing it with the one in use":
            refresh_postcodes(Request(newer, small, folder, now=AT))

    with pytest.raises(ConflictError, match=r"in the meantime.*run the refresh again"):
        refresh_postcodes(Request(newer, small, folder, now=AT, progress=overtake))
    current = renewed.read_all(folder).get("postcodes")
    assert current is not None
    assert current.number == 1


def test_whoever_reads_meanwhile_has_the_old_tables_or_the_new(
    small: DataStore, newer: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    seen: set[tuple[str, bool, bool]] = set()
    stop = threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                store = _over(small, folder)
                seen.add((store.directory_date, _knows(store, NEW), _knows(store, THERE)))
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(2):
        refresh_postcodes(Request(newer, _over(small, folder), folder, now=AT))
    for _ in range(2):
        renewed.restore(folder)
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert seen <= {("2025-11", False, True), ("2026-02", True, True)}
    assert ("2025-11", False, True) in seen
