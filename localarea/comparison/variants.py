"""Options with changed parameters, or chosen by the commuters of another census."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from localarea.datasets.store import default_store
from localarea.errors import EmptyResultError, SettingError
from localarea.options.membership import option_zones
from localarea.options.methods.base import FLOWS
from localarea.options.methods.registry import METHODS
from localarea.options.option_ids import split_option_id
from localarea.places.census_bridge import zones_of_census

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

VINTAGES: Final = (2011, 2021)


def base_option(
    option_id: str,
    thresholds: Mapping[str, Any],
    vintage: int,
    council: Council,
    *,
    store: DataStore | None = None,
) -> tuple[Option, list[str]]:
    """
    Compute an option with changed parameters and the commuters of a chosen census.

    Parameters
    ----------
    option_id : str
        Id of an option of the council, with any suffixes.
    thresholds : mapping
        Parameters of the method that override the council's.

    Returns
    -------
    Option
        The option, in the council's own zone system.
    list of str
        Notes about the vintage.

    Raises
    ------
    OptionNotFoundError
        If the council has no such option.
    SettingError
        If the method does not accept a parameter, or its value is not allowed.
    EmptyResultError
        If no zones remain.
    """
    store = store or default_store()
    varied = _with_thresholds(option_id, thresholds, council)
    option = option_zones(option_id, varied, store=store)
    if vintage != VINTAGES[0] and FLOWS in option.parameters:
        raise SettingError(
            f"{option_id} is made of the flows {option.parameters[FLOWS]!r}, which have zones "
            f"of their own; leave out the census of {vintage}, or the flows"
        )
    if vintage == VINTAGES[0] or council.zone_system != "msoa11":
        return option, []
    method = METHODS.get(option.method)
    if method is not None and "vintage" in method.accepts:
        varied = _with_thresholds(option_id, {**thresholds, "vintage": vintage}, council)
        return option_zones(option_id, varied, store=store), []
    unmoved = [f"the option does not use the commuters of {vintage}, so the zones are unchanged"]
    if method is None or "msoa21" not in method.zone_systems:
        return option, unmoved
    later = option_zones(option_id, replace(varied, zone_system="msoa21"), store=store)
    if f"flows_{vintage}" not in later.vintages:
        return option, unmoved
    zones = zones_of_census(later.zones, "msoa11", store=store)
    if not zones:
        raise EmptyResultError(
            f"option {option_id!r} has no zones left with the commuters of {vintage}"
        )
    vintages = {**later.vintages, **store.vintages("msoa11_msoa21")}
    note = "the census of 2021 was taken in lockdown: commuting is understated in it"
    return replace(later, zone_system="msoa11", zones=zones, vintages=vintages), [note]


def follows_census(option: Option) -> bool:
    """Return whether an option is drawn from commuters, so that another census moves its zones."""
    method = METHODS.get(option.method)
    drawn = any(table.startswith("flows_") for table in option.vintages)
    return drawn and method is not None and "msoa21" in method.zone_systems


def _with_thresholds(option_id: str, thresholds: Mapping[str, Any], council: Council) -> Council:
    """Return the council with the parameters of one option changed."""
    if not thresholds:
        return council
    ids = {spec.id for spec in council.options}
    base = split_option_id(option_id, [c.key for c in council.contested])[0]
    name = option_id if option_id in ids else base
    # Options such as drive-37 and reserve-own need not be listed to be changed.
    specs = council.options if name in ids else (*council.options, council.spec(name))
    changed = tuple(
        replace(spec, settings=tuple(sorted(_stated(spec.parameters, thresholds).items())))
        if spec.id == name
        else spec
        for spec in specs
    )
    return replace(council, options=changed)


def _stated(own: Mapping[str, Any], thresholds: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of an option with those that a scenario states in their place."""
    kept = dict(own)
    if FLOWS in thresholds:  # what the option says of a census is not said of these flows
        kept.pop("vintage", None)
        if kept.get("areas") == "official":
            del kept["areas"]
    return {**kept, **thresholds}
