"""Travel-to-work areas: the official method, its variants, and questions to the result."""
