"""What attacks share: requests written byte by byte."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """A connection on which any bytes are sent; opened anew where the server hung up."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        self._read = self._socket.makefile("rb")

    def close(self) -> None:
        """Hang up."""
        self._read.close()
        self._socket.close()

    def __enter__(self) -> Wire:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()

    def ask(
        self,
        method: str,
        target: str | bytes,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a request whose target is taken as it is."""
        raw = target if isinstance(target, bytes) else target.encode()
        told = {"Host": f"127.0.0.1:{self.port}", **(headers or {})}
        if method not in ("GET", "HEAD") or body:
            told["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        whole = method.encode() + b" " + raw + b" HTTP/1.1\r\n" + head.encode("latin-1")
        for last in (False, True):
            try:
                self._socket.sendall(whole + b"\r\n" + body)
                return self._answer(method)
            except (ConnectionError, EOFError):
                self.close()
                self._open()
                if last:
                    raise
        raise AssertionError("unreachable")

    def _answer(self, method: str) -> Answer:
        line = self._read.readline()
        if not line:
            raise EOFError("the server hung up")
        headers: dict[str, str] = {}
        while (pair := self._read.readline()).strip():
            name, _, value = pair.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        status = int(line.split()[1])
        body = b""
        if method != "HEAD" and status not in (204, 304):
            body = self._body(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
            self._open()
        return Answer(status, headers, body)

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if "content-length" in headers:
            return self._read.read(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return self._read.read()
        parts = []
        while size := int(self._read.readline(), 16):
            parts.append(self._read.read(size))
            self._read.readline()
        self._read.readline()
        return b"".join(parts)
