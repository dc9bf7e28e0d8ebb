"""Create the tables of the service: API keys, and files being checked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("roles", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("expires_on", sa.String(10), nullable=False),
        sa.Column("revoked_at", sa.String(40)),
        sa.Column("last_used_on", sa.String(10)),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("sha256", name="uq_api_keys_sha256"),
    )
    op.create_table(
        "file_jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("definition", sa.String(200)),
        sa.Column("rows_done", sa.Integer, nullable=False),
        sa.Column("rows_total", sa.Integer),
        sa.Column("result", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("beat_at", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.String(40)),
        sa.Column("expires_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file_jobs"),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')",
            name="status",
        ),
    )
    op.create_index("ix_file_jobs_status", "file_jobs", ["status", "made_at"])
    op.create_index("ix_file_jobs_owner", "file_jobs", ["owner", "made_at"])


def downgrade() -> None:
    """Refuse: a store goes forward only."""
    raise NotImplementedError("a store goes forward only; restore a backup")
