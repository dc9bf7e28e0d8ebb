"""
Define "local" by travel-to-work areas, and check postcodes against it.

For notebooks: ``import localarea as la``, then ``la.Scenario``, ``la.compare``,
``la.explore`` and the others of ``la.__all__``. Each is imported when first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# What a notebook needs, and the room it lives in. Named here because the rooms do not know
# each other upwards: a scenario can be drawn without the room of options importing maps.
_OFFERED = {
    "Scenario": "localarea.comparison.scenario",
    "ScenarioSession": "localarea.comparison.session",
    "bootstrap_self_containment": "localarea.comparison.uncertainty",
    "compare": "localarea.comparison.compare",
    "compare_options": "localarea.comparison.comparison",
    "compute_metrics": "localarea.comparison.metrics",
    "compute_options": "localarea.options.membership",
    "explore": "localarea.reports.maps.notebook_view",
    "measure_exposure": "localarea.comparison.exposure",
    "measure_robustness": "localarea.comparison.robustness",
    "read_council": "localarea.options.council",
    "replay_spend": "localarea.checking.replay",
}
__all__ = ["__version__", *_OFFERED]


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that the package itself stays light."""
    if name not in _OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_OFFERED[name]), name)


def __dir__() -> list[str]:
    """List what there is, for completion in a notebook."""
    return sorted({*globals(), *__all__})
