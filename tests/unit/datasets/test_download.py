"""Downloads, against a real server on this machine that fails in every way a server can."""

from __future__ import annotations

import gzip
import hashlib
import io
import threading
import time
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from localarea.datasets.download._download import Patience, download
from localarea.errors import ChecksumError, DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK = Patience(attempts=3, backoff_s=0.0, connect_s=1.0, read_s=0.15, total_s=5.0)


def zip_of(text: str, size: int = 60_000) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("table.csv", text * (size // len(text)))
    return buffer.getvalue()


CONTENT = zip_of("origin,destination,workers\n")
REVISED = zip_of("from,to,value of another edition\n")
SHA256 = hashlib.sha256(CONTENT).hexdigest()
HALF = len(CONTENT) // 2
PAGE = b"<!DOCTYPE html><html><head><title>Service unavailable</title></head></html>"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def do_GET(self) -> None:
        script = self.script
        with script.lock:
            number = len(script.ranges)
            script.ranges.append(self.headers.get("Range"))
            script.if_ranges.append(self.headers.get("If-Range"))
        answers = script.answers
        answers[min(number, len(answers) - 1)](self, number)

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def whole(
        self, content: bytes, *, status: int = 200, length: int | None = None, etag: str | None,
        sent: int | None = None, **headers: str,
    ) -> None:  # fmt: skip
        """Answer with some bytes; `sent` of them, then the connection drops."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        if etag:
            self.send_header("ETag", etag)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content if sent is None else content[:sent])
        if sent is not None or length is not None:
            self.close_connection = True


@dataclass
class Script:
    answers: list[Any]
    ranges: list[str | None] = field(default_factory=list)
    if_ranges: list[str | None] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Server:
    url: str
    script: Script
    client: httpx.Client


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Share one client: to make one reads every certificate, which takes a tenth of a second."""
    timeout = httpx.Timeout(QUICK.read_s, connect=QUICK.connect_s)
    with httpx.Client(follow_redirects=True, timeout=timeout, max_redirects=8) as shared:
        yield shared


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that hang up: that is what they are to do here."""


@pytest.fixture
def serve(client: httpx.Client) -> Iterator[Any]:
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(*answers: Any) -> Server:
        script = Script(list(answers))
        handler = type("Scripted", (Handler,), {"script": script})
        server = QuietServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return Server(f"http://127.0.0.1:{server.server_port}/table.zip", script, client)

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


def good(content: bytes = CONTENT, etag: str | None = '"one"', **more: Any) -> Any:
    return lambda handler, _: handler.whole(content, etag=etag, **more)


def dropped(content: bytes = CONTENT, etag: str | None = '"one"', sent: int = HALF) -> Any:
    return lambda handler, _: handler.whole(content, etag=etag, sent=sent)


def the_rest(content: bytes = CONTENT, etag: str = '"one"') -> Any:
    def answer(handler: Handler, _: int) -> None:
        asked = handler.headers.get("Range")
        if asked is None or handler.headers.get("If-Range") not in (None, etag):
            handler.whole(content, etag=etag)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.whole(content[start:], status=206, etag=etag, Content_Range=span)

    return answer


def status(code: int, body: bytes = b"no", **headers: str) -> Any:
    return lambda handler, _: handler.whole(body, status=code, etag=None, **headers)


def silent(handler: Handler, _: int) -> None:
    time.sleep(0.3)
    handler.close_connection = True


def fetch(server: Server, target: Path, **more: Any) -> Any:
    waits: list[float] = more.pop("waits", [])
    options = {"patience": QUICK, "sleep": waits.append, "client": server.client, **more}
    return download(server.url, target, **options)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "table.zip"


def leftovers(target: Path) -> list[str]:
    return sorted(p.name for p in target.parent.iterdir() if p != target)


def test_a_file_arrives_whole(serve: Any, target: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    fetched = fetch(serve(good()), target, progress=lambda *p: seen.append(p))
    assert target.read_bytes() == CONTENT
    assert (fetched.sha256, fetched.size, fetched.attempts) == (SHA256, len(CONTENT), 1)
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert leftovers(target) == []


def test_a_dropped_connection_is_gone_on_from_where_it_broke(serve: Any, target: Path) -> None:
    server = serve(dropped(), the_rest())
    said: list[str] = []
    fetched = fetch(server, target, sha256=SHA256, notice=said.append)
    assert target.read_bytes() == CONTENT
    assert fetched.resumed
    assert server.script.ranges == [None, f"bytes={HALF}-"]
    assert server.script.if_ranges[1] == '"one"'
    assert "attempt 2" in said[0]


def test_a_later_run_goes_on_from_what_an_earlier_one_left(serve: Any, target: Path) -> None:
    server = serve(dropped(), silent, silent, the_rest())
    with pytest.raises(DownloadError, match=f"{HALF:,} bytes that arrived"):
        fetch(server, target)
    assert not target.exists()
    assert fetch(server, target).resumed
    assert target.read_bytes() == CONTENT
    assert leftovers(target) == []


def test_a_server_that_ignores_ranges_is_read_from_the_start(serve: Any, target: Path) -> None:
    fetched = fetch(serve(dropped(), good()), target)
    assert target.read_bytes() == CONTENT
    assert not fetched.resumed


def test_a_file_that_changes_between_attempts_is_never_mixed(serve: Any, target: Path) -> None:
    server = serve(dropped(), the_rest(REVISED, '"two"'))
    fetch(server, target)
    assert target.read_bytes() == REVISED


def test_a_part_of_another_version_is_never_taken(serve: Any, target: Path) -> None:
    span = f"bytes {HALF}-{len(REVISED) - 1}/{len(REVISED)}"
    wrong = good(REVISED[HALF:], '"two"', status=206, Content_Range=span)
    fetch(serve(dropped(), wrong, good(REVISED, '"two"')), target)
    assert target.read_bytes() == REVISED


def test_a_part_from_the_wrong_place_is_never_taken(serve: Any, target: Path) -> None:
    wrong = good(CONTENT[10:], '"one"', status=206, Content_Range=f"bytes 10-9/{len(CONTENT)}")
    fetch(serve(dropped(), wrong, good()), target)
    assert target.read_bytes() == CONTENT


def test_without_a_validator_nothing_is_resumed(serve: Any, target: Path) -> None:
    server = serve(dropped(etag=None), good(etag=None))
    fetch(server, target)
    assert server.script.ranges == [None, None]


def test_a_weak_etag_is_not_sent_as_a_condition(serve: Any, target: Path) -> None:
    server = serve(dropped(etag='W/"one"'), good())
    fetch(server, target)
    assert server.script.if_ranges == [None, None]


def test_a_part_that_is_already_all_is_not_fetched_again(serve: Any, target: Path) -> None:
    server = serve(
        dropped(CONTENT + b"x", sent=len(CONTENT)),
        status(416, Content_Range=f"bytes */{len(CONTENT)}"),
    )
    assert fetch(server, target, sha256=SHA256).resumed
    assert target.read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_the_old_file(serve: Any, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"old")
    with pytest.raises(ChecksumError) as caught:
        fetch(serve(good(REVISED)), target, sha256=SHA256)
    assert caught.value.found == hashlib.sha256(REVISED).hexdigest()
    assert target.read_bytes() == b"old"
    assert leftovers(target) == []


def test_a_web_page_in_place_of_the_file_is_named(serve: Any, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"old")
    server = serve(good(PAGE))
    with pytest.raises(DownloadError, match=r"a web page \('Service unavailable'\)"):
        fetch(server, target, expect={"zip"})
    assert target.read_bytes() == b"old"
    assert leftovers(target) == []
    assert len(server.script.ranges) == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"error": {"code": 400}}', "a JSON document"),
        (b"", "nothing at all"),
        (b"a,b\n1,2\n", "plain text"),
    ],
)
def test_other_content_than_expected_is_refused(
    serve: Any, target: Path, body: bytes, says: str
) -> None:
    with pytest.raises(DownloadError, match=says):
        fetch(serve(good(body)), target, expect={"zip"})
    assert not target.exists()


def test_not_found_is_said_at_once(serve: Any, target: Path) -> None:
    server = serve(status(404))
    with pytest.raises(DownloadError, match="404 Not Found; the publisher may have moved it"):
        fetch(server, target)
    assert len(server.script.ranges) == 1


@pytest.mark.parametrize("code", [202, 429, 500, 503])
def test_a_server_that_recovers_is_asked_again(serve: Any, target: Path, code: int) -> None:
    assert fetch(serve(status(code), good()), target).attempts == 2
    assert target.read_bytes() == CONTENT


def test_attempts_are_bounded_and_waits_grow(serve: Any, target: Path) -> None:
    waits: list[float] = []
    server = serve(status(500))
    slow = Patience(attempts=4, backoff_s=1.0, backoff_most_s=3.0)
    with pytest.raises(DownloadError, match="tried 4 times"):
        fetch(server, target, patience=slow, waits=waits)
    assert len(server.script.ranges) == 4
    assert waits == [1.0, 2.0, 3.0]


def test_the_server_may_say_how_long_to_wait(serve: Any, target: Path) -> None:
    waits: list[float] = []
    fetch(serve(status(503, Retry_After="7"), good()), target, patience=Patience(), waits=waits)
    assert waits == [7.0]


def test_a_silent_server_is_not_waited_for_for_ever(serve: Any, target: Path) -> None:
    patience = Patience(attempts=1, read_s=0.05)
    with pytest.raises(DownloadError, match="sent nothing for too long"):
        fetch(serve(silent), target, patience=patience, client=None)


def test_a_trickle_ends_when_the_time_is_up(serve: Any, target: Path) -> None:
    def trickle(handler: Handler, _: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b"a,b\n" * 10)
            handler.wfile.flush()
            time.sleep(0.02)
        handler.close_connection = True

    patience = Patience(attempts=1, read_s=1.0, total_s=0.1)
    with pytest.raises(DownloadError, match="longer than the time limit"):
        fetch(serve(trickle), target, patience=patience)


def test_fewer_bytes_than_promised_is_no_file(serve: Any, target: Path) -> None:
    short = good(CONTENT[:HALF], etag=None, length=len(CONTENT))
    with pytest.raises(DownloadError, match="connection was cut"):
        fetch(serve(short), target)
    assert not target.exists()


def test_a_length_that_is_too_small_cuts_the_archive_and_is_seen(serve: Any, target: Path) -> None:
    with pytest.raises(DownloadError, match="zip archive that is cut short"):
        fetch(serve(good(length=HALF)), target)
    assert leftovers(target) == []


def test_a_gzip_cut_short_is_seen(serve: Any, target: Path) -> None:
    packed = gzip.compress(CONTENT)[:-20]
    with pytest.raises(DownloadError, match="gzip file that is cut short"):
        fetch(serve(good(packed)), target)


def test_too_large_a_file_is_refused_by_its_length(serve: Any, target: Path) -> None:
    patience = Patience(most_bytes=1000)
    with pytest.raises(DownloadError, match="more than the 1,000 allowed"):
        fetch(serve(good()), target, patience=patience)


def test_too_large_a_file_is_refused_without_a_length(serve: Any, target: Path) -> None:
    def endless(handler: Handler, _: int) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(CONTENT)
        handler.close_connection = True

    with pytest.raises(DownloadError, match="more than the 1,000 allowed"):
        fetch(serve(endless), target, patience=Patience(most_bytes=1000))
    assert leftovers(target) == []


def test_redirects_are_followed(serve: Any, target: Path) -> None:
    end = serve(good())
    assert fetch(serve(status(302, Location=end.url)), target).url.startswith("http://127")
    assert target.read_bytes() == CONTENT


def test_a_circle_of_redirects_ends(serve: Any, target: Path) -> None:
    server = serve(status(302, Location="/table.zip"))
    with pytest.raises(DownloadError, match="redirects"):
        fetch(server, target)
    assert len(server.script.ranges) < 12


def test_a_redirect_away_from_https_is_refused(target: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"Location": "http://example.test/table.zip"})
        return httpx.Response(200, content=CONTENT)

    transport = httpx.MockTransport(answer)
    with (
        httpx.Client(transport=transport, follow_redirects=True) as client,
        pytest.raises(DownloadError, match="without https"),
    ):
        download("https://example.test/table.zip", target, client=client)
    assert not target.exists()


def test_nobody_listening_is_an_error_of_ours(serve: Any, target: Path) -> None:
    with pytest.raises(DownloadError, match="cannot be reached"):
        download("http://127.0.0.1:9/x.zip", target, patience=QUICK, sleep=lambda _: None)


@pytest.mark.parametrize("url", ["ftp://example.test/x", "/etc/hosts", "http://", "http://[::"])
def test_an_address_that_is_none_is_refused(url: str, target: Path) -> None:
    with pytest.raises(DownloadError):
        download(url, target, patience=QUICK, sleep=lambda _: None)


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(serve: Any, tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file, not a folder")
    with pytest.raises(DownloadError, match="cannot be written"):
        fetch(serve(good()), tmp_path / "raw" / "table.zip")


def test_two_at_once_do_not_write_into_one_part(serve: Any, target: Path) -> None:
    others: list[Exception] = []
    server = serve(good())

    def meanwhile(*_: object) -> None:
        try:
            fetch(server, target)
        except DownloadError as error:
            others.append(error)

    fetch(server, target, progress=meanwhile)
    assert "another process" in str(others[0])
    assert target.read_bytes() == CONTENT


def test_the_environments_proxy_is_asked(
    serve: Any, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(good())
    monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/table.zip"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    download("http://publisher.test/table.zip", target, patience=QUICK)
    assert target.read_bytes() == CONTENT
    assert proxy.script.ranges  # it was asked; again, where a busy machine kept it waiting


@pytest.mark.parametrize("proxy", ["nonsense://", "socks5://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_an_error_of_ours(
    target: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(DownloadError, match="proxy"):
        download("http://publisher.test/table.zip", target, patience=QUICK)
