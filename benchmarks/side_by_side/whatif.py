"""One place changed and every figure given back, beside plain pandas and geopandas."""

from __future__ import annotations

import bench_scenario

from side_by_side.asked import Asked, Found
from side_by_side.measuring import OURS, Comparison, take_turns

PLACES = 6


def run(asked: Asked) -> Found:
    """Hold both ways to the same figures first, then let them take turns."""
    from localarea.comparison.scenario import Scenario
    from localarea.comparison.session import ScenarioSession
    from localarea.options.membership import option_zones

    session, tables = ScenarioSession(), bench_scenario.read_tables()
    anchor = set(option_zones("district", session.council).zones)
    around = sorted(set(option_zones("districts-wide", session.council).zones) - anchor)
    changes = [Scenario.of("ttwa-official").include(zone) for zone in around[:PLACES]]
    for change in changes[:1]:
        figures, inside = session.figures(change), set(session.option(change).zones)
        for name, value in bench_scenario.plain(tables, inside, anchor).items():
            if abs(float(figures[name]) - value) > 1e-9 * max(1.0, abs(value)):
                raise ValueError(f"{name} is {figures[name]}, plainly {value}")
    fresh = iter([Scenario.of("ttwa-official").include(zone) for zone in around[PLACES:]])

    def ours() -> None:
        session.figures(next(fresh))  # another place each time: nothing kept is asked for

    def plain() -> None:
        bench_scenario.plain(tables, set(session.option(changes[0]).zones), anchor)

    said = Comparison("What if", "one place included", f"{len(session.metrics.columns)} figures")
    ways = {OURS: ours, "pandas and geopandas": plain}
    take_turns(said, ways, min(asked.rounds, len(around) - PLACES - 1))
    said.note = "The plain way gives 10 figures of those, read from tables in memory."
    return Found([said])
