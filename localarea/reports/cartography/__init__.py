"""Shared by maps on screen and on paper: lines, colours, towns and alternative text."""
