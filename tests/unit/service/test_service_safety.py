"""What the service refuses to start with, and says all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localarea.errors import SettingError
from localarea.service.auth.admission import CookieNames
from localarea.service.auth.secret_key import read_secret
from localarea.service.server.server import require_safe
from localarea.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

WHOLE: dict[str, Any] = {
    "sign_in": "oidc",
    "host": "0.0.0.0",  # noqa: S104 -- the point of it
    "public_url": "https://local.example",
    "oidc_issuer": "https://login.example/tenant/v2.0",
    "oidc_client_id": "an-id",
    "oidc_client_secret": "a-secret",
    "secret_key": "k" * 32,
}


def _faults(**changes: Any) -> str:
    with pytest.raises(SettingError) as caught:
        require_safe(Settings(**{**WHOLE, **changes}))
    return str(caught.value)


def test_what_is_whole_starts_and_each_part_is_needed() -> None:
    require_safe(Settings(**WHOLE))
    for name in sorted(WHOLE.keys() - {"sign_in", "host"}):
        assert f"LOCALAREA_{name.upper()}" in _faults(**{name: None}), name


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_this_computer_alone_needs_nothing_and_any_other_does(host: str) -> None:
    settings = Settings(host=host)
    require_safe(settings)
    with pytest.raises(SettingError, match="LOCALAREA_SIGN_IN=oidc"):
        require_safe(settings.model_copy(update={"host": "192.0.2.1"}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "local.example"])  # noqa: S104
def test_no_other_machine_comes_in_without_sign_in(host: str) -> None:
    assert "LOCALAREA_SIGN_IN=oidc" in _faults(sign_in="local", host=host)


def test_all_that_is_missing_is_said_at_once() -> None:
    bare = Settings(sign_in="oidc", host="0.0.0.0")  # noqa: S104
    with pytest.raises(SettingError) as caught:
        require_safe(bare)
    said = str(caught.value)
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "SECRET_KEY", "PUBLIC_URL"):
        assert f"LOCALAREA_{name}" in said


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secret_key": "k" * 31}, "LOCALAREA_SECRET_KEY"),
        ({"oidc_issuer": "http://login.example"}, "LOCALAREA_OIDC_ISSUER must begin"),
        ({"public_url": "http://local.example"}, "LOCALAREA_PUBLIC_URL must begin"),
        ({"public_url": "local.example"}, "LOCALAREA_PUBLIC_URL must begin"),
        ({"public_url": "https://local.example/what"}, "without a path"),
    ],
)
def test_what_would_be_unsafe_is_refused(changes: dict[str, Any], named: str) -> None:
    said = _faults(**changes)
    assert named in said
    assert "k" * 31 not in said


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    changes = {"secret_key": None, "secret_key_file": file}
    require_safe(Settings(**{**WHOLE, **changes}))
    assert read_secret(None, file) == "k" * 40
    assert "both set" in _faults(secret_key_file=file)
    file.write_text(" \n")
    assert "is empty" in _faults(**changes)
    assert "cannot be read" in _faults(secret_key=None, secret_key_file=tmp_path / "none")


def test_cookies_are_bound_to_the_host_where_there_is_https() -> None:
    assert CookieNames.of(Settings(**WHOLE)).session == "__Host-localarea-session"
    assert CookieNames.of(Settings()).session == "localarea-session"
