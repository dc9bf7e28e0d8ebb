"""Councils by their names alone: every method, the places in dispute, and a file to start from."""
