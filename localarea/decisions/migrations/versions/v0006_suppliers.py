"""Say who sent a return; create the tables of its acceptance, of suppliers and of releases."""

import sqlalchemy as sa
from alembic import op

from localarea.decisions.migrations.append_only import refuse_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("return_decisions", "contract_access", "releases")


def upgrade() -> None:
    """Add the column, and create the tables with the triggers that refuse changes."""
    sent_as = sa.Column("sent_as", sa.String(20), nullable=False, server_default="council")
    op.add_column("contract_returns", sent_as)
    op.create_table(
        "return_decisions",
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("quarter", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("reference", "quarter", "version", name="pk_return_decisions"),
        sa.CheckConstraint("state IN ('accepted', 'returned')", name="state"),
        sa.ForeignKeyConstraint(
            ["reference", "quarter", "version"],
            ["contract_returns.reference", "contract_returns.quarter", "contract_returns.version"],
            name="fk_return_decisions_return",
        ),
    )
    op.create_table(
        "contract_access",
        sa.Column("holder", sa.String(300), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("expires_on", sa.String(10), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("holder", "reference", "number", name="pk_contract_access"),
        sa.CheckConstraint("number > 0", name="number"),
    )
    op.create_index("ix_contract_access_reference", "contract_access", ["reference"])
    op.create_table(
        "releases",
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("council", "number", name="pk_releases"),
        sa.CheckConstraint("number > 0", name="number"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    """Refuse: the record is never thrown away by a program."""
    raise NotImplementedError("the record is never thrown away; restore a back-up")
