#!/usr/bin/env python3
"""
Write what localarea is made of as a CycloneDX 1.6 bill of materials.

``python scripts/sbom.py sbom.json`` in an environment made from the lock: the packages of
``requirements-service.lock`` with the licences that they state, and the tables of ``data/`` with
source, licence and checksum. No moment is in it, so the same lock and tables give the same bytes.
"""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from documenting.licences import rows

from localarea import __version__
from localarea.atomic import write_whole

ROOT = Path(__file__).resolve().parents[1]


def packages() -> list[dict[str, Any]]:
    """Return a component for each package that is pinned."""
    found: list[dict[str, Any]] = []
    for name, version, licence in rows():
        address = f"pkg:pypi/{name}@{version}"
        one: dict[str, Any] = {"type": "library", "bom-ref": address, "purl": address}
        one |= {"name": name, "version": version}
        if not licence.startswith("not "):
            one["licenses"] = [{"license": {"name": licence}}]
        found.append(one)
    return found


def tables(registry: Path) -> list[dict[str, Any]]:
    """Return a component for each table of a registry."""
    held = tomllib.loads(registry.read_text(encoding="utf-8"))["tables"]
    return [
        {
            "type": "data",
            "bom-ref": f"table:{name}",
            "name": name,
            "version": each["vintage"],
            "description": f"{each['title']}. {each['source']}",
            "copyright": each["attribution"],
            "hashes": [{"alg": "SHA-256", "content": each["sha256"]}],
            "licenses": [{"expression": each["licence"]}],
        }
        for name, each in held.items()
    ]


def bill(registry: Path = ROOT / "data" / "registry.toml") -> dict[str, Any]:
    """Return the bill of materials, whose number is made of what it lists."""
    components = [*packages(), *tables(registry)]
    listed = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, __version__ + listed)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "localarea",
                "name": "localarea",
                "version": __version__,
                "purl": f"pkg:pypi/localarea@{__version__}",
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": "localarea", "dependsOn": sorted(each["bom-ref"] for each in components)}
        ],
    }


def main() -> None:
    """Write it to the file that is named."""
    if len(sys.argv) != 2:
        sys.exit("name the file to write: python scripts/sbom.py sbom.json")
    text = json.dumps(bill(), indent=2, ensure_ascii=False) + "\n"
    write_whole(Path(sys.argv[1]), text.encode())


if __name__ == "__main__":
    main()
