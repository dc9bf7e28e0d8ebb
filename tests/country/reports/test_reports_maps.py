"""The page of the map: asks for nothing, is the same every time, and says what it should."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from reports_county import ANCHOR, districts, figures, options

from localarea.errors import CrsError, EmptyResultError, SchemaError
from localarea.geo.leaflet import leaflet_css, leaflet_javascript
from localarea.reports.maps.option_map import options_map


def page(**changes: Any) -> str:
    arguments: dict[str, Any] = {
        "districts": districts(),
        "figures": figures(),
        "anchor": ANCHOR,
        "title": 'Where "local" could be',
        "lede": "Three options.",
        "shown": ["ttwa", "ttwa+ipswich"],
        "contested": ["ipswich"],
        "sources": ["Contains OS data"],
    }
    drawn = changes.pop("options", options())
    return options_map(drawn, **{**arguments, **changes})


class Reader(HTMLParser):
    """Collect what a browser would fetch, and the text of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_nothing_in_the_page_is_loaded_from_anywhere() -> None:
    text = page()
    for tag, attributes in read(text).tags:
        assert tag not in {"link", "iframe", "object", "embed", "base"}
        assert not {"src", "srcset", "data", "background"} & attributes.keys(), (tag, attributes)
        assert "href" not in attributes
    assert "@import" not in text
    addresses = {u.strip("'\"") for u in re.findall(r"url\(([^)]*)\)", text)}
    assert {u for u in addresses if not u.startswith(("data:", "#"))} == set()
    assert "sourceMappingURL" not in text
    assert not re.search(r"(src|href)\s*=\s*.?https?:", text)
    for name in ("cdn.", "cdnjs", "bootstrap", "jquery", "fontawesome", "awesome"):
        assert name not in text.lower().replace(leaflet_javascript().lower(), "")


def test_the_page_forbids_requests() -> None:
    policies = [a["content"] for t, a in read(page()).tags if "http-equiv" in a and t == "meta"]
    (policy,) = policies
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_a_tile_server_is_asked_only_when_named_and_only_that_one() -> None:
    assert "tileLayer(" not in page().replace(leaflet_javascript(), "")
    text = page(tile_url="https://tiles.example/{z}/{x}/{y}.png", tile_attribution="Tiles Ltd")
    assert "https://tiles.example/{z}/{x}/{y}.png" in text
    assert "img-src data: https://tiles.example" in text


def test_the_same_page_every_time() -> None:
    assert page() == page()


def test_only_the_options_asked_for_are_drawn_at_first() -> None:
    def drawn(text: str) -> int:
        return len(re.findall(r"geo_json_\d+\.addTo\(", text))

    land = 1
    assert drawn(page(shown=["ttwa"])) == land + 1
    assert drawn(page(shown=[])) == land + 3


def test_every_option_stands_in_the_table() -> None:
    text = page()
    rows = re.findall(r'<th scope="row">.*?</tr>', text)
    assert len(rows) == 3
    assert "Travel-to-work area, with Ipsworth" in rows[2]
    assert "ttwa+ipswich" in rows[2]
    assert "<td>2,500</td>" in rows[1]


def test_language_title_and_label_for_those_who_listen() -> None:
    tags = read(page()).tags
    assert ("html", {"lang": "en-GB"}) in tags
    (viewport,) = [a["content"] for t, a in tags if t == "meta" and a.get("name") == "viewport"]
    assert "user-scalable" not in str(viewport)
    (drawing,) = [a for t, a in tags if t == "div" and a.get("class") == "map"]
    assert drawing["aria-label"] == 'Map: Where "local" could be'


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "{% raw %}", "a&b'\""]
)
def test_names_are_text_wherever_they_stand(evil: str) -> None:
    drawn, land = options(), districts()
    drawn.loc[0, "title"] = evil
    land.loc["E07000002", "name"] = evil
    text = page(options=drawn, districts=land, title=evil, lede=evil, sources=[evil])
    assert "<script>alert(1)" not in text
    assert "49" not in re.findall(r"<title>(.*)</title>", text)[0]
    clean = page()
    assert len(read(text).tags) == len(read(clean).tags)


def test_district_names_are_all_there_but_the_anchors_own() -> None:
    names = re.findall(r'class=\\"(place[ a-z]*)\\"\\u003e(.*?)\\u003c', page(shown=["ttwa"]))
    assert names == [
        ("place near", "Marshby"),
        ("place", "Northam \\u0026amp; Hythe"),
        ("place near", "Ipsworth"),
    ]


def test_degrees_are_refused() -> None:
    with pytest.raises(CrsError):
        page(options=options().to_crs(4326))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(SchemaError, match="'title'"):
        page(options=options().drop(columns="title"))


def test_an_option_without_figures_is_named() -> None:
    with pytest.raises(SchemaError, match="no row 'ttwa'"):
        page(figures=figures().drop(index="ttwa"))


def test_no_option_at_all_is_said() -> None:
    with pytest.raises(EmptyResultError, match="no option"):
        page(options=options().iloc[:0])


def test_leaflet_comes_whole() -> None:
    assert "L.map=" in leaflet_javascript() or "t.map=" in leaflet_javascript()
    assert leaflet_css().count("data:image/png") >= 2
