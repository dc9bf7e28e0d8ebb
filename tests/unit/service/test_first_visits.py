"""What is prepared before anybody visits: all that first visits to dear pages would work out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from localarea.options.council import read_council
from localarea.reports.resident_map.layer_names import layer_titles
from localarea.service import first_visits
from localarea.service.server import server

if TYPE_CHECKING:
    import pytest


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
    for name in ("ground_of", "base_document", "outline_document", "layer_document"):
        note(name)
    note("option_picture")
    note("answer_about", SimpleNamespace(question=asked))
    for page in first_visits.PREPARED:
        page(state)
    assert made == [
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
