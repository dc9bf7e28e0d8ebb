"""Create the append-only tables of contracts and of the figures of their returns."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("contracts", "contract_returns")


def upgrade() -> None:
    """Create the tables and the triggers that refuse changes."""
    op.create_table(
        "contracts",
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("reference", "version", name="pk_contracts"),
        sa.CheckConstraint("version > 0", name="version"),
    )
    op.create_index("ix_contracts_council", "contracts", ["council", "reference"])
    op.create_table(
        "contract_returns",
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("quarter", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("contract_version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("reference", "quarter", "version", name="pk_contract_returns"),
        sa.CheckConstraint("version > 0", name="version"),
        sa.ForeignKeyConstraint(
            ["reference", "contract_version"],
            ["contracts.reference", "contracts.version"],
            name="fk_contract_returns_contract",
        ),
    )
    for table in TABLES:
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
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


def downgrade() -> None:
    """Refuse: the record is never thrown away by a program."""
    raise NotImplementedError("the record is never thrown away; restore a back-up")
