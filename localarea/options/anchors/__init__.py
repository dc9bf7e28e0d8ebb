"""The place that a labour market is measured from, and the official area that it is in."""
