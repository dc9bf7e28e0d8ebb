"""Build scenarios from command-line arguments: files, thresholds and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.comparison.scenario import Scenario


def build_scenario(option: str | None, started: Path | None) -> Scenario:
    """Start from an option or from a saved scenario."""
    from localarea.comparison.scenario import Scenario

    if (option is None) == (started is None):
        raise InputError("name the option to start from, or give a scenario with --from FILE")
    if started is not None:
        return open_scenario(started)
    return Scenario.of(str(option))


def open_scenario(path: Path) -> Scenario:
    """Read a saved scenario."""
    from localarea.comparison.scenario import Scenario

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not a text file"
        raise InputError(f"{path} cannot be read: {why}; name a scenario file") from error
    return Scenario.from_toml(text)


def save_scenario(scenario: Scenario, path: Path) -> None:
    """Save a scenario."""
    try:
        path.write_text(scenario.to_toml(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def with_thresholds(scenario: Scenario, stated: Sequence[str]) -> Scenario:
    """Set the parameters given as ``NAME=VALUE``."""
    from localarea.comparison.change import read_threshold

    for text in stated:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise InputError(f"--threshold {text!r} is not NAME=VALUE, such as min_share=0.1")
        scenario = scenario.with_threshold(**{name.strip(): read_threshold(value.strip())})
    return scenario
