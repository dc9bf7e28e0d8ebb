"""Configuration: counting rules by name and version, and proxy values by edition."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import FileFormatError, SettingError
from localarea.measures.catalogue import MEASURE_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE: Final = Path(__file__).parent
PROXY_TEMPLATE: Final = _HERE / "proxies_template.toml"
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "local_on": ("each_row", "first_row"),
    "unknown": ("not_local", "excluded"),
    "credit_notes": ("subtract", "refuse"),
    "registered_office": ("accept", "unknown"),
    "address_type_blank": ("accept", "unknown"),
}
_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "employers": ("contractor", "supply_chain"),
    "nt2_employers": ("contractor", "supply_chain"),
    "nt19_sizes": ("micro", "small", "medium", "large", "vcse"),
}
_WHOLE: Final = ("person_years", "disadvantaged_years")
_YES_NO: Final = ("one_disadvantaged_type", "localised")
_MOST_YEARS: Final = 99
_MOST_FTE: Final = 2
_KEYS: Final = (*_WHOLE, *_YES_NO, *_CHOICES, *_LISTS, "fte_cap")


@dataclass(frozen=True, slots=True)
class CountingRule:
    """
    The rule by which rows become figures.

    Attributes
    ----------
    id, version, title : str
        Name and version, shown with every figure, and a one-line title.
    person_years : int
        Years from a person's first day on the contract that count; 0 for no limit.
    disadvantaged_years : int
        As ``person_years``, for NT3 to NT6 and the armed-forces measure.
    one_disadvantaged_type : bool
        Whether one person counts under only one of NT3 to NT6.
    localised : bool
        Whether NT3 to NT6, NT10 and the armed-forces measure count only local people.
    employers, nt2_employers : tuple of str
        Employers whose staff count under those measures, and in NT2.
    local_on : {'each_row', 'first_row'}
        Home that decides: that of each row, or of the person's first row.
    unknown : {'not_local', 'excluded'}
        Whether an unknown postcode stays in the divisor of a share.
    fte_cap : decimal.Decimal
        Maximum full-time equivalent of one person on one contract at any time.
    registered_office, address_type_blank : {'accept', 'unknown'}
        Whether such an address is accepted as the supplier's location.
    sources : mapping of str to str
        Source of each setting, or "ours".
    """

    id: str
    version: str
    title: str
    person_years: int
    disadvantaged_years: int
    one_disadvantaged_type: bool
    localised: bool
    employers: tuple[str, ...]
    nt2_employers: tuple[str, ...]
    local_on: str
    unknown: str
    fte_cap: Decimal
    nt19_sizes: tuple[str, ...]
    credit_notes: str
    registered_office: str
    address_type_blank: str
    sources: Mapping[str, str] = field(default_factory=dict)


def read_rules(path: Path | None = None) -> dict[str, CountingRule]:
    """
    Read the counting rules.

    ``path``: TOML file of custom rules; None means those of the package. Returns rules by id, with
    the default rule first. SettingError if a rule lacks a setting, has an unknown one, or states no
    source.
    """
    document = _read_toml(path or _HERE / "counting_rules.toml")
    tables = document.get("rules", {})
    if not isinstance(tables, dict) or not tables:
        raise SettingError("a file of counting rules must have a table [rules.NAME]")
    rules = {name: _rule(name, table) for name, table in tables.items()}
    first = document.get("default", next(iter(rules)))
    if not isinstance(first, str) or first not in rules:
        raise SettingError(f"the default rule {first!r} is not in the file")
    return {first: rules[first], **rules}


def read_rule(name: str | None = None, path: Path | None = None) -> CountingRule:
    """
    Read one counting rule.

    ``name``: id of the rule; None means the default of the file. ``path``: TOML file of rules; None
    means those of the package. SettingError if there is no such rule.

    Examples
    --------
    >>> read_rule("whole-duration-or-one-year").person_years
    1
    """
    rules = read_rules(path)
    if name is None:
        return next(iter(rules.values()))
    if name not in rules:
        raise SettingError(f"there is no counting rule {name!r}; there are {', '.join(rules)}")
    return rules[name]


def _rule(name: str, table: Any) -> CountingRule:
    settings = table.get("settings", {}) if isinstance(table, dict) else None
    if not isinstance(settings, dict):
        raise SettingError(f"counting rule {name!r} must be a table with a table of settings")
    faults = [f"it lacks {key!r}" for key in _KEYS if key not in settings]
    faults += [f"{key!r} is not a setting" for key in settings if key not in _KEYS]
    faults += [f"it lacks {key!r}" for key in ("version", "title") if not table.get(key)]
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for key in (k for k in _KEYS if k in settings):
        entry = settings[key]
        if not isinstance(entry, dict) or "value" not in entry or not entry.get("source"):
            faults.append(f"{key!r} must be {{ value = ..., source = ... }}, or source = 'ours'")
            continue
        sources[key] = str(entry["source"])
        values[key], fault = _setting(key, entry["value"])
        faults += [fault] if fault else []
    if faults:
        raise SettingError(f"counting rule {name!r}: " + "; ".join(faults))
    return CountingRule(
        id=name, version=str(table["version"]), title=str(table["title"]), sources=sources, **values
    )


def _setting(key: str, value: Any) -> tuple[Any, str]:
    if key in _WHOLE:
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_YEARS
        return value, "" if good else f"{key!r} must be a whole number of years, 0 to {_MOST_YEARS}"
    if key in _YES_NO:
        return value, "" if isinstance(value, bool) else f"{key!r} must be true or false"
    if key in _CHOICES:
        good = value in _CHOICES[key]
        return value, "" if good else f"{key!r} must be one of {', '.join(_CHOICES[key])}"
    if key in _LISTS:
        good = isinstance(value, list) and bool(value) and all(v in _LISTS[key] for v in value)
        words = ", ".join(_LISTS[key])
        return tuple(value) if good else (), "" if good else f"{key!r} must list some of {words}"
    amount = _decimal(value)
    good = amount is not None and 0 < amount <= _MOST_FTE
    return amount, "" if good else f"{key!r} must be a number over 0, at most {_MOST_FTE}"


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, float):
        return None  # a binary fraction is not the number as written
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class Proxies:
    """
    Proxy values: pounds for one unit of each measure.

    ``amounts``: pounds by reference of the measure.
    """

    edition: str
    source: str
    amounts: Mapping[str, Decimal]


def read_proxies(path: Path) -> Proxies:
    """
    Read proxy values.

    ``path``: completed copy of the TOML template in the package. Returns values that are not blank.
    SettingError if edition or source is blank, or a value is not an amount in quotes.
    """
    document = _read_toml(path)
    faults = [
        f"{key!r} is blank: state it, because values are only reported with it"
        for key in ("edition", "source")
        if not str(document.get(key, "")).strip()
    ]
    values: dict[str, Decimal] = {}
    stated = document.get("values", {})
    if not isinstance(stated, dict):
        faults.append("'values' must be a table of amounts by measure")
        stated = {}
    for ref, value in stated.items():
        if value == "":
            continue
        amount = _decimal(value)
        if ref not in MEASURE_OF or MEASURE_OF[ref].unit in {"%", "ratio"}:
            faults.append(f"{ref!r} is not a measure that has a proxy value")
        elif amount is None or amount < 0:
            faults.append(f"the value of {ref} must be an amount in quotes, such as '1234.56'")
        else:
            values[ref] = amount
    if faults:
        raise SettingError(f"{path}: " + "; ".join(faults))
    return Proxies(str(document["edition"]), str(document["source"]), values)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileFormatError(path, f"it cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} is not TOML: {error}") from None
