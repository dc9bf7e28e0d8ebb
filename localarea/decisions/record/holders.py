"""Names under which a supplier has access to a contract: a key, or a person who signs in."""

from __future__ import annotations

from typing import Final

KEY: Final = "key:"
PERSON: Final = "person:"
MOST: Final = 300  # characters; what a provider calls a person has at most 255


def holder_of_key(identity: str) -> str:
    """
    Name a key by its id.

    Examples
    --------
    >>> holder_of_key("abcdefghjk")
    'key:abcdefghjk'
    """
    return KEY + identity


def holder_of_person(subject: str) -> str:
    """
    Name a person by what the provider of sign-in calls them.

    Examples
    --------
    >>> holder_of_person("00u1")
    'person:00u1'
    """
    return PERSON + subject
