"""The half-made things that several tables share, each made once and only when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from building.flows import CENSUS_2011, CENSUS_2021, read_census_flows
from building.oa_residents import read_oa11_residents
from building.postcodes import ZoneShapes, assemble_postcodes
from building.road_network import make_road_network
from building.roads import read_roads
from building.totals import require_total
from building.ttwa import read_ttwa11
from building.zones import follow_districts, majority, regions_of_districts, zones_frame
from localarea.datasets.publishers.lookups import read_library_names
from localarea.renewal.making.coverage import clean_coverage, simplify_coverage
from localarea.renewal.making.districts import read_counties, read_districts_of_all_years
from localarea.renewal.making.outlines import read_outlines
from localarea.renewal.making.zones import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from building.sources import Input, Sources
    from localarea.datasets.publishers.nomis import FlowTables

T = TypeVar("T")


class shared(Generic[T]):  # noqa: N801 - reads as the decorator it is, like property
    """A property made once; whoever asks is noted as using the inputs it was made from."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make, self.name, self.__doc__ = make, make.__name__, make.__doc__

    def __get__(self, workshop: Workshop, owner: type | None = None) -> T:
        """Return the thing, making it the first time."""
        if self.name not in workshop.made:
            with workshop.sources.recording() as inputs:
                workshop.made[self.name] = (self.make(workshop), inputs)
        thing, inputs = workshop.made[self.name]
        workshop.sources.used.update(inputs)
        return thing


@dataclass
class Workshop:
    """Makes the shared things from the sources; `made` holds each with the inputs it used."""

    sources: Sources
    out: Path = field(default_factory=Path)
    made: dict[str, tuple[Any, dict[str, Input]]] = field(default_factory=dict)

    @shared
    def _msoa11(self) -> tuple[pd.DataFrame, ZoneShapes]:
        zones = self.sources.totals.zones_msoa11
        return self._zones("boundaries/MSOA11_BGC.geojsonl.gz", "msoa11cd", zones)

    @shared
    def _msoa21(self) -> tuple[pd.DataFrame, ZoneShapes]:
        zones = self.sources.totals.zones_msoa21
        return self._zones("boundaries/MSOA21_EW.geojsonl.gz", "msoa21cd", zones)

    def _zones(self, file: str, code: str, count: int) -> tuple[pd.DataFrame, ZoneShapes]:
        found, polygons = read_outlines(self.sources.file(file), re.compile(code), ZONE)
        require_total(file, found["code"].nunique(), count, "number of zones")
        codes = found["code"].to_numpy(dtype=object)
        return found, ZoneShapes(codes, clean_coverage(polygons))

    @shared
    def simple_msoa11(self) -> np.ndarray:
        """Return simplified MSOA11 polygons, in code order."""
        return simplify_coverage(self._msoa11[1].polygons)

    @shared
    def simple_msoa21(self) -> np.ndarray:
        """Return simplified MSOA21 polygons, in code order."""
        return simplify_coverage(self._msoa21[1].polygons)

    @shared
    def postcodes(self) -> pd.DataFrame:
        """Return every postcode, with what the directories know of it."""
        return assemble_postcodes(self.sources, self._msoa11[1], self._msoa21[1])

    @shared
    def follow(self) -> pd.Series:
        """Return the 2025 district of each district of May 2022."""
        return follow_districts(self.postcodes)

    @shared
    def areas(self) -> pd.DataFrame:
        """Return output areas of 2011 with their residents and zones."""
        return read_oa11_residents(self.sources)

    @shared
    def names(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """Return districts of all years, and the names of regions."""
        path = self.sources.file("boundaries/lad_all_years_topo.json.gz")
        return read_districts_of_all_years(path)

    @shared
    def counties(self) -> pd.DataFrame:
        """Return the county of each district of England."""
        return read_counties(self.sources.file("boundaries/lad_all_years_topo.json.gz"))

    @shared
    def zones_msoa11(self) -> pd.DataFrame:
        """Return code, names and district of each MSOA11, in code order."""
        properties, shapes = self._msoa11
        ons_names = properties["msoa11nm"].to_numpy(dtype=object)
        district = majority(self.areas, "msoa11cd", "lad22cd", "residents")
        names = self._library_names
        frame = zones_frame(shapes.codes, ons_names, district, names, self.follow, system="msoa11")
        return self._of_every_district("zones_msoa11", frame)

    @shared
    def zones_msoa21(self) -> pd.DataFrame:
        """Return code, names, district and region of each MSOA21, in code order."""
        raw, shapes = self._msoa21
        district = raw.set_index("code")["ladcd_active"]
        ons_names = raw["msoa21nm"].to_numpy(dtype=object)
        names = self._library_names
        frame = zones_frame(
            shapes.codes,
            ons_names,
            district,
            names,
            self.follow,
            system="msoa21",
        )
        frame["rgncd"] = raw["rgncd"].to_numpy(dtype=object)
        return self._of_every_district("zones_msoa21", frame)

    def _of_every_district(self, table: str, frame: pd.DataFrame) -> pd.DataFrame:
        found, stated = frame["lad25cd"].nunique(), self.sources.totals.districts
        require_total(table, found, stated, "number of districts in England and Wales")
        return frame

    @shared
    def _library_names(self) -> pd.DataFrame:
        """Return the House of Commons Library's names, and which zones are those of 2011."""
        return read_library_names(self.sources.file("lookups/msoa21_names.csv"))

    @shared
    def regions(self) -> pd.Series:
        """Return the name of each district's region."""
        return regions_of_districts(self.zones_msoa21, self.names[1])

    @shared
    def flows_2011(self) -> FlowTables:
        """Return flows of the census of 2011, with special destinations."""
        return read_census_flows(self.sources, CENSUS_2011)

    @shared
    def flows_2021(self) -> FlowTables:
        """Return flows of the census of 2021, with special destinations."""
        return read_census_flows(self.sources, CENSUS_2021)

    @shared
    def ttwa11(self) -> pd.DataFrame:
        """Return the TTWA lookup with MSOA, district and residents."""
        return read_ttwa11(self.sources, self.areas, self.follow)

    @shared
    def roads(self) -> tuple[pa.Table, pa.Table]:
        """Return nodes and edges of the major roads."""
        return read_roads(self.sources)

    @shared
    def road_network(self) -> tuple[pa.Table, pa.Table]:
        """Return nodes and edges of the network that travel times are found on."""
        return make_road_network(
            self.sources, self.roads, self.postcodes, self._msoa11[1].codes, self.simple_msoa11
        )
