"""Settings of a deployment, read from ``LOCALAREA_`` environment variables."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """
    What a deployment may set; read by the command line and the service only.

    Parameters
    ----------
    **values : Any
        Values that win over the environment, by field name.
    """

    model_config = SettingsConfigDict(env_prefix="LOCALAREA_", extra="forbid", frozen=True)

    data_dir: Path | None = None
    cache_dir: Path | None = None
    council: str = "colchester"
