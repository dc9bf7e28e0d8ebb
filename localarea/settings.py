"""Settings of a deployment, read from ``LOCALAREA_`` environment variables."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- pydantic reads the annotation when the class is made
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """
    What a deployment may set; read by the command line and the service only.

    ``docs/settings.md`` says what each means to whoever runs the service.

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
    host : str
        Address that the service listens on; beyond loopback it needs ``sign_in = "oidc"``.
    port : int
        Its port.
    public_url : str or None
        Address at which people reach it, behind a proxy; None means host and port.
    authority : str
        Name shown at the top of each page; empty means the council's own.
    sign_in : {'local', 'oidc'}
        ``local``: one person on this machine, in every role; ``oidc``: OpenID Connect.
    workers : int
        Processes that answer requests.
    grace_s : int
        Seconds that requests under way are given to end when the service is told to stop.
    log_format : {'text', 'json'}
        Form of the lines of the log, which goes to standard error.
    cors_origins : tuple of str
        Addresses of other sites whose pages may ask the API; none by default. As JSON.
    log_level : {'debug', 'info', 'warning', 'error'}
        The least that is logged; ``info`` has a line for each request.
    """

    model_config = SettingsConfigDict(env_prefix="LOCALAREA_", extra="forbid", frozen=True)

    data_dir: Path | None = None
    cache_dir: Path | None = None
    council: str = "colchester"
    database_url: str | None = None
    definitions_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    authority: str = ""
    sign_in: Literal["local", "oidc"] = "local"
    workers: int = Field(default=1, ge=1, le=64)
    grace_s: int = Field(default=30, ge=0, le=3600)
    cors_origins: tuple[str, ...] = ()
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
