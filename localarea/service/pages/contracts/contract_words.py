"""What the pages of contracts share: the names of states, and a chart as an address."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from localarea.errors import EmptyResultError
from localarea.measures.exports import write_figures
from localarea.service.contract_exchange import MEDIA_TYPES
from localarea.service.report_jobs import FORMATS
from localarea.service.study.pictures import DRAWING

if TYPE_CHECKING:
    import pandas as pd

# Words and the colour of the tag of each state and status.
TAGS: Final = {
    "accepted": ("Accepted", "green"),
    "sent": ("Waiting", "blue"),
    "returned": ("Returned to be put right", "orange"),
    "late": ("Late", "red"),
    "due": ("Due", "yellow"),
    "not yet": ("Not yet", "grey"),
    "met": ("Met", "green"),
    "on track": ("On track", "green"),
    "behind": ("Behind", "yellow"),
    "at risk": ("At risk", "red"),
    "withheld": ("Withheld", "grey"),
    "not due yet": ("Not due yet", "grey"),
}
KINDS: Final[dict[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    **MEDIA_TYPES,
    **FORMATS,
}


def download(table: pd.DataFrame, name: str, ending: str, *, internal: bool) -> Response:
    """Return a table as a file to keep."""
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / f"table.{ending}"
        write_figures(table, path, internal=internal)
        return attached(path.read_bytes(), f"{name}.{ending}", ending)


def attached(content: bytes, name: str, ending: str) -> Response:
    """Return bytes as a file to keep, which nobody else may."""
    said = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=KINDS[ending], headers=said)


def indicator_picture(document: dict[str, Any]) -> str:
    """Draw a measure over time as an address that holds the picture; blank without figures."""
    from localarea.reports.print_maps.indicator_chart import write_indicator_chart

    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        try:
            with DRAWING:
                path = write_indicator_chart(document, Path(folder) / "indicator.svg")
        except EmptyResultError:
            return ""
        drawn = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{drawn}"
