"""Write a comparison as one page: a map of the options, then every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.reports.comparison.html import comparison_page
from localarea.reports.maps.notebook_view import framed_page, options_page_text
from localarea.tables.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.comparison.comparison import Comparison
    from localarea.comparison.tables import ExportTable
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council


def write_comparison_page(
    comparison: Comparison,
    council: Council,
    path: Path,
    *,
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> Path:
    """
    Write a comparison as a page with a map.

    ``path``: file to write; replaced atomically. Returns the path of the page, one document that
    makes no network requests.
    """
    drawn = options_page_text(comparison.options, council, comparison.metrics, store=store)
    title = f"Map of the options: {'; '.join(o.title for o in comparison.options)}"
    page = comparison_page(comparison, before=framed_page(drawn, title), extras=extras, store=store)
    with replacing(path) as partial:
        partial.write_text(page, encoding="utf-8", newline="\n")
    return path
