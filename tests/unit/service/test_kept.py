"""What is remembered has a limit: a cache without one gives its reason here."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Functions that remember everything, each with what bounds it.
UNBOUNDED = {
    "classify/bulk.py": {"_pairs": "no argument"},
    "datasets/store.py": {"_renewed_folder": "no argument"},
    "decisions/record/upgrading.py": {"newest_form": "no argument"},
    "geo/_postcode_kernel.py": {"tables": "no argument"},
    "geo/leaflet.py": {"leaflet_javascript": "no argument", "leaflet_css": "no argument"},
    "options/kept_flows.py": {"_code_sha256": "no argument"},
    "options/methods/kept_areas.py": {"_code_sha256": "no argument"},
    "options/minutes/zone_minutes.py": {"_error_table": "no argument"},
    "reports/comparison/html.py": {"_template": "no argument"},
    "reports/maps/offline_page.py": {"read_asset": "a file of the package"},
    "reports/resident_map/places.py": {"_all_places": "no argument"},
    "roads/speeds.py": {"read_speed_model": "a file that a program names"},
    "service/api/metrics.py": {
        "_checks_of": "a status of a verdict",
        "_figures_of": "a known method, a route of the service and a status",
    },
    "service/api/ogc/collections.py": {"_to_degrees": "no argument"},
    "service/auth/identity.py": {"_of_this_machine": "no argument"},
    "tables/delimited/csv_rows.py": {"_cell_pattern": "a delimiter of one byte"},
    "tables/ods/_cells.py": {"_attribute": "a name in our code"},
}


def test_a_function_that_remembers_everything_says_what_bounds_it(repository: Path) -> None:
    found: dict[str, set[str]] = {}
    for path in (repository / "localarea").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "cache" not in source:  # to take every module apart takes seconds
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and any(map(_keeps_all, node.decorator_list)):
                name = path.relative_to(repository / "localarea").as_posix()
                found.setdefault(name, set()).add(node.name)
    assert found == {name: set(functions) for name, functions in UNBOUNDED.items()}


def _keeps_all(decorator: ast.expr) -> bool:
    said = ast.unparse(decorator)
    return (
        said in ("cache", "functools.cache") or "maxsize=None" in said or said == "lru_cache(None)"
    )
