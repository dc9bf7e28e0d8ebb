"""Minutes by road from a council's centre, made from the tables that were made before."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.datasets.store import DataStore
from localarea.options.minutes.anchor_minutes import input_tables
from localarea.options.minutes.compute import compute_minutes
from localarea.options.minutes.encoding import COEFFICIENTS

if TYPE_CHECKING:
    import pyarrow as pa

    from building.workshop import Workshop
    from localarea.records import ZoneSystem


def minutes_table(workshop: Workshop, anchor: str, zone_system: ZoneSystem | None) -> pa.Table:
    """Compute minutes, noting the tables and the speeds that they rest on."""
    with tempfile.TemporaryDirectory() as cache:
        store = DataStore(workshop.out, Path(cache))
        for name in input_tables(zone_system):
            workshop.sources.made(f"table: {name}", store.path(name))
        workshop.sources.made("package: roads/coefficients.toml", COEFFICIENTS)
        return compute_minutes(anchor, zone_system, store=store)
