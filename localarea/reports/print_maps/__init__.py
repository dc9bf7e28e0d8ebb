"""Maps and charts for paper, drawn with Matplotlib. Start with `pictures`; `sheet` does layout."""

from localarea.extras import extra

with extra("maps"):
    import matplotlib  # noqa: F401 -- all of this room rests on it
