"""Fitting the speeds of the embedded network: scripts/calibrate_speeds.py."""
