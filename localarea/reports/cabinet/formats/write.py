"""Write a report to a file, in the format of its extension."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from localarea.errors import InputError
from localarea.tables.atomic import replacing, require_kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localarea.reports.cabinet.model import Report

ENDINGS = (".pdf", ".docx", ".html")


def renderer_for(path: Path) -> Callable[[Report], bytes]:
    """
    Choose the renderer for a file, and check that it can be written.

    Function that returns the bytes of the file for a report. InputError if the extension is not
    supported, the folder does not exist or cannot be written to, or the path is a folder.
    """
    ending = require_kind(path, ENDINGS)
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"the folder {path.parent} cannot be written to; name another one")
    return renderer_of(ending)


def renderer_of(ending: str) -> Callable[[Report], bytes]:
    """Return the function that makes the bytes of a file with one of ``ENDINGS`` of a report."""
    if ending == ".pdf":
        from localarea.reports.cabinet.formats.pdf import render_pdf

        return render_pdf
    if ending == ".docx":
        from localarea.reports.cabinet.formats.docx import render_docx

        return render_docx
    from localarea.reports.cabinet.formats.html import render_html

    return render_html


def write_report(report: Report, path: Path) -> Path:
    """
    Write a report.

    ``path``: file to write: ``.pdf``, ``.docx`` or ``.html``. An existing file is replaced
    atomically, once the new one is complete. InputError if the extension is not supported, or the
    file cannot be written.
    """
    content = renderer_for(path)(report)
    with replacing(path) as partial:
        partial.write_bytes(content)
    return path
