"""Settings of a deployment, read from ``LOCALAREA_`` environment variables."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 -- pydantic reads the annotation when the class is made
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from localarea.errors import SettingError, nearest_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX: Final = "LOCALAREA_"
#: Read by scripts and tests, and no settings.
OF_SCRIPTS: Final = ("LOCALAREA_RAW", "LOCALAREA_TEST_")
RoleName = Literal["viewer", "checker", "analyst", "approver", "admin"]


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
    allowed_hosts : list of str
        Further names under which the service may be asked for, beside loopback and the
        host of ``public_url``.
    trusted_proxies : str
        Addresses of proxies whose word on the client's address and on https is taken.
    oidc_issuer : str or None
        Address of the provider, below which its ``.well-known/openid-configuration`` lies.
    oidc_client_id : str or None
        By which the provider knows this service.
    oidc_client_secret : SecretStr or None
        Proof of that to the provider.
    oidc_client_secret_file : pathlib.Path or None
        A file that holds the proof, in its place.
    oidc_roles_claim : str
        The claim that lists roles; dots lead into claims within claims.
    oidc_role_names : dict
        What the provider calls a role, and the role; role names themselves need no entry.
    oidc_post_claim : str
        The claim that gives a person's post, for the record of decisions.
    oidc_leeway_s : int
        By how many seconds the clocks of the two may differ.
    secret_key : SecretStr or None
        Signs the cookies; at least 32 characters; needed with ``sign_in = "oidc"``.
    secret_key_file : pathlib.Path or None
        A file that holds it, in its place.
    session_idle_minutes : int
        After so long without a request one signs in again.
    session_hours : int
        After so long one signs in again whatever happens, and roles are read anew.
    checks_per_minute : int or None
        Requests that check postcodes, for each person, key or address; 0 for no limit;
        None for 600, or no limit where ``sign_in`` is local.
    sign_ins_per_minute : int or None
        Steps of signing in, for each address; None for 60, or none where local.
    uploads_per_hour : int or None
        Files sent, for each person or key; None for 60, or none where local.
    requests_per_minute : int or None
        All other requests; None for 1,200, or none where local.
    body_limit_mb : int
        Largest body of a request.
    upload_limit_mb : int
        Largest file that may be sent.
    header_time_s : int
        Within so many seconds the head of a request must have come.
    body_time_s : int
        Within so many seconds a body must have come; a large one gets longer.
    jobs_dir : pathlib.Path or None
        Folder of the files being checked; None means one in the user's data folder.
    job_workers : int
        Files checked at once by each process; each is a process of its own.
    job_queue : int
        Files that may wait to be checked.
    job_hours : int
        Hours after which a file and its result are deleted.
    job_minutes : int
        Minutes after which a check that does not end is stopped.
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
    cors_origins: tuple[str, ...] = ()
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def https(self) -> bool:
        """
        Tell whether people reach the service by https.

        Returns
        -------
        bool
            As ``public_url`` says.
        """
        return bool(self.public_url and self.public_url.startswith("https://"))


def read_settings() -> Settings:
    """
    Read the settings from the environment, and refuse what is not understood.

    Returns
    -------
    Settings
        With the defaults for what is not set.

    Raises
    ------
    SettingError
        If a ``LOCALAREA_`` variable does not exist, has a value that is not allowed, or
        contradicts another; all faults at once.
    """
    faults = list(_unknown(os.environ))
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [_refusal(fault["loc"], fault["msg"]) for fault in error.errors()]
    except SettingsError as error:  # what should be JSON and is not
        name = str(error).partition('"')[2].partition('"')[0]
        faults.append(_refusal((name,), "it must be JSON, as in docs/settings.md"))
    else:
        faults += _contradictions(settings)
        if not faults:
            return settings
    raise SettingError("; ".join(faults))


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
    """Find settings of which one would have to be ignored."""
    if settings.sign_in == "local":
        for name in Settings.model_fields:
            if name.startswith("oidc_") and name in settings.model_fields_set:
                yield (
                    f"{PREFIX}{name.upper()} is set, but nobody signs in: set "
                    f"{PREFIX}SIGN_IN=oidc, or take it away"
                )
    for name in ("oidc_client_secret", "secret_key"):
        if getattr(settings, name) is not None and getattr(settings, f"{name}_file") is not None:
            stated = f"{PREFIX}{name.upper()}"
            yield f"{stated} and {stated}_FILE are both set: take one away"
    if settings.session_idle_minutes > 60 * settings.session_hours:
        yield (
            f"{PREFIX}SESSION_IDLE_MINUTES is longer than {PREFIX}SESSION_HOURS, after which one "
            "signs in again in any case"
        )
    if settings.body_limit_mb > settings.upload_limit_mb:
        yield f"{PREFIX}BODY_LIMIT_MB is larger than {PREFIX}UPLOAD_LIMIT_MB, that of a file"
