"""Compare options and scenarios in one line, for notebooks."""

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
    Turn whatever names an area into options.

    Parameters
    ----------
    *what : Scenario, Option or str
        Scenarios, options, or ids of options.
    council : Council, optional
        Whose options are meant; by default Colchester's.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    list of Option
        In the order given.
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
    Hold options and scenarios against the first.

    Parameters
    ----------
    *what : Scenario, Option or str
        Two or more scenarios, options, or ids of options.
    council : Council, optional
        Whose options are meant; by default Colchester's.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    pandas.DataFrame
        One figure a row, as :func:`localarea.comparison.tables.tidy_comparison` gives them:
        ``table``, ``option``, ``against``, the place, ``change``, ``figure``, ``heading``
        and ``value``. For the figures as a wide table:
        ``frame.query("table == 'figures'").pivot(index="heading", columns="option")``.

    Raises
    ------
    InputError
        If there are fewer than two, or two come to the same id.
    """
    options, council = work_out(*what, council=council, store=store)
    return tidy_comparison(compare_options(options, council, store=store))
