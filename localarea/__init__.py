"""
Define "local" by travel-to-work areas, and check postcodes against it.

For notebooks: ``import localarea as la``, then the names of ``la.__all__``, such as
``la.council``, ``la.check`` and ``la.compare``; docs/notebook.md lists them. Each is imported when
first used. Everything else is reached through its room: ``from localarea.labour.catchment import
...``.
"""

from importlib import import_module
from typing import Any

# What a notebook needs, and the module it lives in. Named as text, so that no room below comes to
# know the notebook through the top of the package, and that a command line starts without it.
# `__init__.pyi` says the same to type checkers; a test holds the two together.
_OFFERED = {
    "Comparison": "localarea.notebook.comparing",
    "Council": "localarea.notebook.councils",
    "Option": "localarea.notebook.options",
    "Scenario": "localarea.notebook.scenarios",
    "ScenarioSession": "localarea.notebook.session",
    "Verdict": "localarea.notebook.checking",
    "bootstrap_self_containment": "localarea.notebook.measuring",
    "check": "localarea.notebook.checking",
    "compare": "localarea.notebook.comparing",
    "compare_options": "localarea.notebook.comparing",
    "compute_metrics": "localarea.notebook.measuring",
    "compute_options": "localarea.notebook.scenarios",
    "council": "localarea.notebook.councils",
    "explore": "localarea.notebook.comparing",
    "flows": "localarea.notebook.labour",
    "isochrone": "localarea.notebook.roads",
    "measure_exposure": "localarea.notebook.measuring",
    "measure_robustness": "localarea.notebook.measuring",
    "option": "localarea.notebook.scenarios",
    "read_council": "localarea.options.council",
    "region_front": "localarea.notebook.measuring",
    "replay_spend": "localarea.notebook.checking",
    "self_containment": "localarea.notebook.labour",
    "travel_times": "localarea.notebook.roads",
    "ttwa": "localarea.notebook.travel_to_work",
}
__all__ = ["__version__", "errors", *_OFFERED]


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that the package itself stays light."""
    if name == "__version__":
        return globals().setdefault(name, import_module("localarea.version").version())
    if name == "errors":
        return import_module("localarea.errors")
    if name not in _OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_OFFERED[name]), name)


def __dir__() -> list[str]:
    """List what there is, for completion in a notebook."""
    return sorted({*globals(), *__all__})
