"""The head and body of an answer leave together; nothing is held back, lost or put out of order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from localarea.service.server.joined_writes import JoinedWrites

LARGE = b"x" * 65_536


class Line:
    """Stands for a connection, and remembers what was sent in which pieces."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.sent

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


@pytest.mark.parametrize(
    ("written", "at_once", "in_the_end"),
    [
        ([b"head"], [], [b"head"]),
        ([b"head", b"body"], [b"headbody"], [b"headbody"]),
        ([b"head", b""], [b"head"], [b"head"]),
        ([b"head", memoryview(b"body")], [b"headbody"], [b"headbody"]),
        ([b"head", b"body", b"more"], [b"headbody"], [b"headbody", b"more"]),
        ([b"head", LARGE], [b"head", LARGE], [b"head", LARGE]),
        ([LARGE, b"end"], [LARGE], [LARGE, b"end"]),
    ],
    ids=["head", "both", "empty body", "view", "stream", "large body", "large first"],
)
def test_what_is_written_in_one_go_is_sent_in_one_piece(
    written: list[bytes], at_once: list[bytes], in_the_end: list[bytes]
) -> None:
    async def write() -> tuple[list[Any], list[Any]]:
        line = Line()
        joined = JoinedWrites(line, asyncio.get_running_loop())  # type: ignore[arg-type]
        for data in written:
            joined.write(data)
        before = list(line.sent)
        await asyncio.sleep(0)  # others' turn
        return before, line.sent

    assert asyncio.run(write()) == (at_once, in_the_end)


def test_what_is_held_is_sent_before_a_connection_is_closed() -> None:
    async def write() -> Line:
        line = Line()
        joined = JoinedWrites(line, asyncio.get_running_loop())  # type: ignore[arg-type]
        joined.write(b"head")
        assert not joined.is_closing()
        assert joined.get_extra_info("peer") == "the peer"
        joined.close()
        await asyncio.sleep(0)
        assert joined.is_closing()
        return line

    assert asyncio.run(write()).sent == [b"head", "closed"]
