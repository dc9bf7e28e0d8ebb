"""Any bytes from outside: the targets of scripts/fuzz, what they begin with, and the runner."""
