"""The map that a resident would know: its land, roads, names and layers, small enough to send."""
