"""
A council's configuration: its anchor, its options and the places in dispute.

Each council has one TOML file, ``data/councils/NAME.toml``. A district without a file
gets a default configuration from :mod:`localarea.options.by_name.any_council`. This module must not
import pandas, because every check of a single postcode passes through it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from localarea.errors import DataMissingError, NotFoundError, OptionNotFoundError, SettingError
from localarea.options.council_faults import council_faults
from localarea.options.mandate import Mandate, parse_mandate
from localarea.options.option_ids import KEY
from localarea.options.region_options import region_words
from localarea.options.reserving import county_council, reserving_words
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.options.mandate_area import MandateArea
    from localarea.records import ZoneSystem

DRIVE: Final = re.compile(r"drive-([1-9]\d{0,3})\Z")


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """
    An option as stated in the council's file, before its zones are computed.

    Attributes
    ----------
    id : str
        Short name, such as ``ttwa-official``.
    settings : tuple of (str, object)
        Parameters of the method, sorted by name, with hashable values.
    description : str
        How the zones are chosen, in one sentence without a full stop; may be empty.
    """

    id: str
    method: str
    title: str
    settings: tuple[tuple[str, Any], ...] = ()
    description: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """
        Return the parameters by name.

        Name to value; lists are tuples, and tables are tuples of pairs.
        """
        return dict(self.settings)


def drive_spec(minutes: int, anchor: str) -> OptionSpec:
    """
    Create the option ``drive-N``.

    ``minutes``: longest journey that is included (min). As if read from a council's file.

    Examples
    --------
    >>> drive_spec(37, "Norwich").title
    "Within 37 minutes' drive of Norwich"
    """
    place = spoken_name(anchor)
    return OptionSpec(
        f"drive-{minutes}",
        "drive",
        f"Within {minutes} minutes' drive of {place}",
        (("minutes", minutes),),
        f"Zones within {minutes} minutes of {place} by car, door to door",
    )


@dataclass(frozen=True, slots=True)
class Contested:
    """
    A place in dispute: options are shown with and without it.

    Attributes
    ----------
    key : str
        Suffix after ``+`` or ``-`` in an option's id, such as ``ipswich``.
    place : str
        The place, as :func:`localarea.places.resolve.resolve_place` reads it.
    """

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class Council:
    """
    A council's configuration. Hashable, so that results can be cached by it.

    Attributes
    ----------
    key : str
        Name of the file, such as ``colchester``.
    default_option : str
        Id of the option used until a definition is published.
    options : tuple of OptionSpec
        Options, in display order.
    configured : bool
        False if the configuration was created from an anchor alone.
    priority_measures : tuple of str
        References of the social value measures that come first.
    """

    key: str
    title: str
    anchor: str
    zone_system: ZoneSystem
    default_option: str
    options: tuple[OptionSpec, ...]
    contested: tuple[Contested, ...] = ()
    configured: bool = True
    mandate: Mandate | None = None
    priority_measures: tuple[str, ...] = ()

    @property
    def mandate_area(self) -> MandateArea | None:
        """Return what was resolved as an area; None if the file states none."""
        return self.mandate.area if self.mandate else None

    def knows(self, option_id: str) -> bool:
        """Return whether an option has this id, without a place in dispute at its end."""
        try:
            self.spec(option_id)
        except OptionNotFoundError:
            return False
        return True

    def spec(self, option_id: str) -> OptionSpec:
        """
        Find an option by its id, without ``+`` and ``-`` suffixes.

        ``drive-N`` is accepted for any whole number of minutes, listed or not, and so are the
        options for reserving contracts and those for the mandate's region. OptionNotFoundError if
        the council has no such option; the message suggests the nearest ids.
        """
        for spec in self.options:
            if spec.id == option_id:
                return spec
        driven = DRIVE.match(option_id)
        if driven:
            return drive_spec(int(driven[1]), self.anchor)
        region = region_words(option_id, self.mandate_area)
        if region:
            return OptionSpec(option_id, option_id, *region)
        reserving = reserving_words(option_id, county_council(self.title) or self.anchor)
        if reserving:
            method, title, description, others = reserving
            settings = (("with", others),) if others else ()
            return OptionSpec(option_id, method, title, settings, description)
        raise OptionNotFoundError(option_id, [spec.id for spec in self.options])


def _folder(store: DataStore | None) -> Path:
    from localarea.datasets.store import default_store

    return (store or default_store()).root / "councils"


def council_names(*, store: DataStore | None = None) -> tuple[str, ...]:
    """List the councils that have a file: names accepted by :func:`read_council`, sorted."""
    return tuple(sorted(path.stem for path in _folder(store).glob("*.toml")))


def read_council(name: str = "colchester", *, store: DataStore | None = None) -> Council:
    """
    Read a council's file.

    Parameters
    ----------
    name : str, default "colchester"
        Name of the file in ``councils/``, without its extension.

    Returns
    -------
    Council
        The validated configuration; place names are resolved on use.

    Raises
    ------
    NotFoundError
        If there is no such file; the message lists those that exist.
    SettingError
        If the file is not valid TOML or a setting is not allowed; every fault is reported.

    Examples
    --------
    >>> read_council("norwich").default_option
    'ttwa-official'
    """
    path = _folder(store) / f"{name.casefold()}.toml"
    if not KEY.match(name.casefold()) or not path.is_file():
        known = council_names(store=store)
        if not known:
            raise DataMissingError(path)
        raise NotFoundError(
            f"council {name!r} has no file; the councils with a file are: {', '.join(known)}; "
            f"any other has the options that every district has: la.council({name!r})"
        )
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def read_council_file(path: str | Path) -> Council:
    """
    Read a council's file that is kept outside the folder of the tables.

    NotFoundError if there is no such file. SettingError if the file is not valid TOML, a setting is
    not allowed, or its name is no name for a council.
    """
    from pathlib import Path

    file = Path(path)
    if not file.is_file():
        raise NotFoundError(f"there is no council file {file}")
    require_file_name(file)
    stat = file.stat()
    return _read(file, stat.st_mtime_ns, stat.st_size)


def require_file_name(path: Path) -> None:
    """Raise a `SettingError` if a file's name cannot be that of a council."""
    if path.suffix != ".toml" or not KEY.match(path.stem):
        raise SettingError(
            f"the file {path.name} names the council, so its name must be lowercase letters, "
            "digits and single hyphens, and .toml, such as east-devon.toml"
        )


@lru_cache(maxsize=64)
def _read(path: Path, _mtime_ns: int, _size: int) -> Council:
    try:
        text = path.read_text(encoding="utf-8")
        stated = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path.name}: not a TOML file: {error}") from error
    return parse_council(stated, key=path.stem)


def parse_council(stated: Mapping[str, Any], *, key: str) -> Council:
    """
    Create a council from the contents of a TOML file.

    ``stated``: contents of the file; ``docs/options.md`` describes the keys. SettingError if
    anything is missing or not allowed; every fault is reported.

    Examples
    --------
    >>> stated = {"title": "T", "anchor": "Norwich", "options": {"district": {"title": "Alone"}}}
    >>> parse_council(stated, key="norwich").options[0].method
    'district'
    """
    faults = council_faults(stated)
    if faults:
        raise SettingError(f"council file {key}.toml: " + "; ".join(faults))
    options = tuple(_spec(name, body) for name, body in stated["options"].items())
    return Council(
        key=key,
        title=stated["title"],
        anchor=stated["anchor"],
        zone_system=cast("ZoneSystem", stated.get("zone_system", "msoa11")),
        default_option=stated.get("default_option", options[0].id),
        options=options,
        contested=tuple(
            Contested(name, body["place"]) for name, body in stated.get("contested", {}).items()
        ),
        mandate=parse_mandate(stated.get("mandate")),
        priority_measures=tuple(stated.get("priority_measures", ())),
    )


def _spec(name: str, body: Mapping[str, Any]) -> OptionSpec:
    words = ("method", "title", "description")
    settings = {k: _frozen(v) for k, v in body.items() if k not in words}
    return OptionSpec(
        name,
        body.get("method", name),
        body["title"],
        tuple(sorted(settings.items())),
        body.get("description", ""),
    )


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((k, _frozen(v)) for k, v in value.items())
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value
