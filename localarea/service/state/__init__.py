"""
What a running service holds: its council, its tables, and what it has worked out and kept.

Start with `state`; `shelf` and `once` bound what is kept, and `clock` says which day it is.
"""
