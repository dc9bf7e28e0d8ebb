"""
What a council has set down: its anchor, its options and the places in dispute.

One TOML file a council, ``data/councils/NAME.toml``; another council is another
file, or none at all: :func:`council_of_anchor` makes a plain one for any district.
Nothing here needs pandas, for a check of one postcode passes through it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from localarea.errors import DataMissingError, NotFoundError, OptionNotFoundError, SettingError
from localarea.options.mandate import Mandate, mandate_faults, parse_mandate
from localarea.records import ZoneSystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from localarea.datasets.store import DataStore

KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
DRIVE: Final = re.compile(r"drive-([1-9]\d{0,3})\Z")
_TOP_KEYS: Final = frozenset(
    {"title", "anchor", "zone_system", "default_option", "contested", "options", "mandate"}
)


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """
    One option as the council's file states it, before any zone is known.

    Attributes
    ----------
    id : str
        Short name, such as ``ttwa-official``.
    method : str
        Name of the method that chooses the zones.
    title : str
        One line for people.
    settings : tuple of (str, object)
        Parameters of the method, sorted by name; values hashable.
    """

    id: str
    method: str
    title: str
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """
        Give the parameters by name.

        Returns
        -------
        dict
            Name to value; a list became a tuple and a table a tuple of pairs.
        """
        return dict(self.settings)


def drive_spec(minutes: int, anchor: str) -> OptionSpec:
    """
    Make the option ``drive-N``.

    Parameters
    ----------
    minutes : int
        The longest drive that still counts.
    anchor : str
        Where from.

    Returns
    -------
    OptionSpec
        What a council's file would state.

    Examples
    --------
    >>> drive_spec(37, "Norwich").title
    'Zones within 37 minutes door to door by car of the centre of Norwich'
    """
    title = f"Zones within {minutes} minutes door to door by car of the centre of {anchor}"
    return OptionSpec(f"drive-{minutes}", "drive", title, (("minutes", minutes),))


@dataclass(frozen=True, slots=True)
class Contested:
    """
    A place whose membership is in dispute, so that options are shown with and without it.

    Attributes
    ----------
    key : str
        What follows ``+`` or ``-`` in the id of an option, such as ``ipswich``.
    place : str
        The place, as :func:`localarea.places.resolve.resolve_place` reads it.
    """

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class Council:
    """
    A council's configuration. Hashable, so that what is computed from it can be kept.

    Attributes
    ----------
    key : str
        Name of the file, such as ``colchester``.
    title : str
        Name of the council for people.
    anchor : str
        The district the labour market is measured from.
    zone_system : str
        System and vintage of the zones that are in or out.
    default_option : str
        Id of the option that answers until a definition is published.
    options : tuple of OptionSpec
        The options, in the order in which they are shown.
    contested : tuple of Contested
        Places in dispute.
    configured : bool
        False when the council was made up from an anchor alone.
    mandate : Mandate or None
        The authority to decide, where the file states it.
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

    def spec(self, option_id: str) -> OptionSpec:
        """
        Find an option by its id, without ``+`` and ``-`` endings.

        ``drive-N`` is one for any whole number of minutes, listed or not.

        Parameters
        ----------
        option_id : str
            Id such as ``ttwa-official``.

        Returns
        -------
        OptionSpec
            What the file states.

        Raises
        ------
        OptionNotFoundError
            If the council has no such option; the nearest ids are named.
        """
        for spec in self.options:
            if spec.id == option_id:
                return spec
        driven = DRIVE.match(option_id)
        if driven:
            return drive_spec(int(driven[1]), self.anchor)
        raise OptionNotFoundError(option_id, [spec.id for spec in self.options])


def _folder(store: DataStore | None) -> Path:
    from localarea.datasets.store import default_store

    return (store or default_store()).root / "councils"


def council_names(*, store: DataStore | None = None) -> tuple[str, ...]:
    """
    List the councils that have a file.

    Parameters
    ----------
    store : DataStore, optional
        Where the tables and the councils' files are; by default those of the package.

    Returns
    -------
    tuple of str
        Names for :func:`read_council`, sorted.
    """
    return tuple(sorted(path.stem for path in _folder(store).glob("*.toml")))


def read_council(name: str = "colchester", *, store: DataStore | None = None) -> Council:
    """
    Read a council's file.

    Parameters
    ----------
    name : str, default "colchester"
        Name of the file in ``councils/``, without its ending.
    store : DataStore, optional
        Where the tables and the councils' files are; by default those of the package.

    Returns
    -------
    Council
        The configuration, checked for form; the places are looked up when used.

    Raises
    ------
    NotFoundError
        If there is no such file; those there are, are named.
    SettingError
        If the file is no TOML or says something that is not allowed; all faults at once.
    """
    path = _folder(store) / f"{name.casefold()}.toml"
    if not KEY.match(name.casefold()) or not path.is_file():
        known = council_names(store=store)
        if not known:
            raise DataMissingError(path)
        raise NotFoundError(
            f"council {name!r} has no file; there are: {', '.join(known)}. "
            f"any other district works as an anchor as it is: {name}"
        )
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


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
    Make a council from what a TOML file states.

    Parameters
    ----------
    stated : mapping
        The file's content; ``docs/options.md`` describes the keys.
    key : str
        Name of the council.

    Returns
    -------
    Council
        The configuration.

    Raises
    ------
    SettingError
        If anything is missing or not allowed; all faults are said at once.

    Examples
    --------
    >>> stated = {"title": "T", "anchor": "Norwich", "options": {"district": {"title": "Alone"}}}
    >>> parse_council(stated, key="norwich").options[0].method
    'district'
    """
    faults = _faults(stated)
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
    )


def _spec(name: str, body: Mapping[str, Any]) -> OptionSpec:
    settings = {k: _frozen(v) for k, v in body.items() if k not in ("method", "title")}
    return OptionSpec(
        name, body.get("method", name), body["title"], tuple(sorted(settings.items()))
    )


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((k, _frozen(v)) for k, v in value.items())
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


def _faults(stated: Mapping[str, Any]) -> list[str]:
    faults = [f"the key {k!r} is not known" for k in stated if k not in _TOP_KEYS]
    faults += [
        f"{k!r} must be a text that is not blank"
        for k in ("title", "anchor")
        if not _is_text(stated.get(k))
    ]
    system = stated.get("zone_system", "msoa11")
    if system not in get_args(ZoneSystem):
        faults.append(f"zone_system {system!r} is not one of {', '.join(get_args(ZoneSystem))}")
    faults += _option_faults(stated.get("options"))
    faults += _contested_faults(stated.get("contested", {}))
    faults += mandate_faults(stated.get("mandate"))
    default = stated.get("default_option")
    if default is not None and isinstance(stated.get("options"), dict):
        keys = tuple(stated.get("contested", ()))
        if split_option_id(str(default), keys)[0] not in stated["options"]:
            faults.append(f"default_option {default!r} is not among the options")
    return faults


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _option_faults(options: object) -> list[str]:
    if not isinstance(options, dict) or not options:
        return ["there are no [options.NAME]"]
    faults = []
    for name, body in options.items():
        if not KEY.match(name):
            faults.append(f"option {name!r}: use small letters, digits and single hyphens")
        if not isinstance(body, dict) or not _is_text(body.get("title")):
            faults.append(f"option {name!r} has no title")
        elif not _is_text(body.get("method", name)):
            faults.append(f"option {name!r}: the method must be a text")
    return faults


def _contested_faults(contested: object) -> list[str]:
    if not isinstance(contested, dict):
        return ["contested places are written [contested.NAME]"]
    faults = []
    for name, body in contested.items():
        if not KEY.match(name):
            faults.append(f"contested {name!r}: use small letters, digits and single hyphens")
        if not isinstance(body, dict) or not _is_text(body.get("place")):
            faults.append(f"contested {name!r} has no place")
    return faults


def split_option_id(option_id: str, contested: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """
    Take the endings for contested places off an option's id.

    Parameters
    ----------
    option_id : str
        Id such as ``ttwa-official+ipswich``.
    contested : iterable of str
        Keys of the contested places.

    Returns
    -------
    str
        The id without endings.
    tuple of str
        The endings with their sign, in the order written.

    Examples
    --------
    >>> split_option_id("ttwa-official-ipswich", ["ipswich"])
    ('ttwa-official', ('-ipswich',))
    """
    keys, base = tuple(contested), option_id
    endings: list[str] = []
    while True:
        ending = next((s + k for k in keys for s in "+-" if base.endswith(s + k)), None)
        if ending is None:
            return base, tuple(reversed(endings))
        base = base[: -len(ending)]
        endings.append(ending)


def council_of_anchor(
    anchor: str | None = None, *, council: str | None = None, store: DataStore | None = None
) -> Council:
    """
    Give the council of an anchor: its file where it has one, else a plain one.

    The plain council has the district, the official travel to work area and the
    commuting catchment as its options, and no contested place.

    Parameters
    ----------
    anchor : str, optional
        A district of England or Wales; by default the named council's own.
    council : str, optional
        Name of a council's file, ``colchester`` by default. With an anchor it is only
        used when the anchor is its own.
    store : DataStore, optional
        Where the tables and the councils' files are; by default those of the package.

    Returns
    -------
    Council
        The configuration.

    Raises
    ------
    PlaceNotFoundError
        If the anchor is not known; the nearest names are given.
    InputError
        If the anchor is a place but no district.
    """
    if anchor is None:
        return read_council(council or "colchester", store=store)
    from localarea.places.resolve import resolve_district

    place = resolve_district(anchor, store=store)
    for name in (*((council,) if council else ()), *council_names(store=store)):
        found = read_council(name, store=store)
        if found.anchor.casefold() == place.name.casefold():
            return found
    return plain_council(place.name)


def plain_council(district: str) -> Council:
    """
    Make a council from nothing but its district.

    Parameters
    ----------
    district : str
        Name of the district.

    Returns
    -------
    Council
        Three options: district, official travel to work area, catchment.

    Examples
    --------
    >>> [spec.id for spec in plain_council("Norwich").options]
    ['district', 'ttwa-official', 'catchment']
    """
    key = re.sub(r"[^a-z0-9]+", "-", district.casefold()).strip("-") or "council"
    return Council(
        key=key,
        title=district,
        anchor=district,
        zone_system="msoa11",
        default_option="ttwa-official",
        options=(
            OptionSpec("district", "district", f"{district} district alone"),
            OptionSpec(
                "ttwa-official",
                "ttwa-official",
                f"Travel to work area of 2011 that most of {district} lies in (ONS)",
            ),
            OptionSpec(
                "catchment",
                "catchment",
                f"Zones that send at least 15% of their commuters to {district}",
                (("min_share", 0.15),),
            ),
        ),
        configured=False,
    )
