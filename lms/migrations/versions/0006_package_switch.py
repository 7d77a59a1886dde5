"""packages switched in a session, and the attempts that were moved

Revision: 0006_package_switch
After: 0005_offline_runs
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import lms.db

revision = "0006_package_switch"
down_revision = "0005_offline_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package_switch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("former", sa.String(length=64), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.Column("made_at", lms.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", lms.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("hub_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_package_switch_hub_id_hub"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_package_switch_made_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name=op.f("fk_package_switch_session_id_training_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_switch")),
    )
    op.create_index(op.f("ix_package_switch_hub_id"), "package_switch", ["hub_id"])
    op.create_index("ix_package_switch_session_activity", "package_switch", ["session_id", "activity_key"])
    op.create_table(
        "moved_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hub_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_moved_attempt_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_moved_attempt_hub_id_hub"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["switch_id"],
            ["package_switch.id"],
            name=op.f("fk_moved_attempt_switch_id_package_switch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved_attempt")),
        sa.UniqueConstraint("switch_id", "attempt_id", name=op.f("uq_moved_attempt_switch_id_attempt_id")),
    )
    op.create_index(op.f("ix_moved_attempt_hub_id"), "moved_attempt", ["hub_id"])


def downgrade() -> None:
    op.drop_table("moved_attempt")
    op.drop_table("package_switch")
