"""Carry the tables in the wheel; an editable install reads them where they are."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface[Any]):
    """Put ``data/`` into real wheels as ``localarea/_data``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder to include, unless the wheel is an editable one."""
        if version != "editable":
            build_data["force_include"]["data"] = "localarea/_data"
