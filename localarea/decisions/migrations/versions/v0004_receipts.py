"""Create the append-only table of receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the triggers that refuse changes."""
    op.create_table(
        "receipts",
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("input_sha256", sa.String(64)),
        sa.Column("result_sha256", sa.String(64)),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_receipts"),
        sa.CheckConstraint("kind IN ('file', 'answer')", name="kind"),
    )
    op.create_index("ix_receipts_input_sha256", "receipts", ["input_sha256"])
    op.create_index("ix_receipts_result_sha256", "receipts", ["result_sha256"])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER receipts_no_{act.lower()} BEFORE {act} ON receipts "
                "BEGIN SELECT RAISE(ABORT, 'receipts only ever grows'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER receipts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts "
        "FOR EACH STATEMENT EXECUTE FUNCTION localarea_refuse_change()"
    )


def downgrade() -> None:
    """Refuse: the record is never thrown away by a program."""
    raise NotImplementedError("the record is never thrown away; restore a back-up")
