"""The mandate as an area: its figures, and what options hold of it in words."""
