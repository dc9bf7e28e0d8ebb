"""Compare options and scenarios in one call, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.comparison.comparison import compare_options
from localarea.comparison.scenario import Scenario
from localarea.comparison.tables import tidy_comparison
from localarea.options.council import read_council

if TYPE_CHECKING:
    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


def work_out(
    *what: Scenario | Option | str,
    council: Council | None = None,
    store: DataStore | None = None,
) -> tuple[list[Option], Council]:
    """
    Convert scenarios and option ids into options.

    Parameters
    ----------
    *what : Scenario, Option or str
        Scenarios, options, or ids of options.
    council : Council, optional
        Council whose options are meant; by default Colchester.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    list of Option
        Options in the order given.
    Council
        The council.
    """
    council = council or read_council(store=store)
    options = []
    for item in what:
        named = Scenario.of(item) if isinstance(item, str) else item
        if isinstance(named, Scenario):
            named = named.option(council, store=store)
        options.append(named)
    return options, council


def compare(
    *what: Scenario | Option | str,
    council: Council | None = None,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Compare options and scenarios with the first.

    Parameters
    ----------
    *what : Scenario, Option or str
        Two or more scenarios, options, or ids of options.
    council : Council, optional
        Council whose options are meant; by default Colchester.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    pandas.DataFrame
        One figure per row, as from :func:`localarea.comparison.tables.tidy_comparison`:
        ``table``, ``option``, ``against``, the place, ``change``, ``figure``, ``heading``
        and ``value``. For the figures as a wide table:
        ``frame.query("table == 'figures'").pivot(index="heading", columns="option")``.

    Raises
    ------
    InputError
        If there are fewer than two, or two have the same id.
    """
    options, council = work_out(*what, council=council, store=store)
    return tidy_comparison(compare_options(options, council, store=store))
