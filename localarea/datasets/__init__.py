"""The tables that localarea works on: where they are, whether they are whole, one reader each."""
