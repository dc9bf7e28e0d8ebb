"""Leaflet's scripts and styles for embedding in a page, from `localarea.geo.leaflet`."""

from __future__ import annotations

from localarea.geo.leaflet import leaflet_css, leaflet_javascript

__all__ = ["leaflet_css", "leaflet_javascript"]
