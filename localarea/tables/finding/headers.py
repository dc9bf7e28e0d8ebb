"""What the header of a column says: which address it is of, or that it is a line of one."""

from __future__ import annotations

import re
from typing import Final, Literal

# Which of a supplier's addresses a column is of.
AddressKind = Literal["site", "plain", "billing", "registered"]
# Best first: a supplier is where it has substantive operations, not where it is registered.
KINDS: Final[tuple[AddressKind, ...]] = ("site", "plain", "billing", "registered")

_WORDS_OF: Final[dict[AddressKind, frozenset[str]]] = {
    "registered": frozenset(
        [
            *("registered", "registration", "reg", "regd", "ro", "hq", "headquarters"),
            *("headoffice", "registeredoffice", "regoffice", "companieshouse"),
        ]
    ),
    "site": frozenset(
        [
            *("trading", "site", "sites", "delivery", "works", "branch", "depot", "premises"),
            *("operating", "operational", "operations", "tradingaddress", "siteaddress"),
        ]
    ),
    "billing": frozenset(
        [
            *("invoice", "invoicing", "inv", "billing", "bill", "correspondence", "remittance"),
            *("remit", "mailing", "payment"),
        ]
    ),
}
_HEAD_OFFICE: Final = frozenset(["head", "main"])  # before "office"
_LINE_WORDS: Final = frozenset(
    [
        *("address", "addr", "addresses", "street", "town", "city", "county", "locality"),
        *("village", "posttown", "towncity", "add"),
    ]
)
_ADDRESS_WORDS: Final = frozenset(["address", "addr", "addresses", "street", "add"])
_NO_LINE: Final = frozenset(
    [
        *("email", "mail", "web", "website", "ip", "mac", "url", "country", "code", "id", "type"),
        *("status", "date", "phone", "fax", "council", "uprn", "vat", "number", "ref", "amount"),
        *("key", "hash", "flag", "count", "on", "by"),
    ]
)
_COUNTRY_WORDS: Final = frozenset(["country", "nation", "countrycode", "countryname"])
_NO_COUNTRY: Final = frozenset(["birth", "origin", "bank", "nationality", "tax"])
_STATE_HEADERS: Final = frozenset(
    ["state", "us state", "state province", "province", "state code", "supplier state"]
)
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words_of(header: str) -> tuple[str, ...]:
    """
    Split a header into its words, in lowercase: at signs, digits and capitals.

    Examples
    --------
    >>> words_of("TradingPostCode"), words_of("Addr1"), words_of("REG_POST_CODE")
    (('trading', 'post', 'code'), ('addr', '1'), ('reg', 'post', 'code'))
    """
    return tuple(part.casefold() for part in _PARTS.findall(header))


def address_kind(header: str) -> AddressKind:
    """
    Return which of a supplier's addresses a column is of.

    Returns
    -------
    {'site', 'plain', 'billing', 'registered'}
        ``plain`` if the header does not say.

    Examples
    --------
    >>> address_kind("Registered office postcode"), address_kind("Trading address postcode")
    ('registered', 'site')
    >>> address_kind("Head Office Postcode"), address_kind("Website"), address_kind("Postcode")
    ('registered', 'plain', 'plain')
    """
    words = words_of(header)
    said = set(words)
    if "office" in said and said & _HEAD_OFFICE:
        return "registered"
    for kind in ("site", "registered", "billing"):
        if said & _WORDS_OF[kind]:
            return kind
    return "plain"


def is_address_line(header: str) -> bool:
    """
    Return whether a column is a line of an address, which may hold a postcode.

    Examples
    --------
    >>> is_address_line("Addr1"), is_address_line("Email address"), is_address_line("County")
    (True, False, True)
    """
    return _says(header, _LINE_WORDS, but=_NO_LINE)


def names_address(header: str) -> bool:
    """Return whether a line of an address is more than a town or a county, such as Address 1."""
    return _says(header, _ADDRESS_WORDS)


def is_country(header: str) -> bool:
    """Return whether a column names countries, such as Supplier country code."""
    return _says(header, _COUNTRY_WORDS, but=_NO_COUNTRY)


def is_state_header(header: str) -> bool:
    """Return whether a column names states of the United States."""
    return " ".join(words_of(header)) in _STATE_HEADERS


def _says(header: str, words: frozenset[str], *, but: frozenset[str] = frozenset()) -> bool:
    """Return whether a header has one of some words, and none of others."""
    said = set(words_of(header))
    return bool(said & words) and not said & but
