"""
Decisions: proposals, approvals, and a tamper-evident record of both.

May know definitions and whatever is below them. Start with `database`, which opens a record, then
`proposals`, `approvals` and `publication`; `record` has its tables and how they are verified.
"""

from localarea.extras import extra

with extra("record"):
    import sqlalchemy  # noqa: F401 -- all of this room rests on it
