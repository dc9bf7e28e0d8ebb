"""Decisions: proposals, approvals, and a tamper-evident record of both."""

from localarea.extras import extra

with extra("record"):
    import sqlalchemy  # noqa: F401 -- all of this room rests on it
