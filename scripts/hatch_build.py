"""Carry the tables and the version in the wheel; an editable install reads them where they are."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface[Any]):
    """Put ``data/`` into real wheels as ``localarea/_data``, and the version as a file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder to include, unless the wheel is an editable one."""
        if version == "editable":
            return
        build_data["force_include"]["data"] = "localarea/_data"
        handle, name = tempfile.mkstemp()
        os.close(handle)
        self._written = Path(name)
        self._written.write_text(f"{self.metadata.version}\n", encoding="utf-8")
        self._written.chmod(0o644)
        build_data["force_include"][name] = "localarea/VERSION"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away the file of the version."""
        if version != "editable":
            self._written.unlink()
