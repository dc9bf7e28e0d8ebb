"""Whose a file is: the whole of what the provider calls a person decides, however long it is."""

from __future__ import annotations

from localarea.service.api.files.files import owner_of
from localarea.service.auth.identity import Identity


def person(subject: str) -> Identity:
    return Identity("Pat Example", frozenset({"checker"}), "session", subject=subject)


def test_people_whose_long_names_begin_alike_have_files_of_their_own() -> None:
    # OpenID Connect Core 1.0, section 2: a subject has at most 255 characters.
    owners = [owner_of(person("https://idp.example/" + "a" * 234 + last)) for last in "bc"]
    assert len(set(owners)) == 2
    assert all(len(owner) <= 200 for owner in owners)  # as in the column
    assert owner_of(person("00u1")) == "session 00u1"
