"""
How tables lie on disk: the registry, editions, hashes that are verified, and mapped arrays.

`datasets.store` puts them together and is what readers ask. Start with `registry`.
"""
