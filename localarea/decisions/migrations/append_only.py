"""Tables that only ever grow: the database itself refuses to change or delete a row of them."""

from __future__ import annotations

from alembic import op


def refuse_changes(table: str) -> None:
    """
    Have the database refuse every change of a table's rows.

    What earlier migrations did by themselves; it may not change any more, as stores have been made
    with it.
    """
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only ever grows'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION localarea_refuse_change()"
    )
