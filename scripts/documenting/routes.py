"""The page of every route of the API with its parameters, from the service's own description."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from documenting.tables import table
from localarea.service.app import create_app
from localarea.service.openapi import operations_by_tag
from localarea.settings import Settings

_HEAD = """# Every parameter of the API

Made from the service's own description, which a running service gives as `/openapi.json` and,
for people, at `/openapi`. What the routes are for, with examples: [the API of the
service](../service-api.md). Addresses of pages: [the service](../service.md). Faults are
answered as problem details (RFC 9457): [every error](errors.md).
"""


def described() -> dict[str, Any]:
    """Return the OpenAPI document of a service with the default settings."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(definitions_dir=Path(folder)))
        return app.openapi()


def page() -> str:
    """Return the page of all routes."""
    parts = [_HEAD]
    for tag, operations in operations_by_tag(described()).items():
        parts += [f"## {tag}", "", *(_section(each) for each in operations)]
    return "\n".join(parts)


def _section(operation: dict[str, Any]) -> str:
    head = f"### `{operation['method']} {operation['path']}`\n\n{operation['summary']}\n"
    taken = [
        (
            f"`{each['name']}`" + (" (needed)" if each["required"] else ""),
            each["where"],
            each["description"],
        )
        for each in operation["parameters"]
    ]
    return head + ("\n" + table(("parameter", "in", "meaning"), taken) if taken else "")
