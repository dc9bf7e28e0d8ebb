"""Render a report as one accessible, printable HTML page that needs no network or script."""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from localarea.reports.cabinet.model import FORM_HEADINGS, numbered_captions

if TYPE_CHECKING:
    from localarea.reports.cabinet.model import Report


def render_html(report: Report) -> bytes:
    """
    Render a report as HTML.

    One page in UTF-8 with embedded pictures; the same report gives the same bytes.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = files("localarea.reports.cabinet").joinpath("report.html.j2")
    template = environment.from_string(source.read_text(encoding="utf-8"))
    text = template.render(
        report=report,
        form_headings=FORM_HEADINGS,
        captions=numbered_captions(report.blocks),
        kind_of=lambda block: type(block).__name__,
        base64=lambda content: base64.b64encode(content).decode("ascii"),
    )
    return f"{text}\n".encode()
