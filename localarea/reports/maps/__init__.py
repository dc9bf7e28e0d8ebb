"""Maps for a browser that work offline. Start with `option_map` and `explorer`."""
