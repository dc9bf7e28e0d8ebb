"""Create the tables of proxy values, and of reports on social value with their files."""

import sqlalchemy as sa
from alembic import op

from localarea.decisions.migrations.append_only import refuse_changes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("proxy_values", "value_reports", "value_report_files")


def upgrade() -> None:
    """Create the tables with the triggers that refuse changes."""
    for name in TABLES[:2]:
        op.create_table(
            name,
            sa.Column("council", sa.String(100), nullable=False),
            sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
            sa.Column("document", sa.Text, nullable=False),
            sa.Column("by", sa.String(200), nullable=False),
            sa.Column("at", sa.String(40), nullable=False),
            sa.PrimaryKeyConstraint("council", "number", name=f"pk_{name}"),
            sa.CheckConstraint("number > 0", name="number"),
        )
    op.create_table(
        "value_report_files",
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("council", "number", "format", name="pk_value_report_files"),
        sa.ForeignKeyConstraint(
            ["council", "number"],
            ["value_reports.council", "value_reports.number"],
            name="fk_value_report_files_report",
        ),
        sa.CheckConstraint("format IN ('pdf', 'docx', 'html')", name="format"),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 20000000", name="size"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    """Refuse: the record is never thrown away by a program."""
    raise NotImplementedError("the record is never thrown away; restore a back-up")
