"""
The methods by which an option's zones are chosen.

`registry` lists them by name, `base` says what a method takes and returns; a new method is a module
of its own and one entry in the registry.
"""
