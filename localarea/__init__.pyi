# The names of `__init__.py` for type checkers, which cannot follow what is imported when used.
from localarea import errors
from localarea.notebook.checking import Verdict, check, replay_spend
from localarea.notebook.comparing import Comparison, compare, compare_options, explore
from localarea.notebook.councils import Council, council
from localarea.notebook.labour import flows, self_containment
from localarea.notebook.measuring import (
    bootstrap_self_containment,
    compute_metrics,
    measure_exposure,
    measure_robustness,
    region_front,
)
from localarea.notebook.options import Option
from localarea.notebook.roads import isochrone, travel_times
from localarea.notebook.scenarios import Scenario, compute_options, option
from localarea.notebook.session import ScenarioSession
from localarea.notebook.travel_to_work import ttwa
from localarea.options.council import read_council

__version__: str

__all__ = [
    "Comparison",
    "Council",
    "Option",
    "Scenario",
    "ScenarioSession",
    "Verdict",
    "__version__",
    "bootstrap_self_containment",
    "check",
    "compare",
    "compare_options",
    "compute_metrics",
    "compute_options",
    "council",
    "errors",
    "explore",
    "flows",
    "isochrone",
    "measure_exposure",
    "measure_robustness",
    "option",
    "read_council",
    "region_front",
    "replay_spend",
    "self_containment",
    "travel_times",
    "ttwa",
]
