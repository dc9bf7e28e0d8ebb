"""The steps by which the store of decisions came to its present form."""
