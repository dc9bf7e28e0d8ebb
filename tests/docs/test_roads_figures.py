"""The coefficients and the error in docs/validation-roads.md are those the package has."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from localarea.options.minutes.encoding import COEFFICIENTS
from localarea.options.minutes.zone_minutes import ERROR_FILE, stated_error

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def page(repository: Path) -> list[str]:
    return (repository / "docs" / "validation-roads.md").read_text("utf-8").splitlines()


def test_the_coefficients_of_the_page_are_those_of_the_package(page: list[str]) -> None:
    fitted = tomllib.loads(COEFFICIENTS.read_text(encoding="utf-8"))["coefficients"]
    for name, value in fitted.items():
        assert any(line.startswith(f"| `{name}` | {value:g} |") for line in page), name


def test_the_error_of_the_page_is_that_of_the_package(page: list[str]) -> None:
    for limit in (15, 30, 45, 60, 90):
        assert f"| `drive-{limit}` | {stated_error(limit):g} min |" in page


def test_the_error_lies_between_those_of_the_lengths_beside_it() -> None:
    table = tomllib.loads(ERROR_FILE.read_text(encoding="utf-8"))
    at, within = table["at_min"], table["within_min"]
    assert [stated_error(minutes) for minutes in at] == within
    assert stated_error(0) == stated_error(at[0])
    assert stated_error(600) == within[-1]
    middle = (at[1] + at[2]) / 2
    assert stated_error(middle) == pytest.approx((within[1] + within[2]) / 2, abs=0.05 + 1e-9)
