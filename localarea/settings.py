"""Settings of a deployment, read from ``LOCALAREA_`` environment variables."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path  # noqa: TC003 -- pydantic reads the annotation when the class is made
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from localarea.errors import SettingError, nearest_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_settings import PydanticBaseSettingsSource

PREFIX: Final = "LOCALAREA_"
#: Prefixes of variables that scripts and tests read; they are not settings.
OF_SCRIPTS: Final = ("LOCALAREA_RAW", "LOCALAREA_TEST_")
#: Settings that name a folder or a file, and those of which a blank would be another's default.
_FOLDERS: Final = ("data_dir", "cache_dir", "renewed_dir", "definitions_dir", "jobs_dir")
_FILES: Final = ("successors", "oidc_client_secret_file", "secret_key_file")
_NOT_BLANK: Final = (*_FOLDERS, *_FILES, "council", "database_url", "host", "public_url")
_PUBLIC: Final = re.compile(
    r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?/?\Z", re.IGNORECASE
)
_HOST_NAME: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)\Z", re.IGNORECASE)
_IN_MEMORY: Final = re.compile(r"sqlite(\+\w+)?:/*(:memory:)?(\?.*)?\Z")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?\Z")
_TILES: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9_.~%/{}?&=@:+-]*\Z")
_PARTS: Final = ("{x}", "{y}", "{z}")  # of the address of a tile, each once
RoleName = Literal["viewer", "checker", "analyst", "approver", "admin", "supplier"]


class Settings(BaseSettings):
    """
    Settings of a deployment, read by the command line and the service only.

    ``docs/settings.md`` describes each for the people who run the service.

    Attributes
    ----------
    data_dir : pathlib.Path or None
        Folder of the tables; None means those shipped with the package.
    cache_dir : pathlib.Path or None
        Cache of verified checksums; None means the user's cache folder.
    renewed_dir : pathlib.Path or None
        Folder of the tables that 'localarea data refresh' makes; None means one in the user's
        data folder.
    council : str
        Council that sets the anchor and the default option: its name, or a council file.
    successors : pathlib.Path or None
        File of the successor authorities that replace districts; None if there are none.
    database_url : str or None
        Address of the store of decisions; None means a SQLite file in the user's data folder.
    definitions_dir : pathlib.Path or None
        Folder of the published definitions; None means one in the user's data folder.
    host : str
        Address to listen on; any but loopback needs ``sign_in = "oidc"``.
    public_url : str or None
        Public address, if behind a proxy; None means host and port.
    authority : str
        Name shown at the top of each page; empty means the council's own.
    sign_in : {'local', 'oidc'}
        ``local``: one person on this machine, with every role; ``oidc``: OpenID Connect.
    allowed_hosts : list of str
        Further host names that the service answers to, besides loopback and the
        host of ``public_url``.
    trusted_proxies : str
        Addresses of proxies trusted to state the client's address and https.
    oidc_issuer : str or None
        Issuer URL, without ``/.well-known/openid-configuration``.
    oidc_roles_claim : str
        Claim that lists roles; dots separate nested claims.
    oidc_role_names : dict
        Provider's name for a role -> role; role names themselves need no entry.
    oidc_post_claim : str
        Claim that holds a person's job title, for the record of decisions.
    oidc_leeway_s : int
        Allowed difference between the clocks, in seconds.
    secret_key : SecretStr or None
        Signs the cookies; at least 32 characters; needed with ``sign_in = "oidc"``.
    session_idle_minutes : int
        Minutes without a request after which people must sign in again.
    session_hours : int
        Hours after which people must sign in again in any case, and roles are re-read.
    checks_per_minute : int or None
        Requests that check postcodes, per person, key or address; 0 for no limit;
        None for 600, or no limit if ``sign_in`` is local.
    sign_ins_per_minute : int or None
        Sign-in requests per address; None for 60, or no limit if local.
    uploads_per_hour : int or None
        Files uploaded per person or key; None for 60, or no limit if local.
    requests_per_minute : int or None
        All other requests; None for 1,200, or no limit if local.
    body_time_s : int
        Time limit for a body, in seconds; a large one gets longer.
    jobs_dir : pathlib.Path or None
        Folder of the files being checked; None means one in the user's data folder.
    job_workers : int
        Files checked at once by each process, each in a subprocess.
    job_hours : int
        Hours after which a file and its result are deleted.
    job_minutes : int
        Minutes after which an unfinished check is stopped.
    grace_s : int
        Seconds allowed for requests in progress when the service stops.
    contact : str
        Whom a supplier may ask, shown on the public page.
    embed_origins : tuple of str
        Origins of sites that may show the form of the public page, as JSON; none by default.
    cors_origins : tuple of str
        Other origins whose pages may call the API, as JSON; none by default.
    tile_url : str or None
        Address of map tiles beneath the map of the pages, with ``{z}``, ``{x}`` and ``{y}``; None
        draws the map from the tables alone.
    tile_attribution : str
        Words that the tiles must be shown with; needed with ``tile_url``.
    log_level : {'debug', 'info', 'warning', 'error'}
        Lowest level that is logged; ``info`` has a line for each request.
    """

    model_config = SettingsConfigDict(env_prefix="LOCALAREA_", extra="forbid", frozen=True)

    data_dir: Path | None = None
    cache_dir: Path | None = None
    renewed_dir: Path | None = None
    council: str = "colchester"
    successors: Path | None = None
    database_url: str | None = None
    definitions_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    authority: str = ""
    sign_in: Literal["local", "oidc"] = "local"
    allowed_hosts: list[str] = []
    trusted_proxies: str = "127.0.0.1"
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_client_secret_file: Path | None = None
    oidc_roles_claim: str = "roles"
    oidc_role_names: dict[str, RoleName] = {}
    oidc_post_claim: str = "jobTitle"
    oidc_leeway_s: int = Field(default=120, ge=0, le=600)
    secret_key: SecretStr | None = None
    secret_key_file: Path | None = None
    session_idle_minutes: int = Field(default=30, ge=1)
    session_hours: int = Field(default=8, ge=1, le=24)
    checks_per_minute: int | None = Field(default=None, ge=0)
    sign_ins_per_minute: int | None = Field(default=None, ge=0)
    uploads_per_hour: int | None = Field(default=None, ge=0)
    requests_per_minute: int | None = Field(default=None, ge=0)
    body_limit_mb: int = Field(default=5, ge=1)
    upload_limit_mb: int = Field(default=200, ge=1)
    header_time_s: int = Field(default=10, ge=1)
    body_time_s: int = Field(default=30, ge=1)
    jobs_dir: Path | None = None
    job_workers: int = Field(default=1, ge=0, le=16)
    job_queue: int = Field(default=20, ge=1)
    job_hours: int = Field(default=24, ge=1, le=24 * 90)
    job_minutes: int = Field(default=60, ge=1)
    workers: int = Field(default=1, ge=1, le=64)
    grace_s: int = Field(default=30, ge=0, le=3600)
    contact: str = ""
    embed_origins: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    tile_url: str | None = None
    tile_attribution: str = ""
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Ask no files for each setting: there are none, and to ask takes as long again."""
        return init_settings, env_settings

    @field_validator(*_NOT_BLANK, mode="before")
    @classmethod
    def _stated(cls, value: object) -> object:
        if isinstance(value, str) and not value.strip():
            raise ValueError("it is blank: give it a value, or remove it")
        return value

    @field_validator(*_FOLDERS, *_FILES)
    @classmethod
    def _of_the_user(cls, value: Path | None) -> Path | None:
        """Read ``~`` as a shell does: what starts a service or a container hands it on as it is."""
        return value and value.expanduser()

    @property
    def https(self) -> bool:
        """Return whether people reach the service by https."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def read_settings() -> Settings:
    """
    Read and validate the settings from the environment.

    SettingError if a ``LOCALAREA_`` variable does not exist, has a value that is not allowed, or
    contradicts another; the message lists every fault.
    """
    faults = list(_unknown(os.environ))
    try:
        settings = _stated(frozenset(os.environ.items()))
    except ValidationError as error:
        faults += [
            _refusal(fault["loc"], fault["msg"].removeprefix("Value error, "))
            for fault in error.errors()
        ]
    except SettingsError as error:  # a value that should be JSON but is not
        name = str(error).partition('"')[2].partition('"')[0]
        faults.append(_refusal((name,), "it must be JSON, as in docs/settings.md"))
    else:
        faults += _contradictions(settings)
        if not faults:
            return settings
    raise SettingError("; ".join(faults))


@lru_cache(maxsize=1)
def _stated(_environment: frozenset[tuple[str, str]]) -> Settings:
    """Read the environment, as it is now: a command asks for its settings several times."""
    return Settings()


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    known = [name.upper() for name in Settings.model_fields]
    for name in sorted(environment):
        if not name.upper().startswith(PREFIX) or name.startswith(OF_SCRIPTS):
            continue
        stated = name.upper().removeprefix(PREFIX)
        if stated in known:
            continue
        near = nearest_names(stated, known, count=1)
        hint = f"; did you mean {PREFIX}{near[0]}?" if near else "; docs/settings.md lists them all"
        yield f"there is no setting {name}{hint}"


def _refusal(where: tuple[int | str, ...], why: str) -> str:
    return f"{PREFIX}{str(where[0]).upper() if where else ''} is not allowed: {why}"


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield a fault for each setting that contradicts another."""
    if settings.sign_in == "local":
        for name in Settings.model_fields:
            if name.startswith("oidc_") and name in settings.model_fields_set:
                yield (
                    f"{PREFIX}{name.upper()} is set, but sign-in is off: set "
                    f"{PREFIX}SIGN_IN=oidc, or remove it"
                )
    for name in ("oidc_client_secret", "secret_key"):
        if getattr(settings, name) is not None and getattr(settings, f"{name}_file") is not None:
            stated = f"{PREFIX}{name.upper()}"
            yield f"{stated} and {stated}_FILE are both set: remove one"
    yield from _place_faults(settings)
    yield from _address_faults(settings)
    yield from _tile_faults(settings)
    if settings.session_idle_minutes > 60 * settings.session_hours:
        yield (
            f"{PREFIX}SESSION_IDLE_MINUTES is longer than {PREFIX}SESSION_HOURS, after which "
            "people must sign in again in any case"
        )
    if settings.body_limit_mb > settings.upload_limit_mb:
        yield f"{PREFIX}BODY_LIMIT_MB is larger than {PREFIX}UPLOAD_LIMIT_MB, the limit for a file"


def _place_faults(settings: Settings) -> Iterator[str]:
    """Yield a fault of each folder that is a file, and of a record that nothing would keep."""
    for name in _FOLDERS:
        path = getattr(settings, name)
        try:
            if path is not None and path.is_file():
                yield f"{PREFIX}{name.upper()} names {path}, which is a file and not a folder"
        except OSError as error:  # somebody else's: so it is where a command runs as another user
            yield (
                f"{PREFIX}{name.upper()} names {path}, which cannot be looked into "
                f"({error.strerror}): run this as the user that the folder belongs to, or let "
                "this one in"
            )
    if _IN_MEMORY.match(settings.database_url or ""):
        yield (
            f"{PREFIX}DATABASE_URL names no file, so that decisions would not be kept: write "
            "sqlite:///FILE"
        )


def _address_faults(settings: Settings) -> Iterator[str]:
    """Yield a fault of each address or name by which nothing could ever be found or trusted."""
    if settings.public_url is not None and not _PUBLIC.match(settings.public_url):
        yield (
            f"{PREFIX}PUBLIC_URL is {settings.public_url!r}: it must begin with https:// and be a "
            "host without a path after it, such as https://local.council.example"
        )
    if not (_HOST_NAME.match(settings.host) or _is_network(settings.host)):
        yield f"{PREFIX}HOST is {settings.host!r}, which is no address such as 127.0.0.1"
    for name in ("embed_origins", "cors_origins"):
        for origin in getattr(settings, name):
            if not _ORIGIN.match(origin):
                yield (
                    f"{PREFIX}{name.upper()} has {origin!r}, which is no origin such as "
                    "https://www.council.example"
                )
    for host in settings.allowed_hosts:
        if not _HOST_NAME.match(host):
            yield (
                f"{PREFIX}ALLOWED_HOSTS has {host!r}, which is no name of a host such as "
                "local.internal, without https:// and port"
            )
    for proxy in filter(None, map(str.strip, settings.trusted_proxies.split(","))):
        if proxy != "*" and not _is_network(proxy):
            yield (
                f"{PREFIX}TRUSTED_PROXIES has {proxy!r}, which is no address such as 10.0.0.1 or "
                "10.0.0.0/8; commas separate several"
            )


def _is_network(address: str) -> bool:
    try:
        ip_network(address, strict=False)
    except ValueError:
        return False
    return True


def _tile_faults(settings: Settings) -> Iterator[str]:
    """Yield a fault of the address of map tiles, which the pages may then load pictures from."""
    url, words = settings.tile_url, settings.tile_attribution.strip()
    if url is None:
        if words:
            yield f"{PREFIX}TILE_ATTRIBUTION is set without {PREFIX}TILE_URL: set both or neither"
        return
    rest = url
    for part in _PARTS:
        rest = rest.replace(part, "", 1)
    if not _TILES.match(url) or any(part not in url for part in _PARTS) or set(rest) & set("{}"):
        yield (
            f"{PREFIX}TILE_URL is {url!r}, which is no address of map tiles such as "
            "https://tiles.council.example/{z}/{x}/{y}.png"
        )
    if not words:
        yield f"{PREFIX}TILE_URL needs {PREFIX}TILE_ATTRIBUTION: the words its tiles are shown with"
