"""Roads: graphs, speeds, travel times and isochrones."""
