"""The extras of the package: each is known, and a missing one says what to install."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from typing import TYPE_CHECKING

import pytest

import localarea
from localarea.errors import MissingExtraError
from localarea.extras import PURPOSES, extra

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_package_is_named_with_what_brings_it() -> None:
    with pytest.raises(ImportError) as caught, extra("maps"):
        import no_such_package.inner  # type: ignore[import-not-found]  # noqa: F401
    assert isinstance(caught.value, MissingExtraError)
    assert (caught.value.package, caught.value.extra) == ("no_such_package", "maps")
    assert str(caught.value) == (
        "maps and charts need the package no_such_package, which is not installed: "
        "pip install 'localarea[maps]'"
    )


def test_within_another_extra_the_inner_one_is_named() -> None:
    inner = pytest.raises(MissingExtraError, match=r"localarea\[record\]")
    with inner, extra("service"), extra("record"):
        import no_such_package  # noqa: F401


def test_the_extras_are_those_of_the_package_and_all_has_all(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    assert set(extras) - {"all"} == set(PURPOSES)

    def within(name: str) -> set[str]:
        found = {name}
        for each in extras[name]:
            inner = re.fullmatch(r"localarea\[(.+)\]", each)
            for one in inner[1].split(",") if inner else ():
                found |= within(one)
        return found

    assert within("all") == set(extras)
    assert {"maps", "record", "reports"} < within("service")
    named = [re.split(r"[\[<>=~ ]", each)[0] for each in project["dependencies"]]
    brought = {re.split(r"[\[<>=~ ]", each)[0] for some in extras.values() for each in some}
    assert not brought & set(named)


def test_every_module_can_be_imported() -> None:
    """Not those that Alembic runs, which do their work when they are imported."""
    found = pkgutil.walk_packages(localarea.__path__, "localarea.")
    names = [each.name for each in found if "decisions.migrations" not in each.name]
    assert len(names) > 700
    for name in names:
        importlib.import_module(name)
