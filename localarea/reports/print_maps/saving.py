"""Save a figure of matplotlib so that the same drawing has the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl

from localarea.tables.atomic import require_kind

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

SALT: Final = "localarea"  # of the ids within an SVG, which are drawn by chance without one
# What a file would say of the time, or of the version that drew it.
_UNSAID: Final[dict[str, dict[str, Any]]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}


def save_figure(figure: Figure, path: Path, dots_per_inch: int, **look: Any) -> Path:
    """
    Write a figure in the format of the file's extension.

    Parameters
    ----------
    **look : Any
        Further arguments of ``Figure.savefig``.

    Raises
    ------
    InputError
        If the extension is of no such format, or the folder does not exist.
    """
    ending = require_kind(path, _UNSAID)
    with mpl.rc_context({"svg.hashsalt": SALT}):
        figure.savefig(path, dpi=dots_per_inch, metadata=_UNSAID[ending], **look)
    return path
