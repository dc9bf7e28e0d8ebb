"""Options on a map, for notebooks: shown in the cell, or kept as one file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.comparison.metrics import compute_metrics
from localarea.reports.maps.options_page import write_options_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


@dataclass(frozen=True, slots=True)
class Explored:
    """
    A page with a map and a table.

    ``html``: the page, a complete document that makes no network requests.
    """

    html: str
    title: str

    def _repr_html_(self) -> str:
        return framed_page(self.html, self.title)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file."""
        target = Path(path)
        target.write_text(self.html, encoding="utf-8", newline="\n")
        return target


def framed_page(html: str, title: str) -> str:
    """
    Embed a complete page in an ``<iframe>``.

    ``title``: accessible name of the page.
    """
    style = "width:100%;height:46rem;border:1px solid #c9ccd3"
    return f'<iframe title="{escape(title)}" style="{style}" srcdoc="{escape(html)}"></iframe>'


def options_page_text(
    options: Sequence[Option],
    council: Council,
    metrics: pd.DataFrame,
    *,
    store: DataStore | None = None,
) -> str:
    """Render the page with a map and a table, with options in the order of the legend."""
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / "map.html"
        return write_options_page(path, options, council, metrics, store=store).read_text("utf-8")


def explore_options(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> Explored:
    """
    Show options on a map.

    ``options``: one or more, with different ids. Returns the page that a notebook displays, and
    that ``.save(path)`` writes.
    """
    metrics = compute_metrics(options, council, store=store)
    page = options_page_text(options, council, metrics, store=store)
    return Explored(page, f"Map of the options: {'; '.join(o.title for o in options)}")
