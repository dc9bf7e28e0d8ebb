"""Write an index page that links to the files of a folder."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from localarea.reports.maps.offline_page import read_asset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def write_index(path: Path, title: str, lede: str, files: Sequence[tuple[str, Path]]) -> Path:
    """
    Write an index page with a link to each file.

    ``files``: description and path of each file, in the same folder as the page.
    """
    entries = "".join(
        f'<li><a href="{html.escape(file.name)}">{html.escape(text[:1].upper() + text[1:])}</a>'
        f"<p>{html.escape(file.name)}</p></li>"
        for text, file in files
    )
    text = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{html.escape(title)}</title>\n"
        f"<style>{read_asset('map.css')}{read_asset('atlas.css')}</style>\n</head>\n<body>\n"
        f'<header><h1>{html.escape(title)}</h1><p class="lede">{html.escape(lede)}</p></header>\n'
        f'<main><nav aria-label="Files"><ul>{entries}</ul></nav></main>\n</body>\n</html>\n'
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
