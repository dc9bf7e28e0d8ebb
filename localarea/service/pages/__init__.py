"""The pages: rendered here, so that they work without JavaScript."""
