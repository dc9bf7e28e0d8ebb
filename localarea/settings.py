"""Settings of a deployment, read from ``LOCALAREA_`` environment variables."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- pydantic reads the annotation when the class is made

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """
    What a deployment may set; read by the command line and the service only.

    Attributes
    ----------
    data_dir : pathlib.Path or None
        Folder of the tables; None means those that came with the package.
    cache_dir : pathlib.Path or None
        Where checksums once verified are remembered; None means the user's cache folder.
    council : str
        Name of the council file that sets the anchor and the default option.
    database_url : str or None
        Address of the store of decisions; None means a SQLite file in the user's data folder.
    definitions_dir : pathlib.Path or None
        Folder of the published definitions; None means one in the user's data folder.
    """

    model_config = SettingsConfigDict(env_prefix="LOCALAREA_", extra="forbid", frozen=True)

    data_dir: Path | None = None
    cache_dir: Path | None = None
    council: str = "colchester"
    database_url: str | None = None
    definitions_dir: Path | None = None
