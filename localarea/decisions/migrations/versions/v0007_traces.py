"""Create the tables of shortlists, and of reports that are kept with proposals."""

import sqlalchemy as sa
from alembic import op

from localarea.decisions.migrations.append_only import refuse_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("shortlists", "proposal_reports")


def upgrade() -> None:
    """Create the tables with the triggers that refuse changes."""
    op.create_table(
        "shortlists",
        sa.Column("proposal_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_shortlists"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name="fk_shortlists_proposal_id"
        ),
    )
    op.create_table(
        "proposal_reports",
        sa.Column("proposal_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "sha256", name="pk_proposal_reports"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name="fk_proposal_reports_proposal_id"
        ),
        sa.CheckConstraint("format IN ('pdf', 'docx', 'html')", name="format"),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 20000000", name="size"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    """Refuse: the record is never thrown away by a program."""
    raise NotImplementedError("the record is never thrown away; restore a back-up")
