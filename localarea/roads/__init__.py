"""Roads: a graph of roads, speeds, travel times and the areas within reach."""
