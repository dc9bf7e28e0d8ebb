"""The validity of an area, the strength of a link, and which area is the worst."""

from __future__ import annotations

from typing import Any

import numpy as np

from localarea.labour.travel_to_work_areas._kernel.arrays import (
    LINK_FOUR_SHARES,
    LINK_OWN_SHARES,
    LINK_SMART,
    SIZE_IN_RESIDENTS,
    compiled,
)


@compiled
def validity_of(rules: Any, inside: float, residents: float, jobs: float) -> float:
    """Score an area, with the same arithmetic as ``self_containment.validity``."""
    if residents <= 0.0 or jobs <= 0.0:
        return 0.0
    sc = min(inside / residents, inside / jobs)
    size = residents if rules.size_measure == SIZE_IN_RESIDENTS else jobs
    span = rules.target_size - rules.min_size
    short = max((rules.target_size - size) / span, 0.0)
    if rules.linear == 0:
        discount = 1 - (1 - rules.min_sc / rules.target_sc) * short
        return min(sc / rules.target_sc, 1.0) * discount * rules.target_sc / rules.min_sc
    score = sc / (rules.min_sc + min(short, 1.0) * (rules.target_sc - rules.min_sc))
    if size < rules.min_size:
        return min(score, 1.0) * size / max(rules.min_size, 1.0)
    return score


@compiled
def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


@compiled
def link_of(
    kind: int, out: float, back: float, zone: tuple[float, float], area: tuple[float, float]
) -> float:
    """Return the strength of the link of a zone (residents, jobs) with an area."""
    if kind == LINK_SMART:
        return _share(out * out, zone[0] * area[1]) + _share(back * back, area[0] * zone[1])
    if kind == LINK_FOUR_SHARES:
        return (_share(out, zone[0]) + _share(out, area[1])) + (
            _share(back, area[0]) + _share(back, zone[1])
        )
    if kind == LINK_OWN_SHARES:
        return _share(out, zone[0]) + _share(back, zone[1])
    return out + back


@compiled
def is_better(world: Any, link: float, area: int, best_link: float, best: int) -> bool:
    # The stronger link wins. Ties go to the area with more employed residents, then to the one
    # whose founding zone ranks first.
    if best < 0 or link != best_link:
        return best < 0 or link > best_link
    if world.sums[area].residents != world.sums[best].residents:
        return bool(world.sums[area].residents > world.sums[best].residents)
    return area < best


@compiled
def update_tree(world: Any, area: int, key: float) -> None:
    """
    Set the key of an area in the tournament tree for the worst area.

    Leaf i holds the key of area i, and each node the smaller of its children. Of equal keys, the
    left wins: the area whose founder ranks first.
    """
    tree = world.tree
    node = tree.size // 2 + area
    tree[node] = key
    while node > 1:
        smaller = min(tree[node], tree[node ^ 1])
        node //= 2
        if tree[node] == smaller:
            return
        tree[node] = smaller


@compiled
def worst(world: Any) -> int:
    tree = world.tree
    half = tree.size // 2
    node = 1
    while node < half:
        node = 2 * node if tree[2 * node] <= tree[2 * node + 1] else 2 * node + 1
    return node - half


@compiled
def score(world: Any, rules: Any, area: int) -> None:
    value = validity_of(
        rules, world.areas[area].inside, world.sums[area].residents, world.sums[area].jobs
    )
    world.areas[area].validity = value
    update_tree(world, area, value if world.areas[area].count > 0 else np.inf)
