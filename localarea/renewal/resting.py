"""Which tables a refresh makes again, and why it leaves the others; how old they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.datasets.storage.editions import newest_of
from localarea.renewal.foundations import DIRECTORY, resting_on
from localarea.renewal.renewable import makers_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from localarea.datasets.storage.registry import TableInfo

OF_THE_CENSUS: Final = (
    "it describes zones of the census or the roads, which a new directory does not change; made "
    "again from other postcodes, it would move figures that have been published"
)
# Tables of a census that have no road of their own: they do not change until the next census.
FIXED: Final = {
    "centroids_msoa11": "2011",
    "centroids_msoa21": "2021",
    "msoa11_msoa21": "2011 and 2021",
    "oa11_lookup": "2011",
    "population_msoa11_2011": "2011",
    "population_msoa21_2021": "2021",
    "ttwa11_lookup": "2011",
    "ttwa11_msoa11": "2011",
}
FIXED_WITH: Final = "it is of the census of {year} and does not change: there is no newer edition"
ONLY_BY_THE_BUILD: Final = "it does not rest on postcodes; 'localarea data build' makes it"
BY_ITS_OWN_FILE: Final = "it does not rest on postcodes; 'localarea data refresh {name}' renews it"
OF_THE_USER: Final = "it is the user's own; 'localarea data add' puts another in its place"
_MONTHS_SAID: Final = 24  # from which on an age is said in years
_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def is_made_again(name: str) -> bool:
    """Check whether a refresh of the directory makes a table again: it, and minutes to its rows."""
    return name == DIRECTORY or (name.startswith("minutes_") and name.endswith("_postcodes"))


def why_not_made_again(name: str, registry: Mapping[str, TableInfo]) -> str | None:
    """Explain why a refresh of the directory does not make a table again; None if it does."""
    if is_made_again(name):
        return None
    if name.startswith(("own_flows_", "own_zones_")):
        return OF_THE_USER
    if name in resting_on(DIRECTORY, registry):
        return OF_THE_CENSUS
    if name in FIXED:
        return fixed_with(name)
    makers = makers_of(name)
    return BY_ITS_OWN_FILE.format(name=makers[0]) if makers else ONLY_BY_THE_BUILD


def fixed_with(name: str) -> str | None:
    """
    Return the census to which a table is fixed, if it is.

    The reason why it is never refreshed; None for every other table. Codes of districts in a fixed
    table follow a refresh of districts.

    Examples
    --------
    >>> fixed_with("oa11_lookup")
    'it is of the census of 2011 and does not change: there is no newer edition'
    """
    return FIXED_WITH.format(year=FIXED[name]) if name in FIXED else None


def age_of(vintage: str, today: date) -> int | None:
    """
    Return the age in whole months of a table whose vintage is a month; None if it is none.

    Examples
    --------
    >>> from datetime import date
    >>> age_of("2025-11", date(2026, 3, 1)), age_of("2017-2022", date(2026, 3, 1))
    (4, None)
    """
    from localarea.renewal.schedule import age_in_months

    return age_in_months(vintage, today) if _MONTH.fullmatch(vintage) else None


def age_in_words(vintage: str, today: date) -> str:
    """
    Return the age of a table for people.

    Whole months if the vintage is a month, or whole years once there are two; years since the
    newest year that it names, or nothing if it names none.

    Examples
    --------
    >>> from datetime import date
    >>> vintages = "2025-11", "2020-01", "2017-2022", "unstated"
    >>> [age_in_words(one, date(2026, 3, 1)) for one in vintages]
    ['4 months', '6 years', '4 years', '']
    """
    months = age_of(vintage, today)
    if months is not None:
        return _many(months, "month") if months < _MONTHS_SAID else _many(months // 12, "year")
    year, _ = newest_of(vintage)
    return _many(max(today.year - year, 0), "year") if year else ""


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
