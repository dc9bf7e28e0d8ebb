"""Write the report on spend in the format of the file's extension."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from localarea.tables.atomic import replacing, require_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.spend.report import SpendReport

ENDINGS: Final = (".xlsx", ".html", ".pdf", ".docx", ".json")


def require_writable(path: Path) -> None:
    """
    Check that a report can be written to a file, before the work.

    InputError if the extension is not supported, or the folder does not exist.
    """
    require_kind(path, ENDINGS, parameter="out")


def write_spend(
    report: SpendReport,
    *paths: Path,
    by: Sequence[str],
    author: str,
    dated: date,
    store: DataStore | None = None,
    rows: bool = True,
) -> None:
    """
    Write the report; existing files are replaced atomically.

    ``*paths``: files to write: ``.xlsx`` with every row, ``.html``, ``.pdf``, ``.docx`` or
    ``.json``. ``rows``: whether a workbook has every payment; without, nothing but sums and what is
    told of a few. InputError if an extension is not supported, or a file cannot be written.
    """
    for path in paths:
        require_writable(path)
    document = None
    for path in paths:
        ending = path.suffix.casefold()
        with replacing(path) as partial:
            if ending == ".xlsx":
                from localarea.reports.spend.workbook import write_workbook

                write_workbook(report, partial, by, rows=rows)
            elif ending == ".json":
                from localarea.spend.document import as_document

                text = json.dumps(as_document(report, by), indent=2, ensure_ascii=False)
                partial.write_text(f"{text}\n", encoding="utf-8")
            else:
                from localarea.reports.cabinet.formats.write import renderer_for
                from localarea.reports.spend.document import spend_document

                if document is None:  # it takes longer to make than to write
                    document = spend_document(report, by, author=author, dated=dated, store=store)
                partial.write_bytes(renderer_for(partial)(document))
