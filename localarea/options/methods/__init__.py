"""
Methods that choose the zones of an option.

`registry` lists them by name, and `base` defines what a method takes and returns. To add a method,
write a module and enter its function in the registry.
"""
