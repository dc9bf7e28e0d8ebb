"""GSS codes: the country and the kind of area that a code names."""

from __future__ import annotations

import re
from typing import Literal

Country = Literal[
    "england", "wales", "scotland", "northern_ireland", "channel_islands", "isle_of_man"
]

_FORM = re.compile(r"[EWSNLMK]\d{8}")
_COUNTRIES: dict[str, Country] = {
    "E": "england",
    "W": "wales",
    "S": "scotland",
    "N": "northern_ireland",
    "L": "channel_islands",
    "M": "isle_of_man",
}
# Entity codes of the Register of Geographic Codes (ONS), for the kinds used here.
_KINDS = {
    "oa": ("E00", "W00", "S00"),
    "lsoa": ("E01", "W01"),
    "msoa": ("E02", "W02"),
    "district": ("E06", "E07", "E08", "E09", "W06", "S12", "N09"),
    "county": ("E10",),
    "region": ("E12",),
    "ttwa": ("E30", "W22", "S22", "N12", "K01"),
    "country": ("E92", "W92", "S92", "N92"),
}
_KIND_OF = {prefix: kind for kind, prefixes in _KINDS.items() for prefix in prefixes}


def is_gss_code(text: str) -> bool:
    """
    Check whether a text has the form of a GSS code; True for a country letter and eight digits.

    Examples
    --------
    >>> is_gss_code("E07000071"), is_gss_code("Colchester")
    (True, False)
    """
    return _FORM.fullmatch(text) is not None


def country_of(code: str) -> Country | None:
    """
    Return the country of a coded area.

    Parameters
    ----------
    code : str
        GSS code, or the directory's pseudo-code of the Channel Islands (``L99999999``) or
        the Isle of Man (``M99999999``).

    Returns
    -------
    str or None
        None if the code is malformed, or its area crosses a border.

    Examples
    --------
    >>> country_of("W06000015")
    'wales'
    """
    return _COUNTRIES.get(code[0]) if is_gss_code(code) else None


def kind_of(code: str) -> str | None:
    """
    Return the kind of area that a code names.

    Parameters
    ----------
    code : str
        GSS code.

    Returns
    -------
    {'oa', 'lsoa', 'msoa', 'district', 'county', 'region', 'ttwa', 'country'} or None
        None if the code is malformed or of another kind.

    Examples
    --------
    >>> kind_of("E30000193")
    'ttwa'
    """
    return _KIND_OF.get(code[:3]) if is_gss_code(code) else None
