"""Which route answers is what the framework says that goes through all of them, one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Match
from starlette.testclient import TestClient

from localarea.service.app import API_ROUTERS, PAGE_ROUTERS
from localarea.service.http.rooms import Room

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX: Final = "/api/v1"


def _path_of(route: Any) -> str:
    return str(route.path)


def _takers(app: FastAPI, method: str, path: str, root: str = "") -> list[tuple[Match, int]]:
    """Give the routers that have a route for a request, by their place, and whether it fits."""
    scope = {"type": "http", "method": method, "path": path, "root_path": root, "headers": []}
    fits = [(*route.matches(scope), at) for at, route in enumerate(app.router.routes)]
    return [(fit, at) for fit, _, at in fits if fit is not Match.NONE]


@pytest.fixture(scope="module")
def both() -> tuple[FastAPI, FastAPI]:
    """Give an application whose routes stand in rooms, and one whose routes do not."""
    roomed, plain = FastAPI(), FastAPI()
    for router in API_ROUTERS:
        roomed.include_router(Room(router, PREFIX))
        plain.include_router(router, prefix=PREFIX)
    for router in PAGE_ROUTERS:
        roomed.include_router(Room(router))
        plain.include_router(router)
    return roomed, plain


SPELT: Final[dict[str, Callable[[str], str]]] = {
    "as it is": lambda path: path,
    "slash after": lambda path: f"{path}/",
    "slash before": lambda path: f"/{path}",
    "line end after": lambda path: f"{path}\n",  # which the end of a pattern allows
    "two line ends": lambda path: f"{path}\n\n",
    "line end within": lambda path: f"{path[:2]}\n{path[2:]}",
    "capitals": str.upper,
    "one more part": lambda path: f"{path}/more",
    "one part less": lambda path: path.rpartition("/")[0],
    "begun": lambda path: path[:-1],
}


@pytest.mark.parametrize("spelling", SPELT)
def test_a_room_takes_what_its_routes_take(both: tuple[FastAPI, FastAPI], spelling: str) -> None:
    roomed, plain = both
    paths = [PREFIX + _path_of(route) for router in API_ROUTERS for route in router.routes]
    paths += [_path_of(route) for router in PAGE_ROUTERS for route in router.routes]
    taken = 0
    for path in sorted(set(paths)):
        asked = SPELT[spelling](re.sub(r"\{[^}]+\}", "1.a", path))
        for method in ("GET", "POST") if spelling == "as it is" else ("GET",):
            expected = _takers(plain, method, asked)
            assert _takers(roomed, method, asked) == expected, (method, asked)
            taken += bool(expected)
    if spelling == "as it is":
        assert taken == 2 * len(set(paths))


def test_routes_of_a_room_may_name_their_parts_alike() -> None:
    router = APIRouter(prefix="/of")

    @router.get("/{name}")
    def one(name: str) -> str:
        return name

    @router.get("/{name}/more")
    def more(name: str) -> str:
        return f"more of {name}"

    app = FastAPI()
    app.include_router(Room(router, PREFIX))
    with TestClient(app) as client:
        assert client.get(f"{PREFIX}/of/it").json() == "it"
        assert client.get(f"{PREFIX}/of/it/more").json() == "more of it"
        assert client.get(f"{PREFIX}/of/it/less").status_code == 404
        assert client.get("/of/it").status_code == 404
        assert client.post(f"{PREFIX}/of/it").status_code == 405


def test_a_service_under_a_path_of_its_own_finds_its_routes(both: tuple[FastAPI, FastAPI]) -> None:
    roomed, plain = both
    for path in ("/below/options", "/options", "/below"):
        expected = _takers(plain, "GET", path, "/below")
        assert _takers(roomed, "GET", path, "/below") == expected
    assert _takers(roomed, "GET", "/below/options", "/below")
