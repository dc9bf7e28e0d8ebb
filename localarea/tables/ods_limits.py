"""The extent of an OpenDocument sheet."""

from __future__ import annotations

from typing import Final

MAX_COLUMNS: Final = 16_384
