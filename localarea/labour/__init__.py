"""The labour room."""
