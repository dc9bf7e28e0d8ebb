# The names of `__init__.py` for type checkers, which cannot follow what is imported when used.
from localarea import errors as errors
from localarea.notebook.checking import (
    Verdict as Verdict,
)
from localarea.notebook.checking import (
    check as check,
)
from localarea.notebook.checking import (
    replay_spend as replay_spend,
)
from localarea.notebook.comparing import (
    Comparison as Comparison,
)
from localarea.notebook.comparing import (
    bootstrap_self_containment as bootstrap_self_containment,
)
from localarea.notebook.comparing import (
    compare as compare,
)
from localarea.notebook.comparing import (
    compare_options as compare_options,
)
from localarea.notebook.comparing import (
    compute_metrics as compute_metrics,
)
from localarea.notebook.comparing import (
    explore as explore,
)
from localarea.notebook.comparing import (
    measure_exposure as measure_exposure,
)
from localarea.notebook.comparing import (
    measure_robustness as measure_robustness,
)
from localarea.notebook.councils import (
    Council as Council,
)
from localarea.notebook.councils import (
    council as council,
)
from localarea.notebook.labour import (
    flows as flows,
)
from localarea.notebook.labour import (
    self_containment as self_containment,
)
from localarea.notebook.labour import (
    ttwa as ttwa,
)
from localarea.notebook.options import (
    Option as Option,
)
from localarea.notebook.roads import (
    isochrone as isochrone,
)
from localarea.notebook.roads import (
    travel_times as travel_times,
)
from localarea.notebook.scenarios import (
    Scenario as Scenario,
)
from localarea.notebook.scenarios import (
    ScenarioSession as ScenarioSession,
)
from localarea.notebook.scenarios import (
    compute_options as compute_options,
)
from localarea.notebook.scenarios import (
    option as option,
)
from localarea.options.council import (
    read_council as read_council,
)

__version__: str
__all__: list[str]
