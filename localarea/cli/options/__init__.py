"""The commands that compare options: `options`, `compare` and `scenario`, and their tables."""
