"""Growing an area: what must hold of every answer, and how near it comes to trying every set."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from region_moves import climb

from localarea.errors import InfeasibleError
from localarea.options.methods._region_kernel import reach, removable
from localarea.options.methods.region_growing import Region, Search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


def make_region(seed: int, rows: int = 3, columns: int = 4) -> Region:
    """Make a grid of zones with commuters that thin out with distance; the core is one or two."""
    random = np.random.default_rng(seed)
    at = np.array(list(product(range(rows), range(columns))))
    apart = np.abs(at[:, None] - at[None, :]).sum(axis=2)
    borders = (apart == 1) & (random.random(apart.shape) < 0.9)
    borders &= borders.T
    pull = random.lognormal(0, 1, len(at))
    flows = np.rint(200 * random.random(apart.shape) * pull / (1 + apart) ** 2)
    core = np.zeros(len(at), dtype=bool)
    core[random.integers(len(at), size=random.integers(1, 3))] = True
    residents = flows.sum(axis=1) + random.integers(0, 60, len(at))
    jobs = flows.sum(axis=0) + random.integers(0, 60, len(at))
    least, whole = residents[core].sum(), residents.sum()
    limit = least + (whole - least) * random.random() if seed % 3 else np.inf
    return Region(flows, residents, jobs, borders, core, float(limit))


def grow(region: Region) -> Mask:
    return Search(region).grow()


def within_reach(region: Region) -> Mask:
    everywhere = np.ones_like(region.core)
    return np.asarray(reach(Search(region).land, region.core, everywhere))


def hangs_together(region: Region, inside: Mask) -> bool:
    """Ask networkx whether every part of a set holds a zone of the core."""
    graph = nx.from_numpy_array(region.borders & inside[:, None] & inside[None, :])
    parts = [part for part in nx.connected_components(graph) if inside[list(part)].any()]
    return all(region.core[list(part)].any() for part in parts)


def by_hand(region: Region, inside: Mask) -> float:
    zones = np.flatnonzero(inside)
    held = sum(region.flows[a, b] for a in zones for b in zones)
    return float(min(held / region.residents[zones].sum(), held / region.jobs[zones].sum()))


def best_of_all(region: Region) -> float:
    """Try every set of zones within reach."""
    free = np.flatnonzero(within_reach(region) & ~region.core)
    best = 0.0
    for chosen in product([False, True], repeat=free.size):
        inside = region.core.copy()
        inside[free] = chosen
        fits = region.residents[inside].sum() <= region.limit
        if fits and region.self_containment(inside) > best and hangs_together(region, inside):
            best = region.self_containment(inside)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_same_people_in_eighths_give_the_same_area(seed: int) -> None:
    """Whole numbers are added up another way than others; eighths are as exact."""
    region = make_region(seed, rows=4)
    parts = {name: getattr(region, name) / 8 for name in ("flows", "residents", "jobs", "limit")}
    assert (grow(replace(region, **parts)) == grow(region)).all()


def move_by_move(region: Region) -> Mask:
    """Grow the slow way: each move made and looked at by itself, every end judged by its sums."""
    search, everywhere = Search(region), np.ones_like(region.core)
    starts = [search.walk(region.core, everywhere, up=True)]
    starts.append(search.walk(within_reach(region), everywhere, up=False))
    ends = [list(climb(region, start))[-1] for start in starts]
    return min(
        ends,
        key=lambda inside: (
            -round(region.self_containment(inside), 12),
            region.residents[inside].sum(),
            (~inside).tolist(),
        ),
    )


seeds = st.integers(0, 2**20)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_compiled_search_ends_where_one_move_after_another_does(seed: int) -> None:
    region = make_region(seed, rows=4)
    assert (grow(region) == move_by_move(region)).all()


def test_of_two_ends_that_hold_as_much_the_one_with_fewer_residents_is_taken() -> None:
    """Two neighbours of the core, each alone and alike but for their size, and no room for both."""
    flows = np.array([[10.0, 10.0, 0.0], [10.0, 10.0, 0.0], [0.0, 0.0, 0.0]])
    flows[0, 2], flows[2, 0], flows[2, 2] = 20.0, 20.0, 20.0
    residents = np.array([40.0, 40.0, 80.0])  # 40 of 80 held with the first, 70 of 120 with both
    borders = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=bool)
    core = np.array([True, False, False])
    region = Region(flows, residents, residents.copy(), borders, core, limit=120.0)
    search = Search(region)
    ends = [np.array([True, True, False]), np.array([True, False, True])]
    assert [region.self_containment(end) for end in ends] == [40 / 80, 70 / 120]
    assert (search.best_climb(ends, np.ones(3, dtype=bool)) == ends[1]).all()
    people = np.array([40.0, 40.0, 100.0])
    even = replace(region, residents=people, jobs=people.copy(), limit=150.0)
    assert [even.self_containment(end) for end in ends] == [40 / 80, 70 / 140]
    assert (Search(even).best_climb(ends[::-1], np.ones(3, dtype=bool)) == ends[0]).all()


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_an_answer_keeps_the_core_the_limit_and_hangs_together(seed: int) -> None:
    region = make_region(seed)
    inside = grow(region)
    assert inside[region.core].all()
    assert region.residents[inside].sum() <= region.limit
    assert hangs_together(region, inside)
    assert region.self_containment(inside) == pytest.approx(by_hand(region, inside))
    assert region.self_containment(inside) >= region.self_containment(region.core) - 1e-12


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_every_move_raises_the_figure(seed: int) -> None:
    region = make_region(seed)
    passed = list(climb(region, region.core))
    figures = [by_hand(region, inside) for inside in passed]
    assert all(later > earlier for earlier, later in pairwise(figures))
    assert all(hangs_together(region, inside) for inside in passed)
    assert all(region.residents[inside].sum() <= region.limit for inside in passed)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_no_single_addition_or_removal_would_help(seed: int) -> None:
    region = make_region(seed)
    inside = grow(region)
    for zone in np.flatnonzero(~region.core):
        other = inside.copy()
        other[zone] = ~other[zone]
        if region.residents[other].sum() <= region.limit and hangs_together(region, other):
            assert by_hand(region, other) <= by_hand(region, inside) + 1e-9


@settings(max_examples=25, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_zones_does_not_matter(seed: int, random: object) -> None:
    region = make_region(seed)
    order = list(range(region.core.size))
    random.shuffle(order)  # type: ignore[attr-defined]
    grid = np.ix_(order, order)
    turned = Region(
        region.flows[grid], region.residents[order], region.jobs[order],
        region.borders[grid], region.core[order], region.limit,
    )  # fmt: skip
    inside, other = grow(region), grow(turned)
    assert (inside == grow(region)).all()
    assert region.self_containment(inside) == pytest.approx(turned.self_containment(other))


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_more_zones_to_take_never_lower_the_figure(seed: int) -> None:
    region = make_region(seed)
    few = np.random.default_rng(seed).random(region.core.size) < 0.5
    search = Search(region)
    first = search.grow(within=few)
    assert not (first & ~few & ~region.core).any()
    then = search.grow([first])
    assert region.self_containment(then) >= region.self_containment(first) - 1e-12


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_zones_that_can_be_taken_out_are_those_networkx_finds(seed: int) -> None:
    region = make_region(seed, rows=4, columns=5)
    inside = within_reach(region)
    assert hangs_together(region, inside)
    able = removable(Search(region).land, inside, np.ones_like(inside))
    for zone in np.flatnonzero(inside & ~region.core):
        without = inside.copy()
        without[zone] = False
        assert able[zone] == hangs_together(region, without)
    assert not able[region.core].any()


@pytest.mark.slow
def test_small_regions_come_out_as_trying_every_set() -> None:
    """Published in docs/methods/options.md: of sixty regions, how many are solved exactly."""
    short = []
    for seed in range(60):
        region = make_region(seed)
        short.append(best_of_all(region) - region.self_containment(grow(region)))
    assert min(short) > -1e-12  # nothing is better than the best
    assert sum(gap < 1e-12 for gap in short) >= 54
    assert max(short) < 0.05


def test_a_core_above_the_limit_is_an_error() -> None:
    region = replace(make_region(0), limit=1.0)
    with pytest.raises(InfeasibleError, match="raise the limit"):
        grow(region)


def test_a_zone_without_workers_is_no_error() -> None:
    nothing = np.zeros((2, 2))
    borders = np.array([[False, True], [True, False]])
    region = Region(nothing, np.zeros(2), np.zeros(2), borders, np.array([True, False]))
    assert grow(region).tolist() == [True, False]
