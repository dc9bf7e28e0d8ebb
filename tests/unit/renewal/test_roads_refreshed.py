"""Roads from an extract: the same ones give the same minutes, a part of the country is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from killed import mortal
from table_cases import over, refresh

from localarea.datasets.roads import read_road_edges, read_road_nodes
from localarea.datasets.storage import renewed
from localarea.errors import FileFormatError, InputError
from localarea.roads.embedded import read_embedded_tables
from localarea.roads.ground.network_tables import MAJOR

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

    from localarea.datasets.store import DataStore

pytest.importorskip("osmium")

from road_extracts import write_roads

MADE = {"roads_nodes", "roads_edges", "roads_network_nodes", "roads_network_edges"}
MINUTES = {"minutes_colchester_postcodes", "minutes_colchester_msoa11"}


def extract_of(store: DataStore, path: Path, *, keep: int | None = None, **asked: Any) -> Path:
    """Write the roads of a store as an extract, or only those between the first junctions."""
    major = read_embedded_tables(store=store).edges.query("kind == @MAJOR")
    edges = read_road_edges(store=store).assign(
        dual=major["dual"].to_numpy(), motorway=major["motorway"].to_numpy()
    )
    if keep is not None:
        edges = edges[(edges["u"] < keep) & (edges["v"] < keep)]
    return write_roads(path, read_road_nodes(store=store), edges, **asked)


def test_the_same_roads_give_the_same_minutes(twin: Twin, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    done = refresh(twin, folder, "roads", extract_of(twin.store, tmp_path / "a.osm.pbf"))
    assert all(not any(one.counts.values()) for one in done.changes)
    assert set(done.tables) == MADE | MINUTES
    built, made = twin.store, over(twin, folder)
    for table in ("roads_nodes", "roads_edges", "roads_network_nodes"):
        assert made.path(table).read_bytes() == built.path(table).read_bytes(), table
    first, second = (read_embedded_tables(store=one).edges for one in (built, made))
    known = first["surveyed"].to_numpy()
    assert 0 < known.sum() < len(known)
    assert second[second["kind"] == MAJOR]["surveyed"].all()  # the tags tell every carriageway
    assert second.drop(columns="surveyed").equals(first.drop(columns="surveyed"))
    # The survey of the small country is of its west, three roads long: journeys there are on roads
    # known before. Beyond, a road that is known not to be dual is slower.
    here, there = (
        dict(zip(*one.read("minutes_colchester_msoa11").to_pydict().values(), strict=True))
        for one in (built, made)
    )
    west = {"E02004511", "E02004512", "E02006291", "E02006292"}
    assert {zone for zone in here if there[zone] == here[zone]} == west
    assert all(there[zone] > here[zone] for zone in here if zone not in west)
    # Again from what is now in use, nothing differs, and minutes are brought along as they are.
    again = refresh(twin, folder, "roads", extract_of(made, tmp_path / "b.osm.pbf"))
    assert not any("worked out" in one for one in again.notes)
    latest = over(twin, folder)
    for table in MADE | MINUTES:
        assert latest.path(table).read_bytes() == made.path(table).read_bytes(), table


def test_a_refresh_says_where_the_roads_are_from_and_can_be_undone(
    twin: Twin, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    path = extract_of(twin.store, tmp_path / "gb.osm.pbf")
    refresh(twin, folder, "roads", path)
    made = over(twin, folder)
    for table in MADE:
        info = made.info(table)
        assert info.vintage == "2026-01"
        assert "OpenStreetMap extract (2026-01)" in info.source
        assert info.source.endswith("from gb.osm.pbf")
        assert "OpenStreetMap contributors" in info.attribution
        assert "National Highways" not in info.attribution
        assert info.licence.startswith("ODbL-1.0")
        assert ("gb.osm.pbf", renewed.read_all(folder)["roads"].tables[table].inputs[0][1]) in (
            info.inputs
        )
    minutes = made.info("minutes_colchester_postcodes")
    assert "OpenStreetMap extract (2026-01)" in minutes.source
    renewed.restore(folder, "roads")
    for table in MADE | MINUTES:
        assert over(twin, folder).info(table) == twin.store.info(table)


def test_a_part_of_the_country_is_refused_region_by_region(twin: Twin, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    # The first five of eight junctions, 2,800 m apart, and four of seven roads of 3 km.
    part = extract_of(twin.store, tmp_path / "part.osm.pbf", keep=5)
    with pytest.raises(InputError, match="would be lost, more than 1%") as refused:
        refresh(twin, folder, "roads", part)
    assert refused.value.parameter == "accept-loss"
    assert "9 of 21 km of major roads and 3 of 8 junctions" in str(refused.value)
    assert "Great Britain" in str(refused.value)
    assert renewed.read_all(folder) == {}
    done = refresh(twin, folder, "roads", part, accept_loss=True)
    assert done.edition == 1
    nodes, edges = done.changes
    assert (nodes.rows_before, nodes.counts["gone"]) == (8, 3)
    assert (edges.rows_before, edges.counts["gone"]) == (21, 9)
    assert any(note.startswith("lost: ") for note in done.notes)
    assert len(read_road_nodes(store=over(twin, folder))) == 5


def test_an_extract_without_a_month_asks_for_it(twin: Twin, tmp_path: Path) -> None:
    path = extract_of(twin.store, tmp_path / "latest.osm.pbf", at=None)
    for stated, words in ((None, "of which month"), ("2026", "'2026' is not valid")):
        with pytest.raises(InputError, match=words):
            refresh(twin, tmp_path / "t", "roads", path, edition=stated)
    done = refresh(twin, tmp_path / "t", "roads", path, edition="2026-02", dry_run=True)
    assert done.edition is None
    assert renewed.read_all(tmp_path / "t") == {}


def test_an_older_extract_and_a_cut_one_are_refused(twin: Twin, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    path = extract_of(twin.store, tmp_path / "a.osm.pbf")
    refresh(twin, folder, "roads", path)
    old = extract_of(twin.store, tmp_path / "b.osm.pbf", at="2025-12-05T00:00:00Z")
    with pytest.raises(InputError, match="is newer, of 2026-01"):
        refresh(twin, folder, "roads", old)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(FileFormatError):
        refresh(twin, folder, "roads", path)
    assert renewed.read_all(folder)["roads"].number == 1


KILLED = """
import sys
from pathlib import Path
from localarea.datasets.store import DataStore
from localarea.renewal.renewable import renewable
from localarea.renewal.request import Request
root, cache, source, folder = map(Path, sys.argv[1:5])
def work(dry_run=False):
    store, anchors = DataStore(root, cache, renewed=folder), () if dry_run else ("Colchester",)
    asked = Request(source, store, folder, "x", anchors=anchors, dry_run=dry_run)
    renewable("roads").refresh(asked)
work(dry_run=True)  # all is imported
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_old_or_the_new_is_in_use(twin: Twin, tmp_path: Path) -> None:
    folder, path = tmp_path / "tables", extract_of(twin.store, tmp_path / "a.osm.pbf")
    with mortal(KILLED, *map(str, (twin.data, twin.cache, path, folder))) as kill_after:
        for number in range(8):
            kill_after(0.02 + 0.25 * number)
            store = over(twin, folder)
            newer = {store.info(table).vintage == "2026-01" for table in MADE}
            assert len(newer) == 1  # never a mixture
            for table in MADE | MINUTES:
                store.read(table)  # with its checksum
            if renewed.read_all(folder).get("roads"):
                renewed.restore(folder, "roads")
