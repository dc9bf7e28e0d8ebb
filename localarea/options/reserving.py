"""
Options for reserving contracts: their ids, and their titles.

Every council has them without naming them in its file, as it has ``drive-N``. They are not listed
among the options that are compared, because they answer another question. Other authorities are
part of the id: ``reserve-own-with-tendring``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError
from localarea.options.titles import join_names, spoken_name
from localarea.places.gazetteer import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

RESERVING: Final = ("reserve-own", "reserve-county", "reserve-bordering")
_FORM: Final = re.compile(
    r"(reserve-(?:own|county|bordering))((?:-with(?:-(?!with-)[a-z0-9]+)+)*)\Z"
)
_TITLES: Final = {
    "reserve-own": "{} alone, for reserving",
    "reserve-county": "County of {}, for reserving",
    "reserve-bordering": "{} with bordering counties, for reserving",
}
_DESCRIPTIONS: Final = {
    "reserve-own": "All of the area of {}, and nothing else",
    "reserve-county": "The whole county or London borough in which {} lies",
    "reserve-bordering": "The county or area of {}, with every county and London borough that "
    "borders it",
}
_COUNTY_COUNCIL: Final = re.compile(r"\s*(?:the )?(\S.*?) county council\s*", re.IGNORECASE)
_SMALL: Final = frozenset({"and", "in", "of", "on", "the", "under", "upon", "with"})


def reserving_words(option_id: str, anchor: str) -> tuple[str, str, str, tuple[str, ...]] | None:
    """
    Read the id of an option for reserving contracts.

    ``option_id``: id such as ``reserve-own`` or ``reserve-own-with-tendring``. Returns method,
    title, description and the other authorities; None if it is another id.

    Examples
    --------
    >>> reserving_words("reserve-own-with-tendring", "Colchester")[1]
    'Colchester and Tendring alone, for reserving'
    """
    found = _FORM.match(option_id)
    if not found:
        return None
    method, endings = found[1], found[2]
    others = tuple(part.replace("-", " ") for part in endings.split("-with-")[1:])
    names = join_names([spoken_name(anchor), *map(_as_name, others)], most=3)
    return method, _TITLES[method].format(names), _DESCRIPTIONS[method].format(names), others


def county_council(title: str) -> str | None:
    """
    Return what a county council is called after; None if a title names another council.

    Examples
    --------
    >>> county_council("Norfolk County Council"), county_council("Norwich City Council")
    ('Norfolk', None)
    """
    found = _COUNTY_COUNCIL.fullmatch(title)
    return found[1] if found else None


def with_authorities(option_id: str, names: Iterable[str]) -> str:
    """
    Add other authorities to the id of an option for reserving contracts.

    InputError if the option is another one.

    Examples
    --------
    >>> with_authorities("reserve-own", ["King's Lynn & West Norfolk"])
    'reserve-own-with-kings-lynn-and-west-norfolk'
    """
    others = [fold(name).replace(" ", "-") for name in names]
    if others and not _FORM.match(option_id):
        raise InputError(
            f"other authorities can be added to {', '.join(RESERVING)}, not to {option_id!r}",
            parameter="with",
        )
    return "".join([option_id, *(f"-with-{other}" for other in others)])


def _as_name(words: str) -> str:
    first, *rest = words.split()
    return " ".join([first.capitalize(), *(w if w in _SMALL else w.capitalize() for w in rest)])
