"""What people send cannot keep a pattern busy: a text of a few hundred bytes took days."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import parse_postcode
from localarea.tables.file_kinds import kind_of_content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONG_ENOUGH_S = 30


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """End what takes for ever, which a pattern does without a word."""

    def give_up(*_: object) -> None:
        raise AssertionError("it takes for ever")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_LONG_ENOUGH_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "begins", ["<!---->", "<!-- -->\n", "<!--", "<!---->-->", " \n", "X-", "[ "]
)
def test_a_file_that_is_nearly_a_web_page_is_told_apart(begins: str, tmp_path: Path) -> None:
    path = tmp_path / "near.csv"
    path.write_text(begins * 8_000 + "x", encoding="utf-8")
    assert kind_of_content(path) is None or "HTML" not in str(kind_of_content(path))


@pytest.mark.parametrize("comments", ["", "<!-- saved -->", "<!-- a --> \n<!-- b -->\n"])
def test_a_web_page_is_known_behind_its_comments(comments: str, tmp_path: Path) -> None:
    path = tmp_path / "page.xls"
    path.write_text(f"\n{comments}<HTML><table>", encoding="utf-8")
    assert "HTML" in str(kind_of_content(path))


@pytest.mark.parametrize("sign", "=+@")
def test_signs_before_half_a_postcode_are_read_once(sign: str) -> None:
    assert parse_postcode(sign * 200_000 + '"CO1').outward == "CO1"
    with pytest.raises(PostcodeFormatError, match="formula"):
        parse_postcode(" " * 200_000 + sign + "(B2")
