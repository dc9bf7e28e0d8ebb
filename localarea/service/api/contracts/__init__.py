"""The API of contracts: the register, its exchange and reports, and what they send."""
