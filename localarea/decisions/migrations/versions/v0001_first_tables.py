"""Create the first tables, and the triggers that make some of them append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A migration must not change when the schema does, so it repeats the tables.
APPEND_ONLY = ("comments", "definitions", "definition_ends", "audit")
NO_HASH = "0" * 64


def upgrade() -> None:
    """Create the tables, the triggers, and the head of the empty audit log."""
    _proposals()
    _definitions()
    _audit()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("option_id", sa.String(200), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("put_forward_by", sa.String(200), nullable=False),
        sa.Column("put_forward_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.CheckConstraint("purpose IN ('measure', 'reservation')", name="purpose"),
        sa.CheckConstraint(
            "status IN ('put_forward', 'returned', 'approved', 'withdrawn')", name="status"
        ),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("proposal_id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name="fk_comments_proposal_id"),
    )
    op.create_index("ix_comments_proposal_id", "comments", ["proposal_id"])


def _definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("proposal_id", sa.Integer),
        sa.Column("council", sa.String(100), nullable=False),
        sa.Column("option_id", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("effective_from", sa.String(10), nullable=False),
        sa.Column("effective_to", sa.String(10)),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.Column("approved_post", sa.String(200), nullable=False),
        sa.Column("approved_at", sa.String(40), nullable=False),
        sa.Column("minute_reference", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("directory_date", sa.String(7), nullable=False),
        sa.Column("software_version", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_definitions"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name="fk_definitions_proposal_id"
        ),
        sa.UniqueConstraint("proposal_id", name="uq_definitions_proposal_id"),
        sa.CheckConstraint("purpose IN ('measure', 'reservation')", name="purpose"),
        sa.CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="period"),
    )
    op.create_index(
        "ix_definitions_council_purpose", "definitions", ["council", "purpose", "effective_from"]
    )
    op.create_table(
        "definition_ends",
        sa.Column("definition_id", sa.String(100), nullable=False),
        sa.Column("ended_on", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("successor", sa.String(100)),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("definition_id", name="pk_definition_ends"),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definitions.id"], name="fk_definition_ends_definition_id"
        ),
        sa.ForeignKeyConstraint(
            ["successor"], ["definitions.id"], name="fk_definition_ends_successor"
        ),
        sa.CheckConstraint("kind IN ('superseded', 'withdrawn')", name="kind"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": NO_HASH}])


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only ever grows'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION localarea_refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION '% only ever grows', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION localarea_refuse_change()"
    )


def downgrade() -> None:
    """Refuse: the record of decisions is never thrown away by a program."""
    raise NotImplementedError("the record of decisions is never thrown away; restore a backup")
