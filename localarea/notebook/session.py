"""What-ifs one after another, in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.comparison import session
from localarea.errors import InputError
from localarea.notebook.councils import CouncilLike, council_of
from localarea.notebook.options import Option, Options, as_option

if TYPE_CHECKING:
    from localarea.comparison.scenario import Scenario
    from localarea.datasets.store import DataStore


class ScenarioSession(session.ScenarioSession):
    """
    A council's study area, ready for what-ifs: read once, then each answer takes milliseconds.

    Parameters
    ----------
    council : Council or str, optional
        Whose options are meant; by default Colchester's.

    Examples
    --------
    >>> import localarea as la
    >>> study = la.ScenarioSession("Ipswich")
    >>> round(study.difference(la.Scenario.of("district").include("Babergh"))["zones"])
    11
    """

    def __init__(self, council: CouncilLike = None, *, store: DataStore | None = None) -> None:
        super().__init__(council_of(council, store=store), store=store)
        self.options = Options(as_option(o, self.council, store) for o in self.options)

    def option(self, scenario: Scenario | str) -> Option:
        """
        Compute a scenario.

        Parameters
        ----------
        scenario : Scenario or str
            The what-if, or the id of an option.

        Returns
        -------
        Option
            Its zones.

        Raises
        ------
        InputError
            If the what-if was made from an option of another council.
        """
        known = getattr(scenario, "council", None)
        if known is not None and known.key != self.council.key:
            raise InputError(
                f"the what-if starts from an option of {known.title}, and these are of "
                f"{self.council.title}; begin a session of its council"
            )
        return as_option(super().option(scenario), self.council, self._store)
