"""Render a folium map as a reproducible page that makes no network requests."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from localarea.extras import extra
from localarea.geo.leaflet import leaflet_css, leaflet_javascript

with extra("maps"):
    import folium
    from branca.element import Element, Figure, MacroElement
    from folium.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# Respect the system setting for reduced motion.
_STILLNESS = (
    'if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) L.Map.mergeOptions('
    "{zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false});"
)


@cache
def read_asset(name: str) -> str:
    """Read a script or style sheet of the package, by its name in ``assets``."""
    return files("localarea.reports").joinpath("assets", name).read_text(encoding="utf-8")


class Verbatim(Element):
    """
    Text inserted into the page unchanged.

    Parameters
    ----------
    text : str
        Text in which braces are not interpreted as a template.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """Return the text, whatever folium passes."""
        return self.text


class OfflinePage(Figure):
    """
    Page around a map, with a content security policy that forbids requests.

    Parameters
    ----------
    title : str
        Title of the page, already escaped for HTML.
    tile_url : str or None
        URL template of the only tile server allowed; None for none.
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="{{ this.policy }}">\n'
        "<title>{{ this.title }}</title>\n{{ this.header.render(**kwargs) }}\n</head>\n<body>\n"
        "{{ this.html.render(**kwargs) }}\n<script>\n{{ this.script.render(**kwargs) }}\n"
        "</script>\n</body>\n</html>\n"
    )

    def __init__(self, title: str, *, tile_url: str | None = None) -> None:
        super().__init__(title=title)
        self.header._children.clear()
        images = "data:"
        if tile_url is not None:
            parts = urlsplit(tile_url.replace("{s}", "*"))
            images += f" {parts.scheme}://{parts.netloc}"
        self.policy = (
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            f"img-src {images}"
        )
        for name, text in (
            ("leaflet_css", f"<style>{leaflet_css()}</style>"),
            ("own_css", f"<style>{read_asset('map.css')}</style>"),
            ("leaflet_js", f"<script>{leaflet_javascript()}</script>"),
            ("stillness", f"<script>{_STILLNESS}</script>"),
        ):
            self.header.add_child(Verbatim(text), name=name)


class OfflineMap(folium.Map):
    """
    Folium's map without scripts, fonts and style sheets from other sites.

    Parameters
    ----------
    before, after : str
        HTML around the map, already escaped.
    label : str
        Accessible name of the map, already escaped.
    **kwargs
        Passed to ``folium.Map``.
    """

    default_js = []  # noqa: RUF012 -- folium declares them so
    default_css = []  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
            {{ this.before }}
            <div class="map" id={{ this.get_name()|tojson }} role="region"
                aria-label="{{ this.label }}"></div>
            {{ this.after }}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
                {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});
            L.control.scale({maxWidth: 160}).addTo({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, before: str, after: str, label: str, **kwargs: Any) -> None:
        super().__init__(tiles=None, **kwargs)
        self.before, self.after, self.label = before, after, label


class MapBehaviour(MacroElement):
    """
    The page's own script, placed after the elements it refers to.

    Parameters
    ----------
    layers : mapping of str to folium.GeoJson
        Layer of each option, by its title, already escaped.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            const localareaMap = {{ this._parent.get_name() }};
            const localareaControl = {{ this.control.get_name() }};
            const localareaOptions = [
            {%- for title, layer in this.layers.items() %}
                {title: {{ title|tojson }}, layer: {{ layer.get_name() }}},
            {%- endfor %}
            ];
            {{ this.code }}
        {% endmacro %}
        """
    )

    def __init__(self, control: folium.LayerControl, layers: Mapping[str, folium.GeoJson]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.control, self.layers, self.code = control, layers, read_asset("map.js")


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _walk(child)


def render_page(page: OfflinePage) -> str:
    """
    Render the page; the same content gives the same bytes.

    Folium gives elements random ids; here they are numbered instead.
    """
    for number, element in enumerate(_walk(page)):
        element._id = f"{number:03d}"
    text: str = page.render()
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
