"""What first visits to pages work out, and is the same for everybody: done before anybody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.service.study.map_documents import base_document, layer_document, outline_document
from localarea.service.study.one_study import ground_of
from localarea.service.study.option_table import findings_of
from localarea.service.study.pictures import option_picture
from localarea.service.study.questions import answer_about

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.service.state.state import State


def _options(state: State) -> None:
    findings_of(state)


def _study(state: State) -> None:
    ground_of(state)


def _map(state: State) -> None:
    base_document(state)
    outline_document(state)


def _layers(state: State) -> None:
    from localarea.reports.resident_map.layer_names import layer_titles

    for layer in layer_titles(state.council):
        layer_document(state, layer)


def _contested(state: State) -> None:
    """Answer the question of each place that the council's file names, with its two maps."""
    for contested in state.council.contested[:_PLACES]:
        question = answer_about(state, contested.place, "").question
        for side in (question.without, question.with_place):
            option_picture(side, state, question.council)


_PLACES: Final = 2  # a district may have many neighbours in dispute
PREPARED: Final[tuple[Callable[[State], None], ...]] = (_options, _study, _map, _contested, _layers)
