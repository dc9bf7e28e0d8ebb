"""Every error has a family, a builtin that a stranger would catch, and something to say."""

from __future__ import annotations

import inspect

import pytest

from localarea import errors
from localarea.cli.app import EXIT_BAD_INPUT, EXIT_DATA, exit_code_of

CLASSES = [
    value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, Exception) and not name.startswith("_")
]
FAMILIES = {
    errors.InputError: ValueError,
    errors.NotFoundError: LookupError,
    errors.DataError: RuntimeError,
    errors.ComputeError: RuntimeError,
    errors.NotAllowedError: PermissionError,
    errors.SignInNeededError: PermissionError,
    errors.SignInFailedError: PermissionError,
    errors.ForgedRequestError: PermissionError,
    errors.TooLargeError: ValueError,
    errors.TooSlowError: RuntimeError,
    errors.NoRoomError: OSError,
    errors.TooManyRequestsError: RuntimeError,
    errors.BeingPreparedError: RuntimeError,
    errors.ConflictError: RuntimeError,
    errors.AuditError: RuntimeError,
    errors.MissingExtraError: ImportError,
}


@pytest.mark.parametrize("error", [c for c in CLASSES if c is not errors.LocalareaError])
def test_error_is_also_the_builtin_a_stranger_would_catch(error: type[Exception]) -> None:
    homes = [builtin for family, builtin in FAMILIES.items() if issubclass(error, family)]
    assert len(homes) == 1
    assert issubclass(error, homes[0])


@pytest.mark.parametrize("error", CLASSES)
def test_error_is_drawn_in_the_tree(error: type[Exception]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


def test_place_not_found_names_the_nearest_and_keeps_their_spelling() -> None:
    error = errors.PlaceNotFoundError("colchster", ["Colchester", "Chelmsford", "Norwich"])
    assert error.suggestions[0] == "Colchester"
    assert "'colchster'" in str(error)
    assert "Norwich" not in str(error)


def test_terminated_postcode_says_when() -> None:
    assert "2019-06" in str(errors.PostcodeNotFoundError("CO1 1AA", terminated="2019-06"))


def test_faults_are_said_together() -> None:
    error = errors.SchemaError("flows", ["no column 'origin'", "workers below zero"])
    assert "no column 'origin'" in str(error)
    assert "workers below zero" in str(error)


def test_damaged_data_and_bad_input_have_different_exit_codes() -> None:
    assert exit_code_of(errors.ChecksumError("t", expected="a", found="b")) == EXIT_DATA
    assert exit_code_of(errors.PlaceNotFoundError("x")) == EXIT_BAD_INPUT


def test_a_name_that_resembles_none_is_told_what_there_is() -> None:
    said = str(errors.DefinitionNotFoundError("nope", ["colchester-2026.1"]))
    assert said == "definition 'nope' is not known; the only definition is colchester-2026.1"
    every = [f"ttwa{n}" for n in range(30)]  # with forms such as ttwa-official+ipswich
    said = str(errors.OptionNotFoundError("nope", every, chief=["ttwa-official", "drive-30"]))
    assert said.endswith("; the options are ttwa-official, drive-30")
    assert str(errors.PlaceNotFoundError("nope", every)).endswith("is not known")  # too many
