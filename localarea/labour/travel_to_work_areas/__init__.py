"""Travel-to-work areas: the official method, its variants, and analysis of the result."""
