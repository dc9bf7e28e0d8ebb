"""Countries as people write them in a table, and whether they are outside the United Kingdom."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Codes of ISO 3166-1 and English short names as of 2025, without the United Kingdom, the Channel
# Islands and the Isle of Man.
_CODES: Final = (
    "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GD GE GF GH GI GL GM GN GP GQ GR GS GT GU GW GY "
    "HK HN HR HT HU ID IE IL IN IO IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB "
    "LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX "
    "MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA "
    "RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH "
    "TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM "
    "ZW "
)
_LONG_CODES: Final = (
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR "
    "BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK "
    "COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH "
    "FIN FJI FLK FRA FRO FSM GAB GEO GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG "
    "HND HRV HTI HUN IDN IND IOT IRL IRN IRQ ISL ISR ITA JAM JOR JPN KAZ KEN KGZ KHM KIR KNA KOR "
    "KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI "
    "MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL "
    "NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU "
    "SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR "
    "TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR URY USA UZB VAT VCT VEN "
    "VGB VIR VNM VUT WLF WSM XKX YEM ZAF ZMB ZWE"
)
_NAMES: Final = (
    "Afghanistan; Albania; Algeria; American Samoa; Andorra; Angola; Anguilla; Antigua & "
    "Barbuda; Argentina; Armenia; Aruba; Ascension Island; Australia; Austria; Azerbaijan; "
    "Bahamas; Bahrain; Bangladesh; Barbados; Belarus; Belgium; Belize; Benin; Bermuda; Bhutan; "
    "Bolivia; Bosnia & Herzegovina; Botswana; Brazil; British Indian Ocean Territory; British "
    "Virgin Islands; Brunei; Bulgaria; Burkina Faso; Burundi; Cambodia; Cameroon; Canada; "
    "Canary Islands; Cape Verde; Caribbean Netherlands; Cayman Islands; Central African "
    "Republic; Chad; Chile; China; Christmas Island; Cocos (Keeling) Islands; Colombia; "
    "Comoros; Congo - Brazzaville; Congo - Kinshasa; Cook Islands; Costa Rica; Croatia; Cuba; "
    "Curaçao; Cyprus; Czechia; Côte d'Ivoire; Denmark; Djibouti; Dominica; Dominican Republic; "
    "Ecuador; Egypt; El Salvador; Equatorial Guinea; Eritrea; Estonia; Eswatini; Ethiopia; "
    "Falkland Islands; Faroe Islands; Fiji; Finland; France; French Guiana; French Polynesia; "
    "Gabon; Gambia; Georgia; Germany; Ghana; Gibraltar; Greece; Greenland; Grenada; Guadeloupe; "
    "Guam; Guatemala; Guinea; Guinea-Bissau; Guyana; Haiti; Honduras; Hong Kong SAR China; "
    "Hungary; Iceland; India; Indonesia; Iran; Iraq; Ireland; Israel; Italy; Jamaica; Japan; "
    "Jordan; Kazakhstan; Kenya; Kiribati; Kosovo; Kuwait; Kyrgyzstan; Laos; Latvia; Lebanon; "
    "Lesotho; Liberia; Libya; Liechtenstein; Lithuania; Luxembourg; Macao SAR China; "
    "Madagascar; Malawi; Malaysia; Maldives; Mali; Malta; Marshall Islands; Martinique; "
    "Mauritania; Mauritius; Mayotte; Mexico; Micronesia; Moldova; Monaco; Mongolia; Montenegro; "
    "Montserrat; Morocco; Mozambique; Myanmar (Burma); Namibia; Nauru; Nepal; Netherlands; New "
    "Caledonia; New Zealand; Nicaragua; Niger; Nigeria; Niue; Norfolk Island; North Korea; "
    "North Macedonia; Northern Mariana Islands; Norway; Oman; Pakistan; Palau; Palestinian "
    "Territories; Panama; Papua New Guinea; Paraguay; Peru; Philippines; Pitcairn Islands; "
    "Poland; Portugal; Puerto Rico; Qatar; Romania; Russia; Rwanda; Réunion; Samoa; San Marino; "
    "Saudi Arabia; Senegal; Serbia; Seychelles; Sierra Leone; Singapore; Sint Maarten; "
    "Slovakia; Slovenia; Solomon Islands; Somalia; South Africa; South Georgia & South Sandwich "
    "Islands; South Korea; South Sudan; Spain; Sri Lanka; St. Barthélemy; St. Helena; St. Kitts "
    "& Nevis; St. Lucia; St. Martin; St. Pierre & Miquelon; St. Vincent & Grenadines; Sudan; "
    "Suriname; Svalbard & Jan Mayen; Sweden; Switzerland; Syria; São Tomé & Príncipe; Taiwan; "
    "Tajikistan; Tanzania; Thailand; Timor-Leste; Togo; Tokelau; Tonga; Trinidad & Tobago; "
    "Tristan da Cunha; Tunisia; Turkmenistan; Turks & Caicos Islands; Tuvalu; Türkiye; U.S. "
    "Virgin Islands; Uganda; Ukraine; United Arab Emirates; United States; Uruguay; Uzbekistan; "
    "Vanuatu; Vatican City; Venezuela; Vietnam; Wallis & Futuna; Western Sahara; Yemen; Zambia; "
    "Zimbabwe; Åland Islands; "
)
_OTHER_NAMES: Final = (
    "america; united states of america; u.s.a.; u.s.; eire; republic of ireland; rep of ireland; "
    "rep. of ireland; irish republic; southern ireland; roi; holland; the netherlands; burma; "
    "myanmar; czech republic; turkey; ivory coast; hong kong; hong kong sar; macau; macao; korea; "
    "republic of korea; russian federation; swaziland; macedonia; deutschland; espana; italia; "
    "osterreich; schweiz; suisse; belgie; belgique; polska; sverige; norge; danmark; suomi; "
    "uae; u.a.e.; prc; people's republic of china; viet nam; bosnia; trinidad; saint lucia; "
    "saint helena; cote d'ivoire; democratic republic of the congo; drc; congo; palestine; "
    "state of palestine; the gambia; the bahamas; the philippines; cabo verde; east timor; "
    "vatican; holy see; slovak republic; hellas; brasil; the united states; falklands; "
    "the falkland islands; bvi; turks and caicos; pitcairn; ireland (republic of); "
    "ireland, republic of; south georgia; british overseas territory; overseas; abroad; foreign; "
    "non uk; non-uk; outside uk; outside the uk; european union; rest of world;"
)
_HOME_NAMES: Final = (
    "uk; u.k.; u.k; gb; g.b.; gbr; united kingdom; the united kingdom; great britain; britain; "
    "england; wales; scotland; northern ireland; n ireland; n. ireland; ni; cymru; eng; wal; sco; "
    "nir; wls; sct; england and wales; united kingdom of great britain and northern ireland; "
    "uk - england; uk mainland; british; english; jersey; guernsey; alderney; sark; isle of man; "
    "channel islands; ci; iom; je; gg; im; jey; ggy; imn; united kingdom (gb); united kingdom (uk);"
)
# Codes that a British table uses for something nearer home: Northern Ireland, the Channel Islands,
# Scotland.
_NEARER: Final = frozenset({"NI", "CI", "SC"})
# States, territories and armed forces of the United States, as the US Postal Service writes them.
_STATE_LIST = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AE AP"
)
_STATES: Final = frozenset(_STATE_LIST.split())
_STATE_NAME_LIST = (
    "alabama; alaska; arizona; arkansas; california; colorado; connecticut; delaware; florida; "
    "georgia; hawaii; idaho; illinois; indiana; iowa; kansas; kentucky; louisiana; maine; "
    "maryland; massachusetts; michigan; minnesota; mississippi; missouri; montana; nebraska; "
    "nevada; new hampshire; new jersey; new mexico; new york; north carolina; north dakota; "
    "ohio; oklahoma; oregon; pennsylvania; rhode island; south carolina; south dakota; "
    "tennessee; texas; utah; vermont; virginia; washington; west virginia; wisconsin; wyoming; "
    "district of columbia; puerto rico"
)
_STATE_NAMES: Final = frozenset(name.strip() for name in _STATE_NAME_LIST.split(";"))
_LONGEST: Final = 60  # characters; a longer text names no country
_SPACES: Final = re.compile(r"[\s_]+")


def _plain(text: str) -> str:
    """Return a name without case, accents, outer punctuation and doubled spaces."""
    parts = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in parts if not unicodedata.combining(c)).replace("\u2019", "'")
    return _SPACES.sub(" ", bare).strip(" .,;:'\"()[]*").casefold()


def _split(names: str) -> frozenset[str]:
    plain = {_plain(name) for name in names.split(";")} - {""}
    return frozenset(plain | {name.replace("&", "and") for name in plain})


_FOREIGN: Final = _split(_NAMES) | _split(_OTHER_NAMES)
_FOREIGN_CODES: Final = frozenset(_CODES.split()) - _NEARER | frozenset(_LONG_CODES.split())
_HOME: Final = _split(_HOME_NAMES)


def is_abroad(country: str) -> bool | None:
    """
    Return whether a country, as a table names it, is outside the United Kingdom.

    ``country``: name in English, or code of ISO 3166-1. Returns False for the United Kingdom and
    its nations, the Channel Islands and the Isle of Man; None for text that names no country.

    Examples
    --------
    >>> is_abroad("FRANCE"), is_abroad("IE"), is_abroad("England"), is_abroad("Essex")
    (True, True, False, None)
    """
    if len(country) > _LONGEST:
        return None
    plain = _plain(country)
    if plain in _HOME:
        return False
    if plain in _FOREIGN or plain.upper() in _FOREIGN_CODES:
        return True
    return None


def names_country_abroad(text: str) -> bool:
    """
    Return whether a text is the name of a country outside the United Kingdom, in full.

    ``text``: text, such as the last line of an address. Returns False for codes, which may stand
    for anything.

    Examples
    --------
    >>> names_country_abroad("Ireland"), names_country_abroad("IE")
    (True, False)
    """
    plain = _plain(text) if len(text) <= _LONGEST else ""
    return plain in _FOREIGN


def is_state(text: str) -> bool:
    """
    Return whether a text is a state of the United States, by its code or name.

    True for the codes of the US Postal Service.

    Examples
    --------
    >>> is_state("ny"), is_state("New York"), is_state("Essex")
    (True, True, False)
    """
    plain = _plain(text) if len(text) <= _LONGEST else ""
    return plain.upper() in _STATES or plain in _STATE_NAMES
