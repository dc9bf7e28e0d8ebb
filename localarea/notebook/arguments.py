"""What a notebook may write for an option, and whose option it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from localarea import records
from localarea.comparison import scenario
from localarea.errors import InputError
from localarea.notebook.councils import CouncilLike, council_of
from localarea.notebook.options import Options, as_option
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localarea.datasets.store import DataStore
    from localarea.notebook.options import Option
    from localarea.options.council import Council

OptionLike: TypeAlias = "records.Option | scenario.Scenario | str"


def listed(what: Any) -> Any:
    """
    Return a column of Arrow or polars as a list, and anything else as it is.

    What Arrow yields, one after another, are scalars of its own and no text.
    """
    kind = type(what).__module__.partition(".")[0]
    if kind not in ("polars", "pyarrow") or is_frame(what) or not hasattr(what, "__iter__"):
        return what
    return what.to_pylist() if hasattr(what, "to_pylist") else list(what)


def is_frame(what: Any) -> bool:
    """
    Return whether something has columns.

    Asked of its class: a lazy frame of polars would work out which ones, and warn of the cost.
    """
    return hasattr(type(what), "columns")


def options_of(
    what: OptionLike | Iterable[OptionLike],
    council: CouncilLike = None,
    *,
    store: DataStore | None = None,
) -> tuple[Options, Council]:
    """
    Turn whatever names areas into options.

    Parameters
    ----------
    what : Option, Scenario, str, or several of them
        Ids are those of the council.
    council : Council or str, optional
        Whose options are meant; by default that of the first option which knows its own, else
        Colchester's.

    Returns
    -------
    Options
        In the order given.
    localarea.options.council.Council
        The council.

    Raises
    ------
    InputError
        If something is none of these.
    """
    what = listed(what)
    several = not isinstance(what, _ONE) and hasattr(what, "__iter__")
    items: list[Any] = list(what) if several else [what]  # type: ignore[arg-type]
    if council is None:
        council = next((known for known in map(_council_of, items) if known), None)
    whose = council_of(council, store=store)
    return Options(_worked_out(item, whose, store) for item in items), whose


def _council_of(item: Any) -> Council | None:
    """Return the council that an option, or the option that a scenario was made from, knows."""
    known: Council | None = getattr(item, "council", None)
    return known


_ONE = (str, records.Option, scenario.Scenario)


def _worked_out(item: Any, council: Council, store: DataStore | None) -> Option:
    if isinstance(item, str):
        item = option_zones(item, council, store=store)
    elif isinstance(item, scenario.Scenario):
        item = item.option(_council_of(item) or council, store=store)
    if not isinstance(item, records.Option):
        raise InputError(
            f"a {type(item).__name__} is no option; give the id of one such as 'ttwa-official', an "
            "option or a scenario"
        )
    return as_option(item, council, store)
