"""The pages of contracts: the register, returns, monitoring, values, and what suppliers send."""
