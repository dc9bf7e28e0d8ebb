"""The pages of the site that are not files of docs/: made from the code, or of the top folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from documenting import catalogue, command_line, errors_page, licences, python_api, routes

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
# Documents of the repository's top folder that are pages of the site too.
FROM_TOP = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting-a-weakness.md",
}
MADE: dict[str, Callable[[], str]] = {
    "reference/command-line.md": command_line.page,
    "reference/api-parameters.md": routes.page,
    "reference/errors.md": errors_page.page,
    "reference/python.md": python_api.page,
    "reference/data-catalogue.md": lambda: catalogue.page(ROOT / "data" / "registry.toml"),
    "reference/licences.md": licences.page,
}
