"""
The publishers' files: the URL, vintage and licence of each.

A URL points to a fixed edition wherever the publisher offers one; the title says so where the URL
moves with each edition. None of these publishers gives a checksum, so the first download records
it and later ones must match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from localarea.errors import DatasetNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localarea.datasets.download.content import Content

NOMIS: Final = "https://www.nomisweb.co.uk/output/census"
ARCGIS: Final = "https://www.arcgis.com/sharing/rest/content/items"
HUB: Final = "https://open-geography-portalx-ons.hub.arcgis.com/api/download/v1/items"
OPEN_DATA: Final = "https://opendata.arcgis.com/api/v3/datasets"
OGL: Final = "OGL-UK-3.0"
_ZIP: Final[frozenset[Content]] = frozenset({"zip"})
_CSV: Final[frozenset[Content]] = frozenset({"text", "gzip", "zip"})
_GEOJSON: Final[frozenset[Content]] = frozenset({"json", "gzip", "zip"})
_ANY: Final[frozenset[Content]] = _CSV | _GEOJSON | {"sqlite", "binary"}
_NAMED: Final = (".zip", ".csv", ".gz", ".tsv", ".geojson", ".geojsonl", ".json", ".gpkg", ".pbf")


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """
    A publisher's file.

    Attributes
    ----------
    vintage : str
        Year or month that it describes.
    file : str
        Path within the folder of raw files.
    content : frozenset of str
        Accepted types of content.
    tables : tuple of str
        Tables of ``data/`` that are built from it.
    reader : str
        Function in ``localarea.datasets.publishers`` that reads it.
    sha256 : str or None
        Checksum, if the publisher gives one.
    """

    name: str
    title: str
    publisher: str
    vintage: str
    licence: str
    url: str
    file: str
    content: frozenset[Content]
    tables: tuple[str, ...] = ()
    reader: str = ""
    sha256: str | None = None


_ALL: Final = (
    PublishedFile(
        "wu01ew",
        "Census 2011 WU01EW: usual residence by place of work, MSOA",
        "ONS (Nomis)",
        "2011",
        OGL,
        f"{NOMIS}/2011/wu01ew_msoa.zip",
        "flows/wu01ew_msoa.zip",
        _ZIP,
        ("flows_2011", "flows_2011_special"),
        "nomis.read_flow_file",
    ),
    PublishedFile(
        "wf01bew",
        "Census 2011 WF01BEW: usual residence by place of work, output area",
        "ONS (Nomis)",
        "2011",
        OGL,
        f"{NOMIS}/2011/wf01bew_oa.zip",
        "flows/wf01bew_oa.zip",
        _ZIP,
        (),
        "nomis.read_flow_file",
    ),
    PublishedFile(
        "odwp01ew",
        "Census 2021 ODWP01EW: usual residence by place of work, output area to district",
        "ONS (Nomis)",
        "2021",
        OGL,
        f"{NOMIS}/2021/odwp01ew.zip",
        "flows/odwp01ew.zip",
        _ZIP,
        ("flows_2021", "flows_2021_special"),
        "nomis.read_flow_file",
    ),
    PublishedFile(
        "onspd",
        "ONS Postcode Directory, November 2025",
        "ONS Geography",
        "2025-11",
        OGL,
        f"{ARCGIS}/3635ca7f69df4733af27caf86473ffa1/data",
        "postcodes/ONSPD_NOV_2025.zip",
        _ZIP,
        ("postcodes",),
        "onspd.read_postcode_directory",
    ),
    PublishedFile(
        "postcode_best_fit",
        "Postcode to OA, LSOA, MSOA and district, best fit, May 2022",
        "ONS Geography",
        "2022-05",
        OGL,
        f"{ARCGIS}/e7824b1475604212a2325cd373946235/data",
        "lookups/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.zip",
        _ZIP,
        ("postcodes",),
        "lookups.read_postcode_best_fit",
    ),
    PublishedFile(
        "lsoa11_ttwa11",
        "LSOA (2011) to Travel to Work Area (2011), United Kingdom",
        "ONS Geography",
        "2011",
        OGL,
        f"{OPEN_DATA}/50ce6db9e3a24f16b3f63f07e6a069f0_0/downloads/data?format=csv&spatialRefId=4326",
        "ttwa/LSOA11_TTWA11-UK.csv",
        _CSV,
        ("ttwa11_lookup", "ttwa11_msoa11"),
        "lookups.read_lsoa11_ttwa11",
    ),
    PublishedFile(
        "ks101ew_oa",
        "Census 2011 KS101EW: usual residents, output area",
        "ONS (Nomis)",
        "2011",
        OGL,
        f"{NOMIS}/2011/ks101ew_2011_oa.zip",
        "population/ks101ew_2011_oa.zip",
        _ZIP,
        ("population_msoa11_2011", "ttwa11_lookup", "ttwa11_msoa11"),
    ),
    PublishedFile(
        "msoa21_boundaries",
        "MSOA (December 2021) boundaries, generalised clipped, England and Wales",
        "ONS Geography",
        "2021",
        OGL,
        f"{HUB}/6b282db29762450881ed5159259a6e4e/geojson?layers=0",
        "boundaries/MSOA_2021_EW_BGC_V3.geojson",
        _GEOJSON,
        ("zones_msoa21",),
        "vectors.read_zone_polygons",
    ),
    PublishedFile(
        "msoa21_names",
        "House of Commons Library MSOA names (the address moves with each edition)",
        "House of Commons Library",
        "2021",
        "Open Parliament Licence 3.0",
        "https://houseofcommonslibrary.github.io/msoanames/MSOA-Names-Latest2.csv",
        "lookups/MSOA-Names-Latest2.csv",
        _CSV,
        ("zones_msoa21", "zones_msoa11"),
        "lookups.read_library_names",
    ),
    PublishedFile(
        "code_point_open",
        "OS Code-Point Open (the address moves with each quarter's edition)",
        "Ordnance Survey",
        "at retrieval",
        OGL,
        "https://api.os.uk/downloads/v1/products/CodePointOpen/downloads"
        "?area=GB&format=CSV&redirect",
        "postcodes/codepo_gb.zip",
        _ZIP,
        ("postcodes",),
    ),
)
SOURCES: Final[Mapping[str, PublishedFile]] = {source.name: source for source in _ALL}


def choose_sources(names: Iterable[str] = ()) -> tuple[PublishedFile, ...]:
    """
    Return the requested sources.

    ``names``: names of sources, or of tables of ``data/``, which stand for the sources of the
    table. If empty, all sources. Without repeats, in the order of this module. DatasetNotFoundError
    if a name is neither.

    Examples
    --------
    >>> [source.name for source in choose_sources(["flows_2011", "wf01bew"])]
    ['wu01ew', 'wf01bew']
    """
    wanted = list(names)
    tables = {table for source in _ALL for table in source.tables}
    for name in wanted:
        if name not in SOURCES and name not in tables:
            raise DatasetNotFoundError(name, [*SOURCES, *sorted(tables)])
    return tuple(s for s in _ALL if not wanted or {s.name, *s.tables}.intersection(wanted))


def any_source(name: str) -> PublishedFile:
    """Return a source for a file of which no publisher's address is known: a table or a map."""
    return PublishedFile(name, name, "", "", "", "", "download", _ANY)


def at_address(source: PublishedFile, address: str) -> PublishedFile:
    """
    Return another edition of a source, at an address of its own.

    Parameters
    ----------
    address : str
        Address of the file. It may have no file name, as ``/items/ID/data`` has none.

    Returns
    -------
    PublishedFile
        The same source, of an unknown vintage, as a table or a zip that holds one, or as any map
        if the source is one. Its file has the name in the address, or none that could be
        mistaken for an edition's.

    Examples
    --------
    >>> at_address(SOURCES["onspd"], "https://example.org/ONSPD_FEB_2026.zip?x=1").file
    'ONSPD_FEB_2026.zip'
    >>> at_address(SOURCES["onspd"], "https://example.org/items/abc/data").file
    'download'
    """
    last = PurePosixPath(unquote(urlsplit(address).path)).name
    named = last.casefold().endswith(_NAMED)
    file = re.sub(r"[^\w.-]", "_", last) if named else "download"
    title = source.title.partition(",")[0]
    content = _ANY if "json" in source.content else _CSV
    return replace(source, title=title, vintage="", url=address, file=file, content=content)
