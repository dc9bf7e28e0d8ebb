"""The secret with which sessions are signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr


def read_secret(stated: SecretStr | None, file: Path | None) -> str | None:
    """Return a secret from the setting itself or from the file that it names."""
    if stated is not None and file is not None:
        raise SettingError(f"a secret and a file for it ({file}) are both set; keep one of them")
    if file is None:
        return stated.get_secret_value() if stated else None
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"the file of a secret cannot be read: {file}") from error
    if not text:
        raise SettingError(f"the file of a secret is empty: {file}")
    return text
