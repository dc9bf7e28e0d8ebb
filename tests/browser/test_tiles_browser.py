"""Tiles beneath the map from a server of their own, which the policy of content lets in alone."""

from __future__ import annotations

import re
import struct
import threading
import zlib
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import keep_picture, watched
from definition_cases import APPROVAL
from service_cases import on, served_in

from localarea.definitions.publish import publish
from localarea.definitions.store import DefinitionStore
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.datasets.store import DataStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CREDIT = "Tiles of the test & nobody else"
TERMS = replace(APPROVAL, id="m-1", title="Colchester and around", effective_from="2026-04-01")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(colour: bytes, size: int = 256) -> bytes:
    """Make a picture of one colour, as the PNG specification has it."""
    rows = b"".join(b"\0" + colour * size for _ in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    body = _chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + body + _chunk(b"IEND", b"")


@contextmanager
def pictures_served(colour: bytes) -> Iterator[tuple[str, list[str]]]:
    """Serve a picture at every address, and give the server's own with what is asked of it."""
    asked: list[str] = []
    picture = png_of(colour)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = [name for name in ("Cookie", "Referer") if self.headers.get(name)]
            asked.append(" ".join([self.path, *told]))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(picture)))
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            # By another name than the service's: a browser sends cookies to every port of a host.
            yield f"http://localhost:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


def test_tiles_come_from_their_server_and_from_no_other(
    small_tables: DataStore, tmp_path: Path, browser: Any
) -> None:
    council = read_council(store=small_tables)
    area = option_zones("district", council, store=small_tables)
    DefinitionStore(tmp_path / "definitions").add(publish(area, council, TERMS, store=small_tables))
    with pictures_served(b"\xcc\xdd\x99") as (tiles, asked), pictures_served(b"\xff\0\0") as other:
        stated = {
            "tile_url": f"{tiles}/{{z}}/{{x}}/{{y}}.png",
            "tile_attribution": CREDIT,
        }
        with served_in(tmp_path, first="/health", **on(small_tables), **stated) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            said = watched(page, expected="violates the following Content Security Policy")
            visited: list[str] = []
            page.on("request", lambda request: visited.append(request.url))
            page.goto(f"{address}/local")
            page.locator(".la-rmap__legend li").wait_for()
            page.locator("img.leaflet-tile-loaded").first.wait_for()
            assert (
                page.eval_on_selector("img.leaflet-tile-loaded", "one => one.naturalWidth") == 256
            )
            assert CREDIT in page.inner_text(".leaflet-control-attribution")
            keep_picture(page, "tiles", full_page=True)
            refused = page.evaluate(
                """address => new Promise(done => {
                  const picture = new Image();
                  picture.onload = () => done('shown');
                  picture.onerror = () => done('refused');
                  picture.src = address;
                })""",
                f"{other[0]}/1/1/1.png",
            )
            page.close()
    assert refused == "refused"
    assert other[1] == []  # it was not even asked
    assert asked
    assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", one) for one in asked)
    assert {url.split("/")[2] for url in visited if url.startswith("http")} <= {
        part.removeprefix("http://") for part in (address, tiles, other[0])
    }
    assert said == []
