"""What the container is told fits what the program knows; it runs with as little as it needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from localarea.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {f"LOCALAREA_{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(scope="module")
def dockerfile(repository: Path) -> str:
    return (repository / "scripts/container/Dockerfile").read_text()


@pytest.fixture(scope="module")
def compose(repository: Path) -> dict[str, Any]:
    text = (repository / "scripts/container/compose.yaml").read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_every_variable_is_a_setting(dockerfile: str, repository: Path) -> None:
    texts = [dockerfile]
    texts += [
        (repository / "scripts/container" / n).read_text() for n in ("compose.yaml", "example.env")
    ]
    named = set(re.findall(r"\bLOCALAREA_[A-Z_]+\b", "\n".join(texts)))
    assert named
    assert named <= KNOWN


def test_images_are_pinned_and_the_program_is_nobody(
    dockerfile: str, compose: dict[str, Any]
) -> None:
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    bases += [one["image"] for one in compose["services"].values()]
    assert all(re.search(r":\d+\.\d+", base) for base in bases)
    last = dockerfile.split("\nFROM ")[-1]
    user = re.search(r"^USER (\d+):", last, re.MULTILINE)
    assert user is not None
    assert int(user[1]) > 0
    assert last.index("USER ") < last.index('CMD ["localarea"')
    assert "HEALTHCHECK" in last
    assert "--require-hashes" in dockerfile


def test_the_service_cannot_write_to_its_own_program(compose: dict[str, Any]) -> None:
    service = compose["services"]["service"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert "ports" not in compose["services"]["database"]
    grace = int(service["stop_grace_period"].rstrip("s"))
    assert grace > Settings.model_fields["grace_s"].default


def test_what_is_copied_into_the_image_is_there(dockerfile: str, repository: Path) -> None:
    lines = re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
    names = {name for line in lines for name in line.split()[:-1]}
    allowed = (repository / "scripts/container/Dockerfile.dockerignore").read_text().splitlines()
    assert names
    assert all((repository / name).exists() for name in names)
    assert names <= {line.removeprefix("!") for line in allowed if line.startswith("!")}
