"""What is prepared before anybody visits: all that first visits to dear pages would work out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from localarea.options.council import read_council
from localarea.reports.resident_map.layer_names import layer_titles
from localarea.service import first_visits
from localarea.service.server import server
from localarea.service.state.state import State
from localarea.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_study_map_layers_and_the_places_in_dispute_are_prepared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[tuple[Any, ...]] = []
    state: Any = SimpleNamespace(council=read_council("colchester"))

    def note(name: str, answer: Any = None) -> None:
        def noted(*about: Any) -> Any:
            made.append((name, *(each for each in about if each is not state)))
            return answer

        monkeypatch.setattr(first_visits, name, noted)

    asked = SimpleNamespace(without="without", with_place="with", council="council")
    for name in ("findings_of", "ground_of", "base_document", "outline_document", "layer_document"):
        note(name)
    note("option_picture")
    note("answer_about", SimpleNamespace(question=asked))
    for page in first_visits.PREPARED:
        page(state)
    assert made == [
        ("findings_of",),
        ("ground_of",),
        ("base_document",),
        ("outline_document",),
        ("answer_about", "Ipswich", ""),
        ("option_picture", "without", "council"),
        ("option_picture", "with", "council"),
        *(("layer_document", layer) for layer in layer_titles(state.council)),
    ]


def test_a_server_prepares_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(server, "create_app", lambda _, **how: made.update(how))
    server.make_app()
    assert made["prepared"] == first_visits.PREPARED


@pytest.mark.parametrize("works", [True, False])
def test_a_copy_of_a_process_that_has_prepared_all_prepares_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    done: list[str] = []

    def ready(state: State) -> None:
        done.append("options")
        if not works:
            raise OSError("no tables")
        state.__dict__["_session"] = None

    monkeypatch.setattr(State, "_ready", ready)
    monkeypatch.setattr(
        "localarea.service.state.state.give_back", lambda: done.append("given back")
    )
    url = f"sqlite:///{tmp_path / 'decisions.sqlite'}"
    state = State(Settings(definitions_dir=tmp_path / "definitions", database_url=url))
    state.prepare([lambda _: done.append("page")])
    all_of_it = ["options", "page", "given back"]
    assert done == all_of_it
    state.warm([lambda _: done.append("page")]).join()
    # What could not be worked out is tried again by each copy: the tables may have been mended.
    assert done == (all_of_it if works else all_of_it * 2)
    assert state.has_options(0)
    state.close()
