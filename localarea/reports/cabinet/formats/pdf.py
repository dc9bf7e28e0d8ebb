"""Render a report as PDF: tagged for screen readers, archival, with all fonts embedded."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import ComputeError
from localarea.extras import extra
from localarea.reports.cabinet.model import CM_PER_PT, FORM_HEADINGS, Form, Picture, Table

if TYPE_CHECKING:
    from localarea.reports.cabinet.model import Report

# ISO 14289-1 (PDF/UA-1), for screen readers, and ISO 19005-2 level A, for the archive.
STANDARDS: Final = ("a-2a", "ua-1")
_TEXT_CM = 17.0  # A4 with margins of 2 cm
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
# Scripts that the compiler has no font for.
_FOREIGN = re.compile("[\u0900-\u1dff\u2e80-\ufafe\U00010000-\U0010ffff]")
_NUMBERED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
# No letters at all: control signs, halves of characters, and what each font has in its own way.
_NONE = re.compile(
    "[\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
# What hardly any font has, with marks that join the letter before: all of it goes in the end.
_RARE = re.compile("[^\0-\u024f\u0370-\u03ff\u0400-\u045f\u1e00-\u1eff\u2010-\u2027\u20ac]")
_STANDS_IN = "\ufffd"
_TRIES = 12  # each may find one more character that the font lacks


def render_pdf(report: Report) -> bytes:
    """
    Render a report as PDF: a PDF/UA-1 and PDF/A-2a file; the same report gives the same bytes.

    ComputeError if the layout fails.
    """
    with extra("reports"):
        import typst

    midnight = datetime(report.dated.year, report.dated.month, report.dated.day, tzinfo=UTC)
    template = files("localarea.reports.cabinet").joinpath("report.typ").read_bytes()
    with tempfile.TemporaryDirectory(prefix="localarea-report-") as name:
        folder = Path(name)
        (folder / "main.typ").write_bytes(template)
        text = _as_json(report)
        for block in report.blocks:
            if isinstance(block, Picture):
                (folder / block.name).write_bytes(block.content)
        for left in reversed(range(_TRIES)):
            (folder / "report.json").write_text(text, encoding="utf-8")
            # Only the compiler's own fonts, so that the file is the same on every machine.
            compiler = typst.Compiler(
                folder / "main.typ", root=folder, font_paths=[], ignore_system_fonts=True
            )
            try:
                made: Any = compiler.compile(
                    format="pdf", timestamp=int(midnight.timestamp()), pdf_standards=[*STANDARDS]
                )
                return bytes(made)
            except typst.TypstError as error:
                fault, text = error, _without_lacking(text, str(error))
                if not text:
                    raise _not_laid_out(error) from error
                text = _RARE.sub("?", text) if left == 1 else text
        raise _not_laid_out(fault) from fault


def _not_laid_out(error: Exception) -> ComputeError:
    return ComputeError(
        f"the report could not be laid out as PDF: {error}; write .html or .docx instead"
    )


def _without_lacking(text: str, fault: str) -> str:
    """Put a sign in the place of letters that the font lacks; nothing if it is another fault."""
    found = _LACKING.search(fault)
    if found is None:
        return ""
    lacking = {letter for letter in _said(found[1]) if not letter.isascii()} - {_STANDS_IN}
    if not lacking:  # a plain sign, which a mark after it takes to another font
        plain = _RARE.sub("?", text)
        return plain if plain != text else ""
    text = _FOREIGN.sub(_STANDS_IN, text)
    for letter in lacking:
        text = text.replace(letter, _STANDS_IN)
    return text


def _said(text: str) -> str:
    """Return a text as the compiler tells it, which numbers what does not show by itself."""
    return _NUMBERED.sub(lambda found: chr(int(found[1], 16)), text)


def _as_json(report: Report) -> str:
    blocks = []
    for block in report.blocks:
        entry = {"kind": type(block).__name__.casefold(), **asdict(block)}
        entry.pop("content", None)
        if isinstance(block, Form):
            entry |= {"headings": FORM_HEADINGS, "lines": block.lines}
        if isinstance(block, Picture):
            entry["width_cm"] = block.width_cm(_TEXT_CM)
        if isinstance(block, Table):
            entry |= {"letter_pt": block.letter_pt, "stays_whole": block.stays_whole}
            entry["widths"] = block.widths(_TEXT_CM / (block.letter_pt * CM_PER_PT))
        blocks.append(entry)
    day = report.dated
    document = {
        "title": report.title,
        "subtitle": report.subtitle,
        "author": report.author,
        "date": [day.year, day.month, day.day],
        "date_in_words": report.date_in_words,
        "blocks": blocks,
    }
    return _NONE.sub(_STANDS_IN, json.dumps(document, ensure_ascii=False))
