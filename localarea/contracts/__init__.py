"""
Contracts on the register: pledges, counted returns, and how far each has come.

:mod:`~localarea.contracts.model` is a contract, :mod:`~localarea.contracts.counting` turns a return
into figures in memory, :mod:`~localarea.contracts.register` keeps both, and
:mod:`~localarea.contracts.standing` sets what was delivered against what was pledged. ``value`` is
what that is worth in pounds, ``exchange`` tables of other registers, and ``disclosure`` what may be
published.
"""

from localarea.extras import extra

with extra("record"):
    import sqlalchemy  # noqa: F401 -- all of this room rests on it
