"""Maps for a browser that work without the internet. Begin with `option_map` and `explorer`."""
