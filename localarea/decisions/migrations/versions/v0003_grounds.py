"""Create the append-only table of what approvers saw."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the triggers that refuse changes."""
    op.create_table(
        "grounds",
        sa.Column("definition_id", sa.String(100), nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("definition_id", name="pk_grounds"),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definitions.id"], name="fk_grounds_definition_id"
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER grounds_no_{act.lower()} BEFORE {act} ON grounds "
                "BEGIN SELECT RAISE(ABORT, 'grounds only ever grows'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER grounds_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON grounds "
        "FOR EACH STATEMENT EXECUTE FUNCTION localarea_refuse_change()"
    )


def downgrade() -> None:
    """Refuse: the record of decisions is never thrown away by a program."""
    raise NotImplementedError("the record of decisions is never thrown away; restore a backup")
