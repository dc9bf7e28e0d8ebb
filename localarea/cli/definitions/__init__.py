"""The commands of definitions: `publish`, and those of `localarea definitions`."""
