# pyright: strict
"""What a user writes with the names of `import localarea as la`; type checkers read it.

`scripts/types` has pyright read it against the package as it is installed, and mypy reads it in
tests/processes/notebook/test_face_names.py. A name that is Unknown or Any here is a fault.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, assert_type

import pandas as pd

import localarea as la


def verdicts(suppliers: pd.DataFrame) -> list[str]:
    """Check a text, several texts and a frame: each gives something of its own."""
    one = la.check("CO1 1JB")
    assert_type(one, la.Verdict)
    assert_type(one.status, Literal["local", "not_local", "unknown"])
    checked = la.check(suppliers)
    assert_type(checked, pd.DataFrame)
    many = la.check(["CO1 1JB", "IP1 2DE"])
    assert_type(many, pd.DataFrame)
    return [one.explanation, one.reason]


def options() -> la.Comparison:
    """Hold options of a council beside each other."""
    colchester = la.council("colchester")
    assert_type(colchester, la.Council)
    assert_type(colchester.anchor, str)
    official = colchester.option("ttwa-official")
    assert_type(official, la.Option)
    assert_type(la.option("district", colchester), la.Option)
    every = la.compute_options(colchester)
    assert_type(every[0], la.Option)
    for one in every:
        assert_type(one.zones, tuple[str, ...])
    compared = la.compare(official, "district")
    assert_type(compared, la.Comparison)
    assert_type(compared.figures, pd.DataFrame)
    assert_type(compared.save("comparison.xlsx"), Path)
    la.explore(official, "district")
    la.compare_options([official])
    return compared


def what_if() -> la.Option:
    """Change an option."""
    scenario = la.Scenario.of("ttwa-official").include("Ipswich").exclude("Sudbury")
    assert_type(scenario, la.Scenario)
    session = la.ScenarioSession("colchester")
    assert_type(session.option(scenario), la.Option)
    return scenario.option()


def figures(chosen: list[la.Option], spend: Path) -> list[pd.DataFrame]:
    """Work figures out."""
    robust = la.measure_robustness(chosen)
    assert_type(robust.describe(), str)
    return [
        la.compute_metrics(chosen),
        la.measure_exposure(chosen),
        la.bootstrap_self_containment(chosen),
        la.region_front("colchester"),
    ]


def labour() -> None:
    """Read flows, and make areas of them."""
    commuters = la.flows(2011)
    assert_type(commuters.to_frame(), pd.DataFrame)
    areas = la.ttwa(commuters, min_size=3_500)
    areas.to_gdf()
    la.self_containment("ttwa-official")


def roads() -> None:
    """Ask for minutes by road."""
    reach = la.isochrone("Colchester", 30)
    reach.to_gdf()
    assert_type(la.travel_times("Colchester", ["Ipswich"]), pd.DataFrame)


def faults(name: str) -> str:
    """Catch what can go wrong, by name or as the built-in kind."""
    try:
        return la.read_council(name).title
    except la.errors.CouncilNotFoundError as error:
        return str(error)
    except LookupError:
        return la.__version__


def replayed(path: Path) -> None:
    """Count past spend under each option."""
    la.replay_spend(path, ["district", "ttwa-official"])
