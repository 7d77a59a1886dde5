"""the ledger and the sequencing of packages, and the words of the questions they report

Revision: 0004_package_ledger
After: 0003_badges
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import lms.db

revision = "0004_package_ledger"
down_revision = "0003_badges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package_commit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("launch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=255), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("received_at", lms.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", lms.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("session_seconds", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("completion", sa.String(length=12), nullable=False),
        sa.Column("success", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("hub_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_package_commit_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_package_commit_hub_id_hub"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_commit")),
        sa.UniqueConstraint(
            "attempt_id", "launch", "sequence", name=op.f("uq_package_commit_attempt_id_launch_sequence")
        ),
    )
    op.create_index(op.f("ix_package_commit_hub_id"), "package_commit", ["hub_id"], unique=False)
    op.create_table(
        "package_run",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("sequencing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_at", lms.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hub_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_package_run_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_package_run_hub_id_hub"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_package_run")),
    )
    op.create_index(op.f("ix_package_run_hub_id"), "package_run", ["hub_id"], unique=False)
    op.create_table(
        "reported_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("question_key", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("hub_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_reported_question_hub_id_hub"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_reported_question_session_id_training_session"),
            ondelete="CASCADE",
        ),  # fmt: skip
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_question")),
        sa.UniqueConstraint(
            "session_id", "activity_key", "question_key",
            name=op.f("uq_reported_question_session_id_activity_key_question_key"),
        ),  # fmt: skip
    )
    op.create_index(op.f("ix_reported_question_hub_id"), "reported_question", ["hub_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reported_question")
    op.drop_table("package_run")
    op.drop_table("package_commit")
