"""frameworks in the database

Revision: 0002_frameworks
After: 0001
"""

import sqlalchemy as sa
from sqlalchemy import Text
from alembic import op
import lms.db
from sqlalchemy.dialects import postgresql

revision = '0002_frameworks'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('framework',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('provenance', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('archived_at', lms.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_framework_created_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_hub_id_hub'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework')),
    sa.UniqueConstraint('hub_id', 'key', name=op.f('uq_framework_hub_id_key'))
    )
    with op.batch_alter_table('framework', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_hub_id'), ['hub_id'], unique=False)
        batch_op.create_index('uq_framework_bundled_key', ['key'], unique=True, sqlite_where=sa.text('hub_id IS NULL'), postgresql_where=sa.text('hub_id IS NULL'))

    op.create_table('framework_crosswalk',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('origin_version', sa.String(length=32), nullable=False),
    sa.Column('destination', sa.String(length=64), nullable=False),
    sa.Column('destination_version', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_framework_crosswalk_created_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_crosswalk_hub_id_hub'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_crosswalk')),
    sa.UniqueConstraint('hub_id', 'origin', 'origin_version', 'destination', 'destination_version', name=op.f('uq_framework_crosswalk_ends'))
    )
    with op.batch_alter_table('framework_crosswalk', schema=None) as batch_op:
        batch_op.create_index('ix_framework_crosswalk_destination', ['destination', 'destination_version'], unique=False)
        batch_op.create_index(batch_op.f('ix_framework_crosswalk_hub_id'), ['hub_id'], unique=False)

    op.create_table('framework_crosswalk_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('crosswalk_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('origin_codes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('destination_code', sa.String(length=80), nullable=False),
    sa.Column('strength', sa.Double(), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('similarity', sa.Double(), nullable=True),
    sa.Column('confirmed_at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_framework_crosswalk_link_confirmed_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['crosswalk_id'], ['framework_crosswalk.id'], name=op.f('fk_framework_crosswalk_link_crosswalk_id_framework_crosswalk'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_crosswalk_link_hub_id_hub'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_crosswalk_link'))
    )
    with op.batch_alter_table('framework_crosswalk_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_crosswalk_link_crosswalk_id'), ['crosswalk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_framework_crosswalk_link_hub_id'), ['hub_id'], unique=False)

    op.create_table('framework_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('framework_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('blob_key', sa.String(length=100), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('added_at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=True),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_framework_document_added_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_framework_document_framework_id_framework'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_document_hub_id_hub'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_document'))
    )
    with op.batch_alter_table('framework_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_document_framework_id'), ['framework_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_framework_document_hub_id'), ['hub_id'], unique=False)

    op.create_table('framework_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('framework_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('head', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('item_count', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('source_hash', sa.String(length=64), nullable=False),
    sa.Column('imported', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('changes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('published_at', lms.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_framework_version_framework_id_framework'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_version_hub_id_hub'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['published_by'], ['person.id'], name=op.f('fk_framework_version_published_by_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_version')),
    sa.UniqueConstraint('framework_id', 'version', name=op.f('uq_framework_version_framework_id_version'))
    )
    with op.batch_alter_table('framework_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_version_hub_id'), ['hub_id'], unique=False)

    op.create_table('framework_association',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('origin_code', sa.String(length=80), nullable=False),
    sa.Column('origin_ref', sa.Text(), nullable=False),
    sa.Column('destination_code', sa.String(length=80), nullable=False),
    sa.Column('destination_ref', sa.Text(), nullable=False),
    sa.Column('note', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('proposed_by', sa.Text(), nullable=False),
    sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_association_hub_id_hub'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['framework_version.id'], name=op.f('fk_framework_association_version_id_framework_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_association'))
    )
    with op.batch_alter_table('framework_association', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_association_hub_id'), ['hub_id'], unique=False)
        batch_op.create_index('ix_framework_association_version_origin', ['version_id', 'origin_code'], unique=False)

    op.create_table('framework_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('before', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('at', lms.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=True),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_framework_change_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_change_hub_id_hub'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['framework_version.id'], name=op.f('fk_framework_change_version_id_framework_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_change')),
    sa.UniqueConstraint('version_id', 'number', name=op.f('uq_framework_change_version_id_number'))
    )
    with op.batch_alter_table('framework_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_change_hub_id'), ['hub_id'], unique=False)

    op.create_table('framework_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('parent', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('statement', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('notes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('levels', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('identifier', sa.String(length=36), nullable=False),
    sa.Column('uri', sa.Text(), nullable=False),
    sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('hub_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['hub_id'], ['hub.id'], name=op.f('fk_framework_item_hub_id_hub'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['framework_version.id'], name=op.f('fk_framework_item_version_id_framework_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_item')),
    sa.UniqueConstraint('version_id', 'code', name=op.f('uq_framework_item_version_id_code'))
    )
    with op.batch_alter_table('framework_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_framework_item_hub_id'), ['hub_id'], unique=False)
        batch_op.create_index('ix_framework_item_identifier', ['identifier'], unique=False)
        batch_op.create_index('ix_framework_item_tree', ['version_id', 'parent', 'position'], unique=False)

    with op.batch_alter_table('alignment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('level', sa.String(length=40), server_default='', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('alignment', schema=None) as batch_op:
        batch_op.drop_column('level')

    with op.batch_alter_table('framework_item', schema=None) as batch_op:
        batch_op.drop_index('ix_framework_item_tree')
        batch_op.drop_index('ix_framework_item_identifier')
        batch_op.drop_index(batch_op.f('ix_framework_item_hub_id'))

    op.drop_table('framework_item')
    with op.batch_alter_table('framework_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_framework_change_hub_id'))

    op.drop_table('framework_change')
    with op.batch_alter_table('framework_association', schema=None) as batch_op:
        batch_op.drop_index('ix_framework_association_version_origin')
        batch_op.drop_index(batch_op.f('ix_framework_association_hub_id'))

    op.drop_table('framework_association')
    with op.batch_alter_table('framework_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_framework_version_hub_id'))

    op.drop_table('framework_version')
    with op.batch_alter_table('framework_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_framework_document_hub_id'))
        batch_op.drop_index(batch_op.f('ix_framework_document_framework_id'))

    op.drop_table('framework_document')
    with op.batch_alter_table('framework_crosswalk_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_framework_crosswalk_link_hub_id'))
        batch_op.drop_index(batch_op.f('ix_framework_crosswalk_link_crosswalk_id'))

    op.drop_table('framework_crosswalk_link')
    with op.batch_alter_table('framework_crosswalk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_framework_crosswalk_hub_id'))
        batch_op.drop_index('ix_framework_crosswalk_destination')

    op.drop_table('framework_crosswalk')
    with op.batch_alter_table('framework', schema=None) as batch_op:
        batch_op.drop_index('uq_framework_bundled_key', sqlite_where=sa.text('hub_id IS NULL'), postgresql_where=sa.text('hub_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_framework_hub_id'))

    op.drop_table('framework')
