"""
The record itself: its tables, who may do what, and how every entry is verified.

Nothing here enters anything; the modules beside this folder do. Start with `schema` for what is
kept and `audit` for how it is held to be unchanged.
"""
