"""
Tables of the store.

Dates and times are ISO 8601 text (times in UTC), so that both databases sort and show
them alike. The tables named in :data:`APPEND_ONLY` are append-only: triggers created by the
migrations refuse changes.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PROPOSALS: Final = Table(
    "proposals",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("council", String(100), nullable=False),
    Column("option_id", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("scenario", Text, nullable=False),  # recipe for the option, as TOML
    Column("status", String(20), nullable=False),
    Column("put_forward_by", String(200), nullable=False),
    Column("put_forward_at", String(40), nullable=False),
    CheckConstraint("purpose IN ('measure', 'reservation')", name="purpose"),
    CheckConstraint(
        "status IN ('put_forward', 'returned', 'approved', 'withdrawn')", name="status"
    ),
)

COMMENTS: Final = Table(
    "comments",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("proposal_id", Integer, ForeignKey("proposals.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("by", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_comments_proposal_id", "proposal_id"),
)

SHORTLISTS: Final = Table(
    "shortlists",
    METADATA,
    Column("proposal_id", Integer, ForeignKey("proposals.id"), primary_key=True),
    Column("document", Text, nullable=False),  # options with figures as shown, canonical JSON
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
)

PROPOSAL_REPORTS: Final = Table(
    "proposal_reports",
    METADATA,
    Column("proposal_id", Integer, ForeignKey("proposals.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),  # of the content
    Column("format", String(10), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("document", Text, nullable=False),  # its date and options, as canonical JSON
    Column("content", LargeBinary, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("format IN ('pdf', 'docx', 'html')", name="format"),
    CheckConstraint("size_bytes BETWEEN 1 AND 20000000", name="size"),
)

DEFINITIONS: Final = Table(
    "definitions",
    METADATA,
    Column("id", String(100), primary_key=True),
    # One approval per proposal: the last line of defence if two approvers race.
    Column("proposal_id", Integer, ForeignKey("proposals.id"), unique=True),
    Column("council", String(100), nullable=False),
    Column("option_id", String(200), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("effective_from", String(10), nullable=False),
    Column("effective_to", String(10)),  # its last day
    Column("approved_by", String(200), nullable=False),
    Column("approved_post", String(200), nullable=False),
    Column("approved_at", String(40), nullable=False),
    Column("minute_reference", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("directory_date", String(7), nullable=False),
    Column("software_version", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("purpose IN ('measure', 'reservation')", name="purpose"),
    CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="period"),
    Index("ix_definitions_council_purpose", "council", "purpose", "effective_from"),
)

GROUNDS: Final = Table(
    "grounds",
    METADATA,
    Column("definition_id", String(100), ForeignKey("definitions.id"), primary_key=True),
    Column("shown", Text, nullable=False),  # what the approver saw, as canonical JSON
    Column("picture", LargeBinary, nullable=False),  # the map, as PNG
)

DEFINITION_ENDS: Final = Table(
    "definition_ends",
    METADATA,
    # A primary key, so a definition can end only once.
    Column("definition_id", String(100), ForeignKey("definitions.id"), primary_key=True),
    Column("ended_on", String(10), nullable=False),  # the first day on which it no longer holds
    Column("kind", String(20), nullable=False),
    Column("successor", String(100), ForeignKey("definitions.id")),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("kind IN ('superseded', 'withdrawn')", name="kind"),
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", Text, nullable=False),  # canonical JSON
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

AUDIT_HEAD: Final = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    Column("id", String(16), primary_key=True),  # public part, used in the log
    Column("name", String(200), nullable=False),  # of the program that holds it
    Column("roles", String(100), nullable=False),  # comma-separated
    Column("sha256", String(64), nullable=False, unique=True),  # the key itself is not kept
    Column("made_by", String(200), nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("expires_on", String(10), nullable=False),  # its last day
    Column("revoked_at", String(40)),
    Column("last_used_on", String(10)),
)

FILE_JOBS: Final = Table(
    "file_jobs",
    METADATA,
    Column("id", String(32), primary_key=True),  # unguessable
    Column("owner", String(200), nullable=False),
    Column("status", String(20), nullable=False),
    Column("file_name", String(200), nullable=False),  # as uploaded; rows are never stored here
    Column("size_bytes", Integer, nullable=False),
    Column("request", Text, nullable=False),  # column, sheet, option or definition, as JSON
    Column("definition", String(200)),
    Column("rows_done", Integer, nullable=False),
    Column("rows_total", Integer),
    Column("result", Text),  # counts, as JSON
    Column("problem", Text),  # what went wrong, in a sentence
    Column("made_at", String(40), nullable=False),
    Column("beat_at", String(40), nullable=False),  # last heartbeat of its worker
    Column("ended_at", String(40)),
    Column("expires_at", String(40), nullable=False),
    CheckConstraint(
        "status IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')",
        name="status",
    ),
    Index("ix_file_jobs_status", "status", "made_at"),
    Index("ix_file_jobs_owner", "owner", "made_at"),
)

RECEIPTS: Final = Table(
    "receipts",
    METADATA,
    Column("reference", String(40), primary_key=True),  # unguessable
    Column("kind", String(20), nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON, without any postcode
    Column("input_sha256", String(64)),
    Column("result_sha256", String(64)),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("kind IN ('file', 'answer')", name="kind"),
    Index("ix_receipts_input_sha256", "input_sha256"),
    Index("ix_receipts_result_sha256", "result_sha256"),
)

CONTRACTS: Final = Table(
    "contracts",
    METADATA,
    Column("reference", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),  # a correction is a new one
    Column("council", String(100), nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON, without any postcode
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("version > 0", name="version"),
    Index("ix_contracts_council", "council", "reference"),
)

CONTRACT_RETURNS: Final = Table(
    "contract_returns",
    METADATA,
    Column("reference", String(60), primary_key=True),
    Column("quarter", String(10), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("contract_version", Integer, nullable=False),  # that it was counted for
    # Counted figures and the receipt as canonical JSON; no row and no cell of the return.
    Column("document", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    # A supplier's waits until it is accepted; what the council enters itself counts at once.
    Column("sent_as", String(20), nullable=False, server_default="council"),
    CheckConstraint("version > 0", name="version"),
    ForeignKeyConstraint(
        ["reference", "contract_version"],
        ["contracts.reference", "contracts.version"],
        name="fk_contract_returns_contract",
    ),
)

RETURN_DECISIONS: Final = Table(
    "return_decisions",
    METADATA,
    Column("reference", String(60), primary_key=True),
    Column("quarter", String(10), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),  # decided once
    Column("state", String(20), nullable=False),
    Column("comment", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("state IN ('accepted', 'returned')", name="state"),
    ForeignKeyConstraint(
        ["reference", "quarter", "version"],
        ["contract_returns.reference", "contract_returns.quarter", "contract_returns.version"],
        name="fk_return_decisions_return",
    ),
)

CONTRACT_ACCESS: Final = Table(
    "contract_access",
    METADATA,
    Column("holder", String(300), primary_key=True),  # a key or a person of the supplier
    Column("reference", String(60), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # the newest holds
    Column("expires_on", String(10), nullable=False),  # its last day; a past one ends it
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("number > 0", name="number"),
    Index("ix_contract_access_reference", "reference"),
)

RELEASES: Final = Table(
    "releases",
    METADATA,
    Column("council", String(100), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # Which versions of returns each figure rests on and which figures were withheld: no figure.
    Column("document", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("number > 0", name="number"),
)

PROXY_VALUES: Final = Table(
    "proxy_values",
    METADATA,
    Column("council", String(100), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # the newest holds
    Column("document", Text, nullable=False),  # edition, source and values, as canonical JSON
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("number > 0", name="number"),
)

VALUE_REPORTS: Final = Table(
    "value_reports",
    METADATA,
    Column("council", String(100), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),  # its date, what was learnt, its proxy values
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("number > 0", name="number"),
)

VALUE_REPORT_FILES: Final = Table(
    "value_report_files",
    METADATA,
    Column("council", String(100), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("format", String(10), primary_key=True),
    Column("content_sha256", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    CheckConstraint("format IN ('pdf', 'docx', 'html')", name="format"),
    CheckConstraint("size_bytes BETWEEN 1 AND 20000000", name="size"),
    ForeignKeyConstraint(
        ["council", "number"],
        ["value_reports.council", "value_reports.number"],
        name="fk_value_report_files_report",
    ),
)

APPEND_ONLY: Final = (
    "comments",
    "shortlists",
    "proposal_reports",
    "definitions",
    "grounds",
    "definition_ends",
    "audit",
    "receipts",
    "contracts",
    "contract_returns",
    "return_decisions",
    "contract_access",
    "releases",
    "proxy_values",
    "value_reports",
    "value_report_files",
)
