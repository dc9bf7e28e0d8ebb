"""Layers of the map by name, and what its list calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from localarea.options.council import Council

#: In the order of the list.
LAYERS: Final = {
    "commuting": "Commuting to {anchor}",
    "minutes": "Minutes by car from {anchor}",
    "agreement": "What the methods agree on",
    "firmness": "How firmly a zone belongs",
    "firms": "Firms",
}


def layer_titles(council: Council) -> dict[str, str]:
    """Return what the list of a council's map calls each layer."""
    return {name: words.format(anchor=council.anchor) for name, words in LAYERS.items()}
