"""Leaflet as text to write into a page; the reading is in `localarea.geo.leaflet`."""

from __future__ import annotations

from localarea.geo.leaflet import leaflet_css, leaflet_javascript

__all__ = ["leaflet_css", "leaflet_javascript"]
