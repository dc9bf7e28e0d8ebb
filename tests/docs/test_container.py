"""What the container is told fits what the program knows; it runs with as little as it needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from documenting import licences

from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KNOWN = {f"LOCALAREA_{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(scope="module")
def dockerfile(repository: Path) -> str:
    return (repository / "scripts/container/Dockerfile").read_text()


@pytest.fixture(scope="module")
def last_stage(dockerfile: str) -> str:
    """Give what makes the image that runs, without the stage that builds."""
    return dockerfile.split("\nFROM ")[-1]


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


def copied(dockerfile: str) -> set[str]:
    """Return what is copied from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
    return {name for line in lines for name in line.split()[:-1]}


def test_what_is_copied_into_the_image_is_there(dockerfile: str, repository: Path) -> None:
    names = copied(dockerfile)
    allowed = (repository / "scripts/container/Dockerfile.dockerignore").read_text().splitlines()
    assert names
    assert all((repository / name).exists() for name in names)
    assert names <= {line.removeprefix("!") for line in allowed if line.startswith("!")}


def sent(path: str, rules: list[str]) -> bool:
    """Say whether a file goes to the build: the last rule that fits it or its folders decides."""
    above = path.split("/")
    names = ["/".join(above[:end]) for end in range(1, len(above) + 1)]
    held = True
    for rule in rules:
        shape = rule.removeprefix("!")
        shapes = [shape, shape.removeprefix("**/")]
        if any(fnmatch(name, one) for name in names for one in shapes):
            held = rule.startswith("!")
    return held


def test_no_secret_is_sent_to_the_build(repository: Path) -> None:
    text = (repository / "scripts/container/Dockerfile.dockerignore").read_text()
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert sent("scripts/assets", rules)
    assert sent("localarea/settings.py", rules)
    assert not sent("notebooks/start.ipynb", rules)
    # deployment.md has it made there, with the passwords in it.
    assert not sent("scripts/container/.env", rules)
    assert not sent("scripts/.env", rules)


@pytest.fixture
def in_the_build(dockerfile: str, repository: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a folder with what the build has of the checkout, and nothing else."""
    folder = tmp_path / "src"
    # With byte code, which is of these very files: to compile the package would take seconds.
    left_out = shutil.ignore_patterns("*.nb[ci]", "vendor", "*.parquet")
    for name in copied(dockerfile):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (repository / name).is_dir():
            shutil.copytree(repository / name, folder / name, ignore=left_out)
        else:
            shutil.copy(repository / name, folder / name)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
def test_the_pages_of_the_site_are_made_from_what_is_copied(in_the_build: Path) -> None:
    make = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[1] + '/scripts']; import localarea; "
        "from documenting.pages import FROM_TOP, MADE, ROOT; "
        "assert localarea.__file__.startswith(sys.argv[1]); "
        "print(len([make() for make in MADE.values()]), "
        "len([(ROOT / name).read_text(encoding='utf-8') for name in FROM_TOP]))"
    )
    command = [sys.executable, "-I", "-c", make, str(in_the_build)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(int(count) > 2 for count in done.stdout.split())


def test_the_page_of_licences_needs_no_package_of_the_cluster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = licences.rows()

    cluster = {"dask", "distributed", "zict"}
    here = metadata.Distribution.from_name

    def without_cluster(name: str) -> metadata.Distribution:
        if name in cluster:
            raise metadata.PackageNotFoundError(name)
        return here(name)

    monkeypatch.setattr(metadata.Distribution, "from_name", without_cluster)
    rows = licences.rows()
    assert [row[:2] for row in rows] == [row[:2] for row in before]
    assert {name for name, _, said in rows if said == licences.ELSEWHERE} >= cluster


def test_the_state_belongs_to_the_user_and_its_group(last_stage: str, compose: Any) -> None:
    user = re.search(r"^USER (\d+):(\d+)$", last_stage, re.MULTILINE)
    assert user is not None
    assert f"groupadd --gid {user[2]} " in last_stage
    assert f"useradd --uid {user[1]} --gid {user[2]} " in last_stage
    assert "--no-create-home" in last_stage  # else files of a login shell are in the volume
    (volume,) = re.findall(r'^VOLUME \["(.+)"\]$', last_stage, re.MULTILINE)
    owned = f"install --directory --owner {user[1]} --group {user[2]} --mode 0700 {volume}\n"
    assert owned in last_stage
    assert compose["services"]["service"]["volumes"] == [f"state:{volume}"]
    for name in ("LOCALAREA_CACHE_DIR", "LOCALAREA_DEFINITIONS_DIR", "LOCALAREA_JOBS_DIR"):
        assert f"{name}={volume}/" in last_stage, name


def test_the_health_check_waits_for_the_first_start_and_asks_the_port_in_use(
    last_stage: str,
) -> None:
    period = re.search(r"--start-period=(\d+)m ", last_stage)
    assert period is not None
    assert int(period[1]) >= 5  # measured: 200 s on a machine with much else to do
    check = last_stage.split("HEALTHCHECK")[1]
    assert 'os.environ[\\"LOCALAREA_PORT\\"]' in check
    assert "python -m compileall" in last_stage  # or each check compiles what it imports


def test_any_password_reaches_the_database_and_readiness_is_that_of_the_network(
    compose: dict[str, Any],
) -> None:
    service, database = compose["services"]["service"], compose["services"]["database"]
    assert service["environment"]["LOCALAREA_DATABASE_URL"].count(":") == 1
    assert service["environment"]["PGPASSWORD"] == "${POSTGRES_PASSWORD}"
    # While the database is being set up it answers by its socket alone, and is then started again.
    assert "--host" in database["healthcheck"]["test"]
