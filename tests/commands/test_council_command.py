"""The command ``council new``: a file to start from, read by our own reader."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from command_cases import commanded
from service_cases import set_to

from localarea.options.by_name.any_council import plain_council
from localarea.options.by_name.disputed import full_council
from localarea.options.council import read_council_file

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("our councils") / "exeter.toml"
    done = commanded("council", "new", "Exeter", "--out", str(path))
    assert done.returncode == 0, done.stderr
    assert "9 options; in dispute: Torbay and Teignbridge" in done.stdout
    assert f"localarea options --council '{path}'" in done.stdout  # to be pasted, with its space
    assert f"LOCALAREA_COUNCIL='{path}'" in done.stdout
    return path


def test_the_file_reads_back_to_what_the_name_alone_gives(written: Path) -> None:
    made, plain = read_council_file(written), full_council(plain_council("Exeter"))
    assert (made.key, made.anchor, made.title) == ("exeter", "Exeter", "Exeter")
    assert made.options == plain.options
    assert made.contested == plain.contested
    assert made.default_option == plain.default_option
    assert made.configured


def test_every_key_has_a_comment_that_says_what_to_do_with_it(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    assert text.startswith("# Exeter: a file to start from")
    for spec in tomllib.loads(text)["options"]:
        before = text.split(f"[options.{spec}]")[0].rstrip().splitlines()[-1]
        assert before.startswith("# With these parameters: "), spec
    assert '# E07000041 = "Exeter"' in text
    assert max(map(len, text.splitlines())) < 250


def test_a_file_is_never_overwritten(written: Path) -> None:
    before = written.read_bytes()
    done = commanded("council", "new", "Norwich", "--out", str(written))
    assert done.returncode == 2
    assert "already exists and will not be overwritten" in done.stderr
    assert "(--out)" in done.stderr
    assert written.read_bytes() == before
    assert [path.name for path in written.parent.iterdir()] == ["exeter.toml"]


@pytest.mark.parametrize(
    ("name", "out", "says"),
    [
        ("Gatshead", "a.toml", "Gateshead"),
        ("ttwa:Ipswich", "a.toml", "name its town or district"),
        ("Exeter", "East Devon.toml", "lowercase letters"),
        ("Exeter", "exeter.txt", ".toml"),
    ],
)
def test_what_cannot_be_written_is_told_before_the_work(
    name: str, out: str, says: str, tmp_path: Path
) -> None:
    done = commanded("council", "new", name, "--out", str(tmp_path / out))
    assert done.returncode == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_commands_take_the_file_and_the_setting(written: Path, small_tables: DataStore) -> None:
    told = set_to(small_tables)
    asked = ("check", "CO1 1JB", "--json")
    by_option = commanded(*asked, "--council", str(written), **told)
    by_setting = commanded(*asked, LOCALAREA_COUNCIL=str(written), **told)
    by_name = commanded(*asked, LOCALAREA_COUNCIL="Exeter", **told)
    answers = [json.loads(done.stdout)[0] for done in (by_option, by_setting, by_name)]
    assert answers[1] == answers[2]
    named = answers[0].pop("explanation")  # another council than one's own is named
    assert "under the default option of Exeter" in named
    assert "under the council's default option" in answers[1].pop("explanation")
    assert answers[0] == answers[1]
    assert answers[0]["status"] == "not_local"


def test_a_misspelt_council_is_refused_with_the_nearest() -> None:
    done = commanded("check", "CO1 1JB", LOCALAREA_COUNCIL="Exter")
    assert done.returncode == 2
    assert "nearest: Exeter" in done.stderr
    done = commanded("options", "--anchor", "Exter")
    assert done.returncode == 2
    assert "nearest: Exeter" in done.stderr
