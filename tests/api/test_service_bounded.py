"""What people can make a process keep has a limit: five hundred of each kind are asked for."""

from __future__ import annotations

import functools
import os
import sys
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from service_cases import service_in

import localarea.definitions.boundary_choice as choosing
from localarea.classify.classifier import Classifier
from localarea.comparison.scenario import Scenario
from localarea.comparison.study import ground
from localarea.comparison.study.state import StudyState
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.places.gazetteer import read_gazetteer
from localarea.service import councils
from localarea.service.study.one_study import ground_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

EACH = 510  # more than the 500 that some keep, so that those are seen to forget
MOST = 500  # of anything that is kept; one for each question would be more
MOST_MB = 100
# Of all but minutes fewer are kept, so fewer are asked for, and less may be kept of so few.
FEWER = 140
MOST_OF_A_STUDY = 120
FAR = 8  # one place in so many is far from the council: its figures take thirty times as long


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    stated: dict[str, Any] = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path_factory.mktemp("service"), requests_per_minute=0, **stated) as made:
        yield made


@pytest.fixture
def codes(small_tables: DataStore, client: TestClient) -> list[str]:
    """Give five hundred places, by codes that are found at once: most are around the council."""
    own = _own(client)
    around = ground_of(own).ground.landscape.codes.tolist()
    inside = own.session.option("district").zones
    near = [code for code in around if code not in inside]
    every = read_gazetteer("msoa11", store=small_tables).zone_names
    far = sorted(code for code in every if code.startswith("E02") and code not in around)
    return [(far if at % FAR == 0 else near)[at] for at in range(EACH)]


@pytest.fixture
def quick(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what takes long done at once: it is what is kept of it that is asked about here."""
    own = _own(client)
    made = own.classifier(BoundaryChoice())

    def alike(*_: object) -> Classifier:
        other = object.__new__(Classifier)
        other.__dict__.update(made.__dict__)
        return other

    # A study forgets, too, before it has as many as are asked for here.
    assert MOST_OF_A_STUDY < ground._MOST_KEPT <= MOST
    monkeypatch.setattr(ground, "_MOST_KEPT", MOST_OF_A_STUDY)
    monkeypatch.setattr(choosing, "_under_option", alike)
    monkeypatch.setattr(councils, "_prepare", lambda *_: None)
    monkeypatch.setattr(councils, "_make", lambda council, own: own.beside(council))


def _own(client: TestClient) -> Any:
    return client.app.state.localarea  # type: ignore[attr-defined]


def _checked(client: TestClient, **asked: str) -> None:
    answer = client.get("/api/v1/check", params={"postcode": "CO1 1JB", **asked})
    assert answer.status_code == 200, answer.text


def _anchor(client: TestClient, code: str, _: int) -> None:
    known, own = client.app.state.councils, _own(client)  # type: ignore[attr-defined]
    known.state_of(replace(own.council, anchor=code), wait_s=30)
    own.classifier(BoundaryChoice(anchor=code))


def _minutes(client: TestClient, __: str, number: int) -> None:
    for _ in range(2):  # what a question came to is remembered where it is asked again
        _checked(client, option=f"drive-{number + 1}")


def _study(client: TestClient, code: str, _: int) -> None:
    ground_of(_own(client)).ground.study(StudyState("district", include=(code,)))


def _scenario(client: TestClient, code: str, _: int) -> None:
    _own(client).session.option(Scenario.of("drive-30").include(code))


def _polygon(client: TestClient, _: str, number: int) -> None:
    west, south = 0.86 + number / 100_000, 51.87
    ring = [[west, south], [0.92, south], [0.92, 51.91], [west, 51.91], [west, south]]
    drawn = {"type": "Polygon", "coordinates": [ring]}
    _own(client).session.option(Scenario.of("district").include(drawn))


KINDS: dict[str, Callable[[TestClient, str, int], None]] = {
    "anchors": _anchor,
    "minutes": _minutes,
    "studies": _study,
    "scenarios": _scenario,
    "polygons": _polygon,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("quick")
def test_five_hundred_of_a_kind_are_not_kept(
    kind: str, client: TestClient, codes: list[str]
) -> None:
    ask, each = KINDS[kind], EACH if kind == "minutes" else FEWER
    most, most_mb = (limit * each // EACH for limit in (MOST, MOST_MB))
    for number in range(EACH - 5, EACH):  # what is read for the first of them stays
        ask(client, codes[number], number)
    before, held_mb = _held(client), _resident_mb()
    remembered = {name: info.currsize for name, info in _caches().items()}
    for number, code in enumerate(codes[: each - 5]):
        ask(client, code, number)
    after = _held(client)
    assert {"State._classifiers", "State._asked", "Councils._known", "Ground._places"} <= set(after)
    assert {name: n for name, n in after.items() if n > max(most, before.get(name, 0))} == {}
    limits = _caches()
    assert len(limits) > 30
    endless = {n: i for n, i in limits.items() if i.maxsize is None or i.maxsize > MOST}
    # Of any that has no end, not even what is remembered of the places far away.
    grown = {n: i for n, i in endless.items() if i.currsize - remembered.get(n, 0) >= each // FAR}
    assert grown == {}
    assert _resident_mb() - held_mb < most_mb


def _held(client: TestClient) -> dict[str, int]:
    """Return how much is in each collection of what the service holds, by class and attribute."""
    todo: list[Any] = [*vars(client.app.state)["_state"].values()]  # type: ignore[attr-defined]
    todo += [ground_of(_own(client)).ground]
    seen, found = set[int](), dict[str, int]()
    while todo:
        one = todo.pop()
        if id(one) in seen or not type(one).__module__.startswith("localarea."):
            continue
        seen.add(id(one))
        for name, value in _attributes(one):
            if isinstance(value, dict | list | set | deque):
                named = f"{type(one).__name__}.{name}"
                found[named] = max(found.get(named, 0), len(value))
                todo += list(value.values() if isinstance(value, dict) else value)[:MOST]
            else:
                todo.append(value)
    return found


def _attributes(one: Any) -> Iterator[tuple[str, Any]]:
    yield from getattr(one, "__dict__", {}).items()
    for kind in type(one).__mro__:
        for name in vars(kind).get("__slots__", ()):
            if hasattr(one, name):
                yield name, getattr(one, name)


def _caches() -> dict[str, Any]:
    """Return what functions remember, of every module of ours that is loaded."""
    modules = [m for name, m in list(sys.modules.items()) if name.startswith("localarea.")]
    return {
        f"{module.__name__}.{name}": value.cache_info()
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, functools._lru_cache_wrapper)
    }


def _resident_mb() -> float:
    """Return the memory of this process, as Linux tells it; elsewhere none."""
    told = Path("/proc/self/statm")
    if not told.is_file():
        return 0.0
    return int(told.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
