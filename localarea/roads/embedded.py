"""The embedded network: major roads of Great Britain and inferred local roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.datasets.store import default_store
from localarea.roads.access import Access
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.ground.land import read_land
from localarea.roads.ground.network_tables import LOCAL, MAJOR
from localarea.roads.network import RoadNetwork
from localarea.roads.speeds import SpeedModel, read_speed_model

if TYPE_CHECKING:
    import pandas as pd
    from scipy.spatial import cKDTree

    from localarea.datasets.store import DataStore
    from localarea.roads.ground.land import Land

CLASSES: Final = (MAJOR, LOCAL)


@dataclass(frozen=True, slots=True)
class EmbeddedTables:
    """
    The two tables of the embedded network.

    Attributes
    ----------
    nodes : pandas.DataFrame
        ``easting``, ``northing`` (EPSG:27700, metres), ``near`` and ``wide`` (settlement).
    edges : pandas.DataFrame
        ``u``, ``v``, ``km``, ``kind``, ``near``, ``wide``, ``dual``, ``motorway`` and
        ``surveyed``; every edge is two-way.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame

    def points(self) -> np.ndarray:
        """
        Return the coordinates of the nodes.

        Returns
        -------
        numpy.ndarray, shape (n_nodes, 2)
            Eastings and northings, EPSG:27700, metres.
        """
        return self.nodes[["easting", "northing"]].to_numpy(float)

    def minutes(self, model: SpeedModel) -> np.ndarray:
        """
        Calculate the driving time of every edge.

        Returns
        -------
        numpy.ndarray, shape (n_edges,)
            Minutes.
        """
        edges = self.edges
        local = model.local_kph(edges["near"].to_numpy(float), edges["wide"].to_numpy(float))
        kph = np.where(edges["kind"].to_numpy() == LOCAL, local, model.major_kph(edges))
        return edges["km"].to_numpy(float) / kph * 60


@dataclass(frozen=True, slots=True)
class SettledSpeed:
    """
    Speed of access legs: that of local roads at the nearest node, divided by the detour.

    Attributes
    ----------
    kph : numpy.ndarray, shape (n_nodes,)
        Speed around each node, km/h of straight distance.
    """

    tree: cKDTree
    kph: np.ndarray

    def __call__(self, points: np.ndarray, /) -> np.ndarray:
        """
        Return the speed at points.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, 2)
            Eastings and northings, EPSG:27700, metres.

        Returns
        -------
        numpy.ndarray, shape (n,)
            Kilometres per hour; that of the first node if a point is unknown.
        """
        nearest = self.tree.query(np.nan_to_num(points, posinf=0.0, neginf=0.0))[1]
        return self.kph[nearest]


def build_embedded(tables: EmbeddedTables, model: SpeedModel, land: Land | None) -> RoadNetwork:
    """Build the embedded network with a speed model, with two arcs for each edge."""
    points, edges = tables.points(), tables.edges
    u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
    kind = (edges["kind"].to_numpy() == LOCAL).astype(np.uint8)
    graph: RoadGraph = from_arcs(
        np.concatenate([u, v]),
        np.concatenate([v, u]),
        minutes=np.tile(tables.minutes(model), 2),
        length_m=np.tile(edges["km"].to_numpy(float) * 1000, 2),
        points=points,
        road_class=np.tile(kind, 2),
        class_names=CLASSES,
        source="embedded: major roads of Great Britain and inferred local roads",
    )
    nodes = tables.nodes
    around = model.local_kph(nodes["near"].to_numpy(float), nodes["wide"].to_numpy(float))
    speed = SettledSpeed(graph.tree, around / model.access_detour)
    return RoadNetwork(graph, Access(speed), model.terminal_min, land)


def read_embedded_tables(*, store: DataStore | None = None) -> EmbeddedTables:
    """
    Read the tables of the embedded network: nodes and edges.

    DataMissingError if a table is missing.
    """
    home = store or default_store()
    edges = home.read("roads_network_edges").to_pandas()
    return EmbeddedTables(home.read("roads_network_nodes").to_pandas(), edges)


def read_embedded_network(
    *, model: SpeedModel | None = None, store: DataStore | None = None
) -> RoadNetwork:
    """
    Read the embedded network, ready for travel times.

    ``model``: the speeds; by default, the fitted ones. Returns major roads of Great Britain, and
    inferred local roads of England and Wales.
    """
    tables = read_embedded_tables(store=store)
    return build_embedded(tables, model or read_speed_model(), read_land(store=store))
