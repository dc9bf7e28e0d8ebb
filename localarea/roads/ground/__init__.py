"""
What lies between roads: land and water, settlements, crossings, dead ends and local roads.

Nothing here knows of a graph. Start with `network_tables`, which puts together the tables that
`roads.embedded` makes its network of.
"""
