"""
Compute many scenarios: everything is read once, then each answer takes milliseconds.

The figures come from the same code as :func:`localarea.comparison.metrics.compute_metrics`.
A session is fast because it caches the commuting matrices, the anchor's exchange and the
shapes of the study area's zones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.comparison.metrics import compute_metrics
from localarea.comparison.scenario import Scenario
from localarea.datasets.store import default_store
from localarea.options.council import read_council
from localarea.options.membership import compute_options

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


class ScenarioSession:
    """
    A council's study area, loaded for many scenarios.

    Parameters
    ----------
    council : Council, optional
        Council whose options are used; defaults to Colchester.
    told : callable, optional
        Called with how many options are computed, and of how many, as that goes on.
    """

    def __init__(
        self,
        council: Council | None = None,
        *,
        store: DataStore | None = None,
        told: Callable[[int, int], object] | None = None,
    ) -> None:
        self._store = store or default_store()
        self.council = council or read_council(store=self._store)
        self.options = compute_options(self.council, store=self._store, told=told)
        self.metrics = compute_metrics(self.options, self.council, store=self._store)

    def option(self, scenario: Scenario | str) -> Option:
        """Compute the zones of a scenario."""
        what_if = Scenario.of(scenario) if isinstance(scenario, str) else scenario
        return what_if.option(self.council, store=self._store)

    def figures(self, scenario: Scenario | str) -> pd.Series[Any]:
        """
        Compute all figures of a scenario.

        Returns
        -------
        pandas.Series
            Figures by name, in the order of :func:`localarea.comparison.metrics.figures_of`;
            named after the scenario.
        """
        option = self.option(scenario)
        return compute_metrics([option], self.council, store=self._store).iloc[0]

    def difference(
        self, scenario: Scenario | str, against: Scenario | str | None = None
    ) -> pd.Series[Any]:
        """
        Compute the difference that a scenario makes.

        Parameters
        ----------
        against : Scenario or str, optional
            Baseline; defaults to the option that the scenario starts from.

        Returns
        -------
        pandas.Series
            Each figure of the scenario minus that of the baseline.
        """
        base = scenario.base if isinstance(scenario, Scenario) else self.council.default_option
        changed = self.figures(scenario).astype(float)
        return changed - self.figures(base if against is None else against).astype(float)
