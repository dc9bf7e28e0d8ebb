"""
The tables that localarea works on: the store that finds and verifies them, and one reader each.

Nothing here draws a conclusion from a table. Start with `store`; `storage` is how tables lie on
disk, `download` and `publishers` are where they come from, `flow_formats` reads yours.
"""
