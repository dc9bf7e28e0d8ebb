"""What text that is no postcode stands for: withheld, another country, or several postcodes."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from localarea.geo.countries import is_state, names_country_abroad
from localarea.geo.postcodes import (
    ABROAD,
    AREAS,
    BERMUDA_AREAS,
    DISTRICT_LETTERS,
    LETTER_DISTRICT_AREAS,
    OUTWARD,
    SEVERAL,
    WITHHELD,
    outward_number,
)

SHORTEST_UNREAD: Final = 4  # characters of the shortest text with a meaning here: GDPR
_LONGEST_UNREAD: Final = 200  # characters; longer text is prose
_MOST_WORDS: Final = 6  # of a text that only says that something was withheld


class Unread(NamedTuple):
    """What a text was found to be: a code, an outward number (or 0), and words that say it."""

    code: int
    number: int
    said: str


# ---- Withheld ----

# Words that say so by themselves.
_WITHHELD: Final = re.compile(
    r"\b(?:redact(?:ed|ion)|with-?h[eo]ld|anonymi[sz]ed|gdpr|undisclosed|"
    r"personal (?:data|info|information|details?|payment)|"
    r"not (?:to be )?(?:disclosed|for publication|published)|name (?:hidden|removed)|section 40|"
    r"individuals? (?:name|data|details))\b",
    re.IGNORECASE,
)
# Words that say so only if the text has no others.
_TOGETHER_LIST = (
    "redacted redaction withheld anonymised anonymized gdpr dpa foi data protection protected act "
    "personal personnel private individual individuals confidential exempt exemption suppressed "
    "sensitive restricted hidden removed information info details detail name address postcode "
    "commercially payment payee supplier person persons section s40 40 under for the of by to in "
    "and or not disclosed publication published due reasons"
)
_WITHHELD_TOGETHER: Final = frozenset(_TOGETHER_LIST.split())
_ALONE_LIST = (
    "redacted redaction withheld anonymised anonymized gdpr personal private protection "
    "confidential exempt suppressed sensitive restricted"
)
_WITHHELD_ALONE: Final = frozenset(_ALONE_LIST.split())

# ---- Abroad ----

# Routing keys of Eircode (Ireland, 139 of them), and the characters that its second half may have.
_ROUTING: Final = (
    "A41 A42 A45 A63 A67 A75 A81 A82 A83 A84 A85 A86 A91 A92 A94 A96 A98 C15 D01 D02 D03 D04 D05 "
    "D06 D07 D08 D09 D10 D11 D12 D13 D14 D15 D16 D17 D18 D20 D22 D24 D6W E21 E25 E32 E34 E41 E45 "
    "E53 E91 F12 F23 F26 F28 F31 F35 F42 F45 F52 F56 F91 F92 F93 F94 H12 H14 H16 H18 H23 H53 H54 "
    "H62 H65 H71 H91 K32 K34 K36 K45 K56 K67 K78 N37 N39 N41 N91 P12 P14 P17 P24 P25 P31 P32 P36 "
    "P43 P47 P51 P56 P61 P67 P72 P75 P81 P85 R14 R21 R32 R35 R42 R45 R51 R56 R93 R95 T12 T23 T34 "
    "T45 T56 V14 V15 V23 V31 V35 V42 V92 V93 V94 V95 W12 W23 W34 W91 X35 X42 X91 Y14 Y21 Y25 Y34 "
    "Y35"
)
_EIRCODE: Final = re.compile(
    rf"\b(?:{'|'.join(_ROUTING.split())})[ -]?(?=[A-Z]*[0-9])[0-9ACDEFHKNPRTVWXY]{{4}}\b"
)
_DUBLIN: Final = re.compile(r"(?:\A|[,\n] *)(?:CO\.? )?DUBLIN(?: (?:[1-9]|1[0-9]|2[0-4]|6W))?\Z")
_CANADA: Final = re.compile(
    r"\b([ABCEGHJ-NPRSTVXY])[0-9]([ABCEGHJ-NPRSTV-Z])[ -]?[0-9][A-Z][0-9]\b"
)
_PROVINCE: Final = re.compile(r"\b(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|CANADA)\b")
_ZIP_4: Final = re.compile(r"(?:\A|[ ,])[0-9]{5}-[0-9]{4}\Z")
_STATE_ZIP: Final = re.compile(r"(?:\A|(?P<town>[A-Z]),? +)(?P<state>[A-Z]{2}),? +[0-9]{5}\Z")
_WORDLIKE: Final = frozenset(
    ["ID", "OR", "IN", "OK", "HI", "ME", "OH", "PA", "MS"]
)  # states that are words too
# Codes of the overseas territories that have one each, and the forms of those that have several.
_BERMUDA: Final = re.compile(r"\bbermuda\b", re.IGNORECASE)
_TERRITORY: Final = re.compile(
    rf"\b(?:{'|'.join(BERMUDA_AREAS)}) ?(?:[0-9]{{2}}|[A-Z]{{2}})\b[ ,.-]*BERMUDA\Z|"
    r"\b(?:(?:ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA) ?1ZZ|GX11 ?1AA|AI-?2640|"
    r"VG-? ?11[1-6]0|KY[1-3]-[0-9]{4}|MSR-? ?1[1-3][0-9]{2})\b"
)
_FORCES: Final = re.compile(
    r"\bB\.?F\.?P\.?O\.?(?: (?:NO\.? ?)?|-)?[0-9]{1,4}\b|\ABFPO\Z|\bBRITISH FORCES POST OFFICE\b"
)
# Prefixes that Europe writes before a code: of vehicles, with five digits, or of ISO 3166.
_PREFIXED: Final = re.compile(
    r"\A(?:[DEFI]-[0-9]{5}|(?:DE|ES|FI|FR|IT|EE|GR|HR|LT|MC|RS|TR|UA)-[0-9]{5}|"
    r"(?:AT|BE|BG|CH|CY|DK|HU|LU|LV|NO|SI)-[0-9]{4}|NL-[0-9]{4} ?[A-Z]{2}|PL-[0-9]{2}-?[0-9]{3}|"
    r"PT-[0-9]{4}-?[0-9]{3}|(?:SE?|CZ|SK)-[0-9]{3} ?[0-9]{2})\b"
)
_CEDEX: Final = re.compile(r"\b[0-9]{5}\b.*\bCEDEX\b")
_CODE_AND_PLACE: Final = re.compile(r"\A[0-9]{5},? +(?P<place>[A-Z][A-Z' .,()/-]{2,40})\Z")
_DIGITS_AND_CITY: Final = re.compile(r"[0-9]{4,6}|[0-9]{3} [0-9]{2}")
# Cities with which a code of any length is certain; none has a British namesake of any size.
_CITIES: Final = re.compile(
    r"\b(?:AMSTERDAM|ROTTERDAM|UTRECHT|EINDHOVEN|BRUSSELS|BRUXELLES|BRUSSEL|ANTWERP(?:EN)?|"
    r"COPENHAGEN|KOBENHAVN|OSLO|STOCKHOLM|GOTEBORG|GOTHENBURG|VIENNA|WIEN|ZURICH|GENEVA|GENEVE|"
    r"BASEL|LAUSANNE|LUXEMBOURG|PARIS|LYON|MARSEILLE|TOULOUSE|BERLIN|MUNICH|MUNCHEN|HAMBURG|"
    r"FRANKFURT|DUSSELDORF|STUTTGART|MADRID|BARCELONA|LISBON|LISBOA|ROME|ROMA|MILAN|MILANO|"
    r"WARSAW|WARSZAWA|PRAGUE|PRAHA|BUDAPEST|ATHENS|DUBLIN|SYDNEY|MELBOURNE|BRISBANE|AUCKLAND|"
    r"SINGAPORE|NEW YORK|SAN FRANCISCO|LOS ANGELES|CHICAGO|SEATTLE|TORONTO|MUMBAI|BANGALORE|"
    r"BENGALURU|NEW DELHI|TOKYO|TEL AVIV|DUBAI)\b"
)
# Words that show that five digits and a name are no code of another country and its town: words
# of companies, of streets and of junk, and the towns after which the British areas are named.
_NO_PLACE_LIST = (
    "LTD LIMITED PLC LLP CIC INC CO COMPANY SERVICES GROUP TRUST COUNCIL SCHOOL ACADEMY "
    "STREET ROAD LANE AVENUE CLOSE DRIVE WAY HOUSE COURT PARK GARDENS ESTATE UNIT FLAT FLOOR "
    "BUILDING BUSINESS CENTRE FARM COTTAGE BARN HALL UNKNOWN NONE NULL NA NIL TBC TBA TEST "
    "OTHER MISSING INVALID VARIOUS EXT TEL FAX REF ACCOUNT INVOICE SUPPLIER VENDOR CUSTOMER "
    "BOX PO UK GB ENGLAND WALES SCOTLAND IRELAND KINGDOM BRITAIN ESSEX SUFFOLK NORFOLK KENT "
    "POUNDS GBP DAYS HOURS UNITS ITEMS THE AND OF "
    "ABERDEEN ALBANS BIRMINGHAM BATH BLACKBURN BRADFORD BOURNEMOUTH BOLTON BRIGHTON BROMLEY "
    "BRISTOL BELFAST CARLISLE CAMBRIDGE CARDIFF CHESTER CHELMSFORD COLCHESTER CROYDON "
    "CANTERBURY COVENTRY CREWE DARTFORD DUNDEE DERBY DUMFRIES DURHAM DARLINGTON DONCASTER "
    "DORCHESTER DUDLEY EDINBURGH ENFIELD EXETER FALKIRK BLACKPOOL GLASGOW GLOUCESTER "
    "GUILDFORD HARROW HUDDERSFIELD HARROGATE HEMEL HEREFORD HULL HALIFAX ILFORD IPSWICH "
    "INVERNESS KILMARNOCK KINGSTON KIRKWALL KIRKCALDY LIVERPOOL LANCASTER LLANDRINDOD "
    "LEICESTER LLANDUDNO LINCOLN LEEDS LUTON MANCHESTER ROCHESTER MILTON MOTHERWELL NEWCASTLE "
    "NOTTINGHAM NORTHAMPTON NEWPORT NORWICH OLDHAM OXFORD PAISLEY PETERBOROUGH PERTH PLYMOUTH "
    "PORTSMOUTH PRESTON READING REDHILL ROMFORD SHEFFIELD SWANSEA STEVENAGE STOCKPORT SLOUGH "
    "SUTTON SWINDON SOUTHAMPTON SALISBURY SUNDERLAND SOUTHEND STOKE SHREWSBURY TAUNTON "
    "GALASHIELS TELFORD TONBRIDGE TORQUAY TRURO CLEVELAND TWICKENHAM SOUTHALL LONDON "
    "WARRINGTON WATFORD WAKEFIELD WIGAN WORCESTER WALSALL WOLVERHAMPTON YORK LERWICK CLACTON "
    "BRAINTREE SUDBURY HARWICH TENDRING BABERGH MALDON WITHAM HALSTEAD"
)
_NO_PLACE: Final = frozenset(_NO_PLACE_LIST.split())
_PARTS: Final = re.compile(r"[,;\n]")
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0]+")


def read_unread(text: str, postcodes: int) -> Unread | None:
    """
    Find out what a text is that cannot be read as one postcode.

    ``postcodes``: number of postcodes within it, other than 1. Returns ``OUTWARD`` for a sector
    (``CO1 1``), with the number of its outward code; ``SEVERAL``, ``WITHHELD`` or ``ABROAD``; None
    if it is none of these.

    Examples
    --------
    >>> read_unread("D02 AF30", 0).said
    'a postcode of Ireland'
    >>> read_unread("12345", 0) is None
    True
    """
    if postcodes > 1:
        return Unread(SEVERAL, 0, "more than one postcode")
    if not SHORTEST_UNREAD <= len(text) <= _LONGEST_UNREAD:
        return None
    plain = _plain(text)
    if not plain or plain.isdecimal():
        return None
    sector = _sector(plain)
    if sector is not None:
        return sector
    if is_withheld(plain):
        return Unread(WITHHELD, 0, "withheld")
    said = _abroad(plain)
    return None if said is None else Unread(ABROAD, 0, said)


def _plain(text: str) -> str:
    """Return text in capitals, without accents, with single spaces."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in parts if not unicodedata.combining(c))
    return _SPACES.sub(" ", text).strip(" .,;:'\"*-[](){}<>\n").upper()


_SECTOR: Final = re.compile(r"([A-Z]{1,2})([0-9])([0-9A-Z]?)[ -]([0-9])\Z")


def _sector(plain: str) -> Unread | None:
    found = _SECTOR.match(plain)
    if found is None or found[1] not in AREAS:
        return None
    last = found[3]
    lettered = found[1] in LETTER_DISTRICT_AREAS and last in DISTRICT_LETTERS
    if last.isalpha() and not lettered:
        return None
    outward = f"{found[1]}{found[2]}{last}"
    return Unread(OUTWARD, outward_number(outward), outward)


def names_bermuda(text: str) -> bool:
    """Return whether a text has the word Bermuda."""
    return _BERMUDA.search(text) is not None


def says_withheld(text: str) -> bool:
    """
    Return whether a text has words that are only written where something was withheld.

    True for "Redacted", "Personal data" and the like.
    """
    return _WITHHELD.search(text) is not None


def is_withheld(text: str) -> bool:
    """
    Return whether a text says that something was withheld.

    True for words such as "Redacted" or "Personal data", not for a name with one of them, such as
    "Private Hire Ltd".

    Examples
    --------
    >>> is_withheld("REDACTED PERSONAL DATA"), is_withheld("Confidential Waste Ltd")
    (True, False)
    """
    if says_withheld(text):
        return True
    words = re.findall(r"[a-z0-9]+", text.casefold())
    return (
        0 < len(words) <= _MOST_WORDS
        and _WITHHELD_TOGETHER.issuperset(words)
        and not _WITHHELD_ALONE.isdisjoint(words)
    )


def _abroad(plain: str) -> str | None:
    """Return words for the country or territory that a text is of; None if none is certain."""
    if _EIRCODE.search(plain) or _DUBLIN.search(plain):
        return "a postcode of Ireland"
    if _TERRITORY.search(plain):
        return "a postcode of an overseas territory"
    if _FORCES.search(plain):
        return "an address of the British Forces Post Office"
    if _is_american(plain):
        return "a postcode of the United States"
    canada = _CANADA.search(plain)
    if canada and (canada[1] not in LETTER_DISTRICT_AREAS or _PROVINCE.search(plain)):
        return "a postcode of Canada"
    if _is_of_a_town(plain) or names_country_abroad(_PARTS.split(plain)[-1]):
        return "an address in another country"
    return None


def _is_american(plain: str) -> bool:
    if _ZIP_4.search(plain):
        return True
    found = _STATE_ZIP.search(plain)
    if found is None or not is_state(found["state"]):
        return False
    return found["town"] is not None or found["state"] not in _WORDLIKE


def _is_of_a_town(plain: str) -> bool:
    """Return whether a text is a code of digits with the town or the country that it is of."""
    if _PREFIXED.match(plain) or _CEDEX.search(plain):
        return True
    if _DIGITS_AND_CITY.search(plain) and _CITIES.search(plain):
        return _NO_PLACE.isdisjoint(re.findall(r"[A-Z]+", _CITIES.sub("", plain)))
    found = _CODE_AND_PLACE.match(plain)
    return found is not None and _NO_PLACE.isdisjoint(re.findall(r"[A-Z]+", found["place"]))
