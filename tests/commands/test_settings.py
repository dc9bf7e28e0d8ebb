"""Settings that do not exist, are not allowed or contradict each other are refused by name."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

import pytest
from command_cases import commanded

from localarea.cli.app import app, run
from localarea.cli.quick import answer_quickly
from localarea.cli.shared import answers
from localarea.errors import SettingError
from localarea.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = [
    *([command.callback.__name__.replace("_", "-")] for command in app.registered_commands),
    *(
        [group.name, command.name or command.callback.__name__.split("_", 1)[0]]
        for group in app.registered_groups
        for command in group.typer_instance.registered_commands
    ),
]
OIDC = {
    "LOCALAREA_SIGN_IN": "oidc",
    "LOCALAREA_OIDC_ISSUER": "https://login.example",
    "LOCALAREA_OIDC_CLIENT_ID": "an-id",
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_setting_that_does_not_exist(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCALAREA_SIGNIN", "oidc")
    assert run([*command, "--help"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "localarea: there is no setting LOCALAREA_SIGNIN; did you mean LOCALAREA_SIGN_IN?\n"
    )


@pytest.mark.parametrize("arguments", [["check", "CO1 1JB"], ["check", "CO1 1JB", "--json"]])
def test_the_quick_answer_refuses_it_as_well(arguments: list[str]) -> None:
    done = commanded(*arguments, LOCALAREA_DATADIR="/srv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean LOCALAREA_DATA_DIR?" in done.stderr


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("LOCALAREA_SIGNIN", "LOCALAREA_SIGN_IN"),
        ("LOCALAREA_OIDC_CLIENTID", "LOCALAREA_OIDC_CLIENT_ID"),
        ("LOCALAREA_DB_URL", "LOCALAREA_DATABASE_URL"),
        ("localarea_prot", "LOCALAREA_PORT"),
        ("LOCALAREA_XYZZY_PLUGH_QUUX", "docs/settings.md lists them all"),
    ],
)
def test_the_nearest_real_name_is_said(
    name: str, near: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingError) as caught:
        read_settings()
    assert name in str(caught.value)
    assert near in str(caught.value)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"LOCALAREA_OIDC_ISSUER": "https://login.example"}, "set LOCALAREA_SIGN_IN=oidc"),
        ({**OIDC, "LOCALAREA_SIGN_IN": "local"}, "LOCALAREA_OIDC_CLIENT_ID is set, but"),
        (
            {"LOCALAREA_SECRET_KEY": "k" * 40, "LOCALAREA_SECRET_KEY_FILE": "/run/key"},
            "LOCALAREA_SECRET_KEY and LOCALAREA_SECRET_KEY_FILE are both set",
        ),
        (
            {
                **OIDC,
                "LOCALAREA_OIDC_CLIENT_SECRET": "s",
                "LOCALAREA_OIDC_CLIENT_SECRET_FILE": "/run/s",
            },
            "are both set",
        ),
        (
            {"LOCALAREA_SESSION_IDLE_MINUTES": "120", "LOCALAREA_SESSION_HOURS": "1"},
            "SESSION_IDLE_MINUTES is longer",
        ),
        (
            {"LOCALAREA_BODY_LIMIT_MB": "50", "LOCALAREA_UPLOAD_LIMIT_MB": "10"},
            "BODY_LIMIT_MB is larger",
        ),
    ],
)
def test_settings_that_contradict_each_other(
    stated: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stated.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=said):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("SIGN_IN", "ldap"),
        ("ALLOWED_HOSTS", "local.internal"),
        ("OIDC_ROLE_NAMES", "{"),
        ("JOB_HOURS", "0"),
        ("LOG_LEVEL", "loud"),
        ("JOBS_DIR", ""),  # would be the folder in which the service was started
        ("DATABASE_URL", " "),
        ("COUNCIL", ""),
    ],
)
def test_values_that_are_not_allowed_are_told_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LOCALAREA_{name}", value)
    with pytest.raises(SettingError, match=f"LOCALAREA_{name} is not allowed"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOST", "http://x", "no address such as 127.0.0.1"),
        ("PUBLIC_URL", "local.example", "must begin with https://"),
        ("PUBLIC_URL", "https://a.example/path", "a host without a path after it"),
        ("ALLOWED_HOSTS", '["https://a.example"]', "has 'https://a.example', which is no name"),
        ("ALLOWED_HOSTS", '["a.example:8000"]', "without https:// and port"),
        ("CORS_ORIGINS", '["https://a.example/"]', "which is no origin such as"),
        ("TRUSTED_PROXIES", "10.0.0.1;10.0.0.2", "which is no address such as 10.0.0.1"),
        ("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/99", "has '10.0.0.0/99', which is no address"),
        ("DATABASE_URL", "sqlite:///", "names no file, so that decisions would not be kept"),
    ],
)
def test_what_could_never_work_is_refused(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LOCALAREA_{name}", value)
    with pytest.raises(SettingError) as told:
        read_settings()
    assert str(told.value).startswith(f"LOCALAREA_{name} ")
    assert said in str(told.value)


@pytest.mark.parametrize("name", ["DATA_DIR", "CACHE_DIR", "DEFINITIONS_DIR", "JOBS_DIR"])
def test_a_folder_that_is_a_file_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.touch()
    monkeypatch.setenv(f"LOCALAREA_{name}", str(path))
    with pytest.raises(SettingError, match=f"LOCALAREA_{name} names .* is a file and not a folder"):
        read_settings()


def _refused(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied", "/root/definitions")


def test_a_folder_that_is_somebody_elses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAREA_DEFINITIONS_DIR", "/root/definitions")
    monkeypatch.setattr(pathlib.Path, "is_file", _refused)
    with pytest.raises(SettingError) as told:
        read_settings()
    assert str(told.value).startswith(
        "LOCALAREA_DEFINITIONS_DIR names /root/definitions, which cannot be looked into "
        "(Permission denied): run this as the user"
    )


def test_the_quick_answer_leaves_what_may_not_be_read_to_be_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "classifier_for", _refused)
    assert answer_quickly(["check", "CO1 1JB"]) is None


def test_addresses_that_can_be_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    stated = {
        "HOST": "::1",
        "PUBLIC_URL": "https://Local.Example:8443/",
        "ALLOWED_HOSTS": '["inner.example", "[::1]"]',
        "CORS_ORIGINS": '["https://maps.example.org"]',
        "TRUSTED_PROXIES": "127.0.0.1, 172.16.0.0/12",
        "DATABASE_URL": "sqlite:///decisions.sqlite",
        "JOBS_DIR": "~/jobs",
    }
    for name, value in stated.items():
        monkeypatch.setenv(f"LOCALAREA_{name}", value)
    jobs = read_settings().jobs_dir
    assert jobs is not None
    assert jobs.is_absolute()


def test_all_faults_are_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAREA_SIGNIN", "oidc")
    monkeypatch.setenv("LOCALAREA_PORT", "abc")
    with pytest.raises(SettingError, match=r"LOCALAREA_SIGNIN.*LOCALAREA_PORT"):
        read_settings()


def test_what_scripts_and_tests_read_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAREA_RAW", "/srv/raw")
    monkeypatch.setenv("LOCALAREA_TEST_POSTGRESQL", "postgresql://")
    assert read_settings() == Settings()


def test_the_container_sets_what_there_is(repository: Path) -> None:
    known = {f"LOCALAREA_{name.upper()}" for name in Settings.model_fields}
    named: set[str] = set()
    for name in ("Dockerfile", "compose.yaml", "example.env"):
        text = (repository / "scripts" / "container" / name).read_text(encoding="utf-8")
        named |= set(re.findall(r"LOCALAREA_[A-Z_]+", text))
    assert named
    assert named <= known
