"""Every number on the command line has a range, and is refused outside it in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from localarea.cli.app import app, run

STRANGE = ("nan", "inf", "-inf", "1e308", "-1", "word")


def numbers() -> list[tuple[list[str], str, Any]]:
    """Give the path of each command, and each of its options that takes a number."""
    found = []

    def walk(command: Any, path: list[str]) -> None:
        for name, further in getattr(command, "commands", {}).items():
            walk(further, [*path, name])
        for option in command.params:
            # A census is one of two years, and its own sentence says so.
            if option.type.name.split()[0] in ("int", "float") and option.name != "vintage":
                found.append((path, option.opts[0], option.type))

    walk(typer.main.get_command(app), [])
    return found


NUMBERS = numbers()
IDS = [" ".join([*path, option]) for path, option, _ in NUMBERS]


def test_there_are_many() -> None:
    assert len(NUMBERS) >= 22


@pytest.mark.parametrize(
    ("path", "option", "kind"),
    NUMBERS,
    ids=IDS,
)
def test_every_number_has_both_ends_of_a_range(path: list[str], option: str, kind: Any) -> None:
    assert kind.min is not None, (path, option)
    assert kind.max is not None, (path, option)


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize(
    ("path", "option", "kind"),
    NUMBERS,
    ids=IDS,
)
def test_what_is_outside_is_refused_in_a_sentence(
    path: list[str], option: str, kind: Any, value: str, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = [option, value] if option.startswith("-") else ["--minutes", "30", "--", value]
    needed = {
        "check": ["CO1 1JB"],
        "check-file": ["no.csv"],
        "publish": ["district", "--purpose", "measure", "--id", "x", "--by", "A", "--role", "B"],
        "scenario": ["district"],
        "report": ["district", "--out", "no.pdf"],
        "travel-times": ["--from", "Colchester", "--to", "Ipswich"],
        "isochrone": ["--from", "Colchester", *(["--minutes", "30"] if option == "--peak" else [])],
        "ttwa": ["--out", "no.csv"],
        "make": ["a key"],
    }
    extra = ["--reason", "x"] if path == ["publish"] else []
    assert run([*path, *needed.get(path[-1], []), *extra, *arguments]) == 2
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert said.strip()


@pytest.mark.parametrize("peak", ["0", "-2", "nan"])
def test_a_peak_of_nothing_is_no_area(peak: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["isochrone", "--from", "Colchester", "--minutes", "30", "--peak", peak]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "--peak" in said.err


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "CO1 1JB", "--option"],  # which is answered without Typer if it can be
        ["check", "CO1 1JB", "--council"],
        ["options", "--council"],
        ["why", "E02004520", "--option"],
        ["place", "Ipswich", "--option"],
        ["data", "refresh", "names", "--council"],
    ],
)
def test_a_blank_name_is_refused_and_not_answered_by_the_default(
    arguments: list[str], blank: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, blank]) == 2
    assert "it is blank; name one" in capfd.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["measures", "returns.csv", "--chart", "share.jpg"],
        ["ttwa", "--out", "areas.csv", "--stability", "5", "--map", "map.jpeg"],
        ["ttwa", "--out", "areas.csv", "--sensitivity", "--plot", "plot"],
    ],
    ids=lambda command: command[-2],
)
def test_a_picture_of_another_format_is_refused_before_the_work(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 2
    assert "use .png, .svg, .pdf" in " ".join(capsys.readouterr().err.split())


def test_a_picture_for_a_folder_that_is_not_there_is_refused_before_the_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["measures", "returns.csv", "--chart", "none/share.png"]) == 2
    assert "the folder none does not exist; create it first" in capsys.readouterr().err
