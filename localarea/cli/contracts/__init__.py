"""The commands of `localarea contracts`: the register, its files, and monitoring."""
