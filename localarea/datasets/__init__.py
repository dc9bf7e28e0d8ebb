"""The tables that localarea works on: the store that finds and verifies them, and their readers."""
