"""What strangers who fetch public files cost everybody else: each file is made once, apart."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from definition_cases import tiny_file
from signin_cases import BASE, oidc, signing_service

from localarea.service.pages.decisions import definitions as pages
from localarea.service.state import shelf

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

ID = "tiny"
FILES = [f"/definitions/{ID}/files/{name}" for name in pages.DOWNLOADS]
STRANGERS = 60  # more than there are threads for pages and checks (40)
PATIENCE_S = 30


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with signing_service(tmp_path, **oidc()) as client:
        made: FastAPI = client.app  # type: ignore[assignment]
        made.state.localarea.definitions.add(tiny_file(id=ID))
        yield made


def asking(app: FastAPI, ask: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    async def asked() -> Any:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            return await asyncio.wait_for(ask(client), PATIENCE_S)

    return asyncio.run(asked())


def test_a_file_is_made_once_for_all_who_ask(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    write = pages._written

    def counted(state: Any, definition_id: str, name: str) -> tuple[bytes, str]:
        made.append(name)
        return write(state, definition_id, name)

    monkeypatch.setattr(pages, "_written", counted)

    async def ask(client: httpx.AsyncClient) -> list[httpx.Response]:
        wanted = [address for address in FILES for _ in range(10)]
        answers = await asyncio.gather(*(client.get(address) for address in wanted))
        again = await asyncio.gather(*(client.head(address) for address in wanted))
        return [*answers, *again]

    answers = asking(app, ask)
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(made) == sorted(pages.DOWNLOADS)


def test_a_file_that_is_being_made_keeps_nobody_from_a_page(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    write = pages._written

    def slow(state: Any, definition_id: str, name: str) -> tuple[bytes, str]:
        begun.set()
        go_on.wait(PATIENCE_S)
        return write(state, definition_id, name)

    monkeypatch.setattr(pages, "_written", slow)

    async def ask(client: httpx.AsyncClient) -> int:
        waiting = [asyncio.create_task(client.get(FILES[k % len(FILES)])) for k in range(STRANGERS)]
        try:
            while not begun.is_set():
                await asyncio.sleep(0.01)
            page = await client.get(f"/definitions/{ID}")
            assert not any(task.done() for task in waiting)
        finally:
            go_on.set()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
        return page.status_code

    assert asking(app, ask) == 200


def test_a_file_is_on_disk_without_a_name_and_goes_out_in_pieces(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_PIECE", 1000)
    read: list[int] = []
    pread = os.pread

    def watched(handle: int, count: int, start: int) -> bytes:
        read.append(count)
        return pread(handle, count, start)

    monkeypatch.setattr(os, "pread", watched)
    answer: httpx.Response = asking(app, lambda client: client.get(FILES[1]))
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert read == [1000] * -(-len(answer.content) // 1000)
    (held,) = app.state.localarea.shelf._held.values()
    assert os.fstat(held.handle).st_nlink == 0
    app.state.localarea.shelf.close()
    handle = held.handle
    del held
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)


def test_no_more_files_are_kept_than_were_meant_to_be(app: FastAPI) -> None:
    kept = app.state.localarea.shelf
    kept._most = 2

    async def ask(client: httpx.AsyncClient) -> list[bytes]:
        return [(await client.get(address)).content for address in [*FILES, *FILES]]

    contents = asking(app, ask)
    assert contents[: len(FILES)] == contents[len(FILES) :]
    assert len(kept._held) == 2


def test_a_file_that_was_put_in_its_place_is_noticed(app: FastAPI) -> None:
    definitions = app.state.localarea.definitions
    first: httpx.Response = asking(app, lambda client: client.get(FILES[0]))
    assert first.status_code == 200
    (path,) = (definitions.root / ID).glob("*.gpkg")
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data.replace(b"A square", b"A circle"))
    for address in (FILES[0], f"/definitions/{ID}"):
        answer = asking(app, lambda client, address=address: client.get(address))
        assert answer.status_code == 503, address


def test_without_room_for_it_a_file_is_refused_in_words(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shelf.tempfile, "TemporaryFile", full)
    answer = asking(app, lambda client: client.get(FILES[0]))
    assert answer.status_code == 507
    assert "no room" in answer.text
