"""Pictures are drawn one at a time, because the library that draws keeps one state for all."""

from __future__ import annotations

import threading
from typing import Any

from localarea.service.pages.contracts.contract_words import indicator_picture
from localarea.service.study.pictures import DRAWING

INDICATOR: dict[str, Any] = {
    "title": "Share of contract spend that is local",
    "unit": "%",
    "series": [
        {
            "definition": "d",
            "by_quarter": [
                {"quarter": "2026-27 Q1", "delivered": "60", "target": None, "withheld": False}
            ],
        }
    ],
}


def test_the_chart_of_an_indicator_waits_for_the_map_that_is_being_drawn() -> None:
    drawn: list[str] = []
    waiting = threading.Thread(target=lambda: drawn.append(indicator_picture(INDICATOR)))
    indicator_picture(INDICATOR)  # what is loaded first would take as long
    with DRAWING:
        waiting.start()
        waiting.join(3.0)
        assert drawn == []
    waiting.join(60.0)
    assert drawn[0].startswith("data:image/svg+xml;base64,")
