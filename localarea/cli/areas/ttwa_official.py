"""How far computed areas agree with the official ones, for the command ``ttwa``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import typer

from localarea.cli.shared.deployment import open_store
from localarea.errors import SettingError

if TYPE_CHECKING:
    import pandas as pd

    from localarea.labour.flow_matrix import FlowMatrix
    from localarea.labour.travel_to_work_areas.result import TtwaResult

OFFICIAL: Final = "official"
_STARTED: Final = "started_from_official"


def areas_to_compare(against: str | None, flows: FlowMatrix) -> pd.Series | None:
    """Read the official areas of the zones, so that what cannot be compared is refused early."""
    if against is None:
        return None
    if against != OFFICIAL:
        raise SettingError(
            f"--against {against!r} is not known; use '--against {OFFICIAL}', for the areas of the "
            "ONS of 2011"
        )
    from localarea.labour.grains import official_areas

    return official_areas(flows.zone_system, store=open_store()).reindex(flows.codes)


def compare_with_official(result: TtwaResult, official: pd.Series) -> dict[str, Any]:
    """Score a run, and the areas that the same rules make of the official ones."""
    import pandas as pd

    from localarea.labour.agreement import measure_agreement
    from localarea.labour.travel_to_work_areas.settling import settle_areas

    flows = result.flows
    residents = pd.Series(flows.employed_residents, index=flows.codes)
    found = measure_agreement(result.membership, official, residents)
    settled = settle_areas(flows, official, result.parameters).membership
    return {
        "zone_system": flows.zone_system,
        **asdict(found),
        _STARTED: asdict(measure_agreement(settled, official, residents)),
    }


def show_comparison(found: dict[str, Any]) -> None:
    """Print the rows of the table of docs/validation-ttwa.md."""
    typer.echo(
        f"\nCompared with the {found['official_areas']} official areas of 2011, by "
        f"{found['zone_system']}:\n"
        f"  {'':<28}{'areas':>6}{'ARI':>8}{'V':>8}{'matched':>9}{'Jaccard':>9}"
    )
    for name, row in (
        ("started from single zones", found),
        ("started from official areas", found[_STARTED]),
    ):
        typer.echo(
            f"  {name:<28}{row['areas']:>6,}{row['adjusted_rand_index']:>8.3f}"
            f"{row['v_measure']:>8.3f}{row['matched_workers_share']:>9.1%}"
            f"{row['median_jaccard']:>9.3f}"
        )
    typer.echo(
        "  ARI: adjusted Rand index of the zones. V: V-measure. Matched: share of employed\n"
        "  residents in pairs of areas that are each other's best match. Jaccard: median over\n"
        "  official areas of the index with the best match."
    )
