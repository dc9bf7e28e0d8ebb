"""Query strings as bytes: every route that takes parameters, asked past any client's own care."""

from __future__ import annotations

import json
import re
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What routes have in their path, and one value of each parameter that means something.
_IN_PATHS: Final = {
    "option": "ttwa-official", "option_id": "ttwa-official", "zone": "E01021647",
    "place": "E07000202", "collection": "options", "layer": "roads", "ending": "csv",
}  # fmt: skip
_MEANT: Final = {
    "action": "approve", "anchor": "Norwich", "base": "district", "bbox": "0,51,1,52",
    "by": "department", "containment": "0.7", "contested": "with", "council": "colchester",
    "cursor": "1", "datetime": "2026-01-01/..", "day": "1", "definition": "a-2026.1",
    "exclude": "Ipswich", "find": "a", "first": "district", "form": "html", "format": "csv",
    "from": "ttwa-official", "group": "size", "in": "E07000202", "include": "Ipswich",
    "internal": "true", "limit": "5", "measure": "NT1", "minutes": "30", "month": "4",
    "offset": "2", "on": "2026-04-01", "option": "ttwa-official", "out": "E07000067",
    "output": "counts", "place": "E07000202", "postcode": "CO1 1JB", "proposal": "1",
    "public": "yes", "second": "ttwa-official", "sha256": "0" * 64, "share": "0.6",
    "since": "2026-01-01", "simplify": "100", "sort": "jobs", "status": "open",
    "until": "2026-12-31", "words": "a", "year": "2026", "zone": "E01021647",
}  # fmt: skip
_ODD: Final = (b"%00", b"%ff%fe", b"-1", b"1e999", b"nan", b"9" * 40, b"<zq9>", b"%C2%A0", b"\xe9")
_MARK: Final = b"<zq9"  # stands in no page, unless a value was not escaped
# A valid one has a picture or a document made, which takes seconds by its nature.
_MAKES_MUCH: Final = re.compile(r"\.png$|/report|comparison\.")
_NO_CLIENT_SENDS: Final = bytes(range(0x21)) + b"#\x7f"


def takes(app: Any) -> dict[str, frozenset[str]]:
    """List the addresses of routes that take parameters, with the names of these."""
    from localarea.service.parameters import _taken

    return {
        re.sub(r"\{(\w+)\}", lambda found: _IN_PATHS.get(found[1], "1"), route.path): names
        for route in _routes(app.routes)
        if "GET" in (route.methods or ()) and not _MAKES_MUCH.search(route.path)
        if (names := _taken(route).query.names)
    }


def _routes(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from _routes(route.effective_candidates())
        elif hasattr(route, "dependant"):
            yield route


def seeds(app: Any) -> list[bytes]:
    """Give for each route: all its parameters at once, each alone, and each with odd values."""
    made: list[bytes] = []
    for path, names in takes(app).items():
        pairs = [
            name.encode() + b"=" + quote(_MEANT.get(name, "1")).encode() for name in sorted(names)
        ]
        odd = [
            f"{name}=".encode() + _ODD[number % len(_ODD)]
            for number, name in enumerate(sorted(names))
        ]
        queries = {b"&".join(pairs), *pairs, *odd, b"&".join(odd)}
        made += [path.encode() + b"?" + query for query in queries]
    return sorted(made)


def ask(client: Any, data: bytes) -> None:
    """
    Ask a route for ``path?query``; of another path, the route that its bytes happen to choose.

    Raises
    ------
    AssertionError
        For an answer of 500 or more, a parameter that was let pass unread, JSON that is none, a
        refusal without a reason, or a value that stands in a page as it was sent.
    """
    routes = _known(client.app)
    given, _, query = data.partition(b"?")
    path = given.decode("latin-1")
    if path not in routes:
        path = sorted(routes)[zlib.crc32(given) % len(routes)]
    query = query.translate(None, _NO_CLIENT_SENDS)
    status, kind, body = answer(client, path, query)
    said = f"{status} of {path}"
    if status == HTTPStatus.SERVICE_UNAVAILABLE and b"being" in body:
        return  # what is asked for is being prepared, and the answer says so
    _require(status < 500 and status != 429, said)
    names = {name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)}
    _require(status in (400, 422) or names <= routes[path], f"{said}: a name was not read")
    if kind.endswith("json"):
        read = json.loads(body, parse_constant=_no_number)
        _require(status < 400 or bool(read.get("detail") or read.get("description")), said)
    if kind.startswith("text/html"):
        _require(_MARK not in body, f"{said}: a value stands in the page as it was sent")


def _known(app: Any) -> dict[str, frozenset[str]]:
    if not hasattr(app.state, "fuzzed"):
        app.state.fuzzed = takes(app)
    found: dict[str, frozenset[str]] = app.state.fuzzed
    return found


def answer(client: Any, path: str, query: bytes) -> tuple[int, str, bytes]:
    """Ask as a server would hand it on, for a client would write the bytes anew."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query,
        "root_path": "", "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "state": dict(client.app_state),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    client.portal.call(client.app, scope, receive, send)
    headers = dict(sent[0]["headers"])
    kind = headers.get(b"content-type", b"").decode().split(";")[0]
    return sent[0]["status"], kind, b"".join(one.get("body", b"") for one in sent[1:])


def _no_number(text: str) -> Any:
    raise AssertionError(f"{text} is no number of JSON")


def _require(holds: bool, said: str) -> None:
    if not holds:
        raise AssertionError(said)
