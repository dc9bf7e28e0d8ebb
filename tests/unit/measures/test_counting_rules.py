"""Counting rules and proxy values of a council's own: read, or refused with each fault."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from localarea.errors import FileFormatError, SettingError
from localarea.measures.rules import PROXY_TEMPLATE, read_proxies, read_rule, read_rules

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = (PROXY_TEMPLATE.parent / "counting_rules.toml").read_text(encoding="utf-8")
NAME = read_rule().id


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_value(key: str, value: str) -> str:
    """Give the rules of the package with one setting of every rule changed."""
    setting = rf"(?m)^({key} = {{ value = ).*?(, source = .*)$"
    found, count = re.subn(setting, rf"\g<1>{value}\2", SHIPPED)
    assert count, key
    return found


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("person_years", "-1", "'person_years' must be a whole number of years, 0 to"),
        ("person_years", "true", "'person_years' must be a whole number of years"),
        ("person_years", "1.5", "'person_years' must be a whole number of years"),
        ("localised", "1", "'localised' must be true or false"),
        ("local_on", '"any"', "'local_on' must be one of"),
        ("local_on", "[]", "'local_on' must be one of"),
        ("local_on", "{ a = 1 }", "'local_on' must be one of"),
        ("employers", "[]", "'employers' must list some of"),
        ("employers", '"contractor"', "'employers' must list some of"),
        ("employers", "[{ a = 1 }]", "'employers' must list some of"),
        ("fte_cap", '"0"', "'fte_cap' must be a number over 0"),
        ("fte_cap", "1.0", "'fte_cap' must be a number over 0"),  # a binary fraction
        ("fte_cap", '"NaN"', "'fte_cap' must be a number over 0"),
        ("fte_cap", '"one"', "'fte_cap' must be a number over 0"),
        ("fte_cap", '"1e9"', "'fte_cap' must be a number over 0"),
    ],
)
def test_a_setting_out_of_bounds_is_told(tmp_path: Path, key: str, value: str, said: str) -> None:
    with pytest.raises(SettingError, match=re.escape(said)):
        read_rules(written(tmp_path, with_value(key, value)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must have a table"),
        ("rules = 1", "must have a table"),
        ("[rules]", "must have a table"),
        ("[rules]\na = 1", "counting rule 'a'"),
        ("[rules.a]\nsettings = 1", "counting rule 'a'"),
        ("[rules.a.settings]\ncolour = 1", "'colour' is not a setting"),
        ("[rules.a.settings]\nunknown = 1", "'unknown' must be { value = ..., source = ... }"),
        ("[rules.a]\ntitle = 'A'", "it lacks 'version'"),
        ("rules = [", "is not TOML"),
    ],
)
def test_a_file_of_rules_of_another_form_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingError, match=re.escape(said)):
        read_rules(written(tmp_path, text))


@pytest.mark.parametrize("default", ["'none'", "1", "[]", "{ a = 1 }"])
def test_a_default_that_is_no_rule_is_told(tmp_path: Path, default: str) -> None:
    text, count = re.subn(r"(?m)^default = .*$", f"default = {default}", SHIPPED)
    assert count == 1
    with pytest.raises(SettingError, match="is not in the file"):
        read_rules(written(tmp_path, text))


def test_a_rule_that_there_is_none_of_is_told_with_those_that_there_are() -> None:
    with pytest.raises(SettingError, match=f"there is no counting rule 'mine'; there are {NAME}"):
        read_rule("mine")
    assert read_rule(NAME) == read_rule()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="it cannot be read"):
        read_rules(tmp_path)
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="is not TOML"):
        read_proxies(path)


STATED = "edition = '2026'\nsource = 'its publisher'\n"


def test_values_that_are_stated_are_read_and_blank_ones_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, f"{STATED}[values]\nNT1 = '1234.56'\nNT10 = ''\nNT8 = '0'\n")
    found = read_proxies(path)
    assert found.amounts == {"NT1": Decimal("1234.56"), "NT8": Decimal(0)}
    assert (found.edition, found.source) == ("2026", "its publisher")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("edition = '2026'\n", "'source' is blank"),
        ("source = 'x'\nedition = ' '\n", "'edition' is blank"),
        (f"{STATED}values = 1", "'values' must be a table"),
        (
            f"{STATED}[values]\nNT2 = '1'",
            "'NT2' is not a measure that has a proxy value",
        ),  # a share
        (f"{STATED}[values]\nLM3 = '1'", "'LM3' is not a measure that has a proxy value"),
        (f"{STATED}[values]\nNT99 = '1'", "'NT99' is not a measure"),
        (f"{STATED}[values]\nNT1 = 1234.56", "the value of NT1 must be an amount in quotes"),
        (f"{STATED}[values]\nNT1 = '-1'", "the value of NT1 must be an amount in quotes"),
        (f"{STATED}[values]\nNT1 = 'inf'", "the value of NT1 must be an amount in quotes"),
        (f"{STATED}[values]\nNT1 = []", "the value of NT1 must be an amount in quotes"),
    ],
)
def test_a_proxy_value_that_cannot_be_one_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingError, match=re.escape(said)):
        read_proxies(written(tmp_path, text))
