"""Define "local" by travel-to-work areas, and check postcodes against it."""

__version__ = "0.1.0"
