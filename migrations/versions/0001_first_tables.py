"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001_first_tables'
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('account',
    sa.Column('code', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_account'))
    )
    op.create_table('canteen',
    sa.Column('id', ID, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('area', sa.String(length=10), nullable=False),
    sa.Column('division', sa.String(length=12), nullable=False),
    sa.Column('time_zone', sa.String(length=40), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=True),
    sa.Column('hours', JSON, nullable=False),
    sa.Column('operator_name', sa.String(length=80), nullable=True),
    sa.Column('operator_uscc', sa.String(length=18), nullable=True),
    sa.Column('reporting_unit', sa.String(length=80), nullable=True),
    sa.Column('submitted_to', sa.String(length=120), nullable=True),
    sa.Column('collective_name', sa.String(length=80), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canteen')),
    sa.UniqueConstraint('code', name=op.f('uq_canteen_code'))
    )
    op.create_table('category',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('title_en', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_category'))
    )
    op.create_table('enrolment_failure',
    sa.Column('id', ID, nullable=False),
    sa.Column('address_key', sa.String(length=64), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment_failure'))
    )
    with op.batch_alter_table('enrolment_failure', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_failure_address_key_at', ['address_key', 'at'], unique=False)

    op.create_table('programme',
    sa.Column('id', ID, nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('authority', sa.String(length=120), nullable=False),
    sa.Column('head', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('examples', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('loaded_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('code', name=op.f('uq_programme_code'))
    )
    op.create_table('revision',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('number', ID, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_revision'))
    )
    op.create_table('sign_in_failure',
    sa.Column('id', ID, nullable=False),
    sa.Column('login_key', sa.String(length=64), nullable=False),
    sa.Column('address_key', sa.String(length=64), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure'))
    )
    with op.batch_alter_table('sign_in_failure', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_failure_address_key_at', ['address_key', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_failure_login_key_at', ['login_key', 'at'], unique=False)

    op.create_table('sponsor',
    sa.Column('id', ID, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('display_name', sa.String(length=80), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sponsor')),
    sa.UniqueConstraint('name', name=op.f('uq_sponsor_name'))
    )
    op.create_table('staff',
    sa.Column('id', ID, nullable=False),
    sa.Column('login', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('sign_in_version', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=True),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('dismissed_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('login', name=op.f('uq_staff_login'))
    )
    op.create_table('voucher_kind',
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_voucher_kind'))
    )
    op.create_table('working_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_workday', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_working_day'))
    )
    op.create_table('audit_event',
    sa.Column('id', ID, nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('canteen_id', ID, nullable=True),
    sa.Column('subject', sa.String(length=80), nullable=True),
    sa.Column('detail', JSON, nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_audit_event_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event'))
    )
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index('ix_audit_event_subject', ['subject'], unique=False)

    op.create_table('closed_month',
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('closed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_closed_month_canteen_id')),
    sa.PrimaryKeyConstraint('canteen_id', 'month', name=op.f('pk_closed_month'))
    )
    op.create_table('day_rollup',
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('meal_period', sa.String(length=10), nullable=False),
    sa.Column('payer', sa.String(length=80), nullable=False),
    sa.Column('rule_id', sa.String(length=80), nullable=False),
    sa.Column('meals', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_day_rollup_canteen_id')),
    sa.PrimaryKeyConstraint('canteen_id', 'month', 'service_on', 'meal_period', 'payer', 'rule_id', name=op.f('pk_day_rollup'))
    )
    op.create_table('device',
    sa.Column('id', ID, nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('secret_cipher', sa.LargeBinary(), nullable=False),
    sa.Column('enrolled_at', INSTANT, nullable=False),
    sa.Column('lease_until', INSTANT, nullable=False),
    sa.Column('last_contact_at', INSTANT, nullable=True),
    sa.Column('first_sheet_on', sa.String(length=10), nullable=True),
    sa.Column('revoked_at', INSTANT, nullable=True),
    sa.Column('emptied_at', INSTANT, nullable=True),
    sa.Column('lost_at', INSTANT, nullable=True),
    sa.Column('lost_reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_device_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('ref', name=op.f('uq_device_ref')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_device_token_sha256'))
    )
    op.create_table('enrolment_code',
    sa.Column('id', ID, nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('expires_at', INSTANT, nullable=False),
    sa.Column('used_at', INSTANT, nullable=True),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_enrolment_code_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_enrolment_code_code_hash'))
    )
    op.create_table('entry',
    sa.Column('id', ID, nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('canteen_id', ID, nullable=True),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('posted_at', INSTANT, nullable=False),
    sa.Column('meal_id', ID, nullable=True),
    sa.Column('reverses_id', ID, nullable=True),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.Column('memo', JSON, nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_entry_canteen_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['entry.id'], name=op.f('fk_entry_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry')),
    sa.UniqueConstraint('key', name=op.f('uq_entry_key')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_entry_reverses_id'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index('ix_entry_canteen_month', ['canteen_id', 'month'], unique=False)
        batch_op.create_index('ix_entry_meal_id', ['meal_id'], unique=False)

    op.create_table('fund',
    sa.Column('id', ID, nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('sponsor_id', ID, nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('per_meal_fen', sa.BigInteger(), nullable=True),
    sa.Column('per_day_fen', sa.BigInteger(), nullable=True),
    sa.Column('is_for_named_guests', sa.Boolean(), nullable=False),
    sa.Column('is_for_all_canteens', sa.Boolean(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.CheckConstraint('balance_fen >= 0', name=op.f('ck_fund_never_below_zero')),
    sa.ForeignKeyConstraint(['sponsor_id'], ['sponsor.id'], name=op.f('fk_fund_sponsor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund')),
    sa.UniqueConstraint('code', name=op.f('uq_fund_code'))
    )
    op.create_table('menu',
    sa.Column('id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('meal_period', sa.String(length=10), nullable=False),
    sa.Column('dishes', sa.String(length=400), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=True),
    sa.Column('published_at', INSTANT, nullable=True),
    sa.Column('changed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_menu_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_menu')),
    sa.UniqueConstraint('canteen_id', 'service_on', 'meal_period', name=op.f('uq_menu_canteen_id_service_on_meal_period'))
    )
    op.create_table('month_close',
    sa.Column('id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('closed_by', sa.String(length=60), nullable=False),
    sa.Column('checked_by', sa.String(length=60), nullable=True),
    sa.Column('closed_at', INSTANT, nullable=False),
    sa.Column('findings', JSON, nullable=False),
    sa.Column('totals', JSON, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_month_close_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_month_close')),
    sa.UniqueConstraint('canteen_id', 'month', name=op.f('uq_month_close_canteen_id_month'))
    )
    op.create_table('programme_binding',
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('bound_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_programme_binding_canteen_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_binding_programme_id')),
    sa.PrimaryKeyConstraint('canteen_id', 'from_on', name=op.f('pk_programme_binding'))
    )
    with op.batch_alter_table('programme_binding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_binding_programme_id'), ['programme_id'], unique=False)

    op.create_table('programme_version',
    sa.Column('id', ID, nullable=False),
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('mapping', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('published_at', INSTANT, nullable=False),
    sa.Column('published_by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_version_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_version')),
    sa.UniqueConstraint('programme_id', 'effective_on', name=op.f('uq_programme_version_programme_id_effective_on'))
    )
    op.create_table('roster_import',
    sa.Column('id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('counts', JSON, nullable=False),
    sa.Column('undo', JSON, nullable=False),
    sa.Column('imported_at', INSTANT, nullable=False),
    sa.Column('imported_by', sa.String(length=80), nullable=False),
    sa.Column('withdrawn_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_roster_import_canteen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_import'))
    )
    with op.batch_alter_table('roster_import', schema=None) as batch_op:
        batch_op.create_index('ix_roster_import_sha256', ['sha256'], unique=False)

    op.create_table('workplace',
    sa.Column('staff_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_workplace_canteen_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_workplace_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', 'canteen_id', name=op.f('pk_workplace'))
    )
    op.create_table('audit_link',
    sa.Column('number', ID, autoincrement=False, nullable=False),
    sa.Column('event_id', ID, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_audit_link_event_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('event_id', name=op.f('uq_audit_link_event_id'))
    )
    op.create_table('cash_meal',
    sa.Column('id', ID, nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('device_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('meal_period', sa.String(length=10), nullable=False),
    sa.Column('portions', sa.Integer(), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('served_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_cash_meal_canteen_id')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_cash_meal_device_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_cash_meal_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cash_meal')),
    sa.UniqueConstraint('key', name=op.f('uq_cash_meal_key'))
    )
    with op.batch_alter_table('cash_meal', schema=None) as batch_op:
        batch_op.create_index('ix_cash_meal_canteen_service_on', ['canteen_id', 'service_on'], unique=False)

    op.create_table('elder',
    sa.Column('id', ID, nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('printed_name', sa.String(length=60), nullable=True),
    sa.Column('name_sort', sa.String(length=200), nullable=False),
    sa.Column('name_initials', sa.String(length=400), nullable=False),
    sa.Column('form_of_address', sa.String(length=20), nullable=True),
    sa.Column('hint', sa.String(length=6), nullable=True),
    sa.Column('sex', sa.String(length=6), nullable=True),
    sa.Column('born_on', sa.Date(), nullable=True),
    sa.Column('identity_kind', sa.String(length=20), nullable=False),
    sa.Column('identity_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('identity_hmac', sa.String(length=64), nullable=True),
    sa.Column('identity_tail_hmac', sa.String(length=64), nullable=True),
    sa.Column('identity_masked', sa.String(length=20), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('phone_tail', sa.String(length=4), nullable=True),
    sa.Column('emergency_contact', sa.String(length=80), nullable=True),
    sa.Column('community', sa.String(length=80), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('diet', sa.String(length=120), nullable=True),
    sa.Column('outside_card_no', sa.String(length=40), nullable=True),
    sa.Column('home_canteen_id', ID, nullable=False),
    sa.Column('died_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('is_page_off', sa.Boolean(), nullable=False),
    sa.Column('import_id', ID, nullable=True),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['home_canteen_id'], ['canteen.id'], name=op.f('fk_elder_home_canteen_id')),
    sa.ForeignKeyConstraint(['import_id'], ['roster_import.id'], name=op.f('fk_elder_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elder')),
    sa.UniqueConstraint('identity_hmac', name=op.f('uq_elder_identity_hmac')),
    sa.UniqueConstraint('ref', name=op.f('uq_elder_ref'))
    )
    with op.batch_alter_table('elder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_elder_home_canteen_id'), ['home_canteen_id'], unique=False)
        batch_op.create_index('ix_elder_identity_tail_hmac', ['identity_tail_hmac'], unique=False)
        batch_op.create_index('ix_elder_name', ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_elder_phone_tail'), ['phone_tail'], unique=False)

    op.create_table('fund_canteen',
    sa.Column('fund_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_fund_canteen_canteen_id')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_fund_canteen_fund_id')),
    sa.PrimaryKeyConstraint('fund_id', 'canteen_id', name=op.f('pk_fund_canteen'))
    )
    op.create_table('fund_day',
    sa.Column('fund_id', ID, nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('drawn_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_fund_day_fund_id')),
    sa.PrimaryKeyConstraint('fund_id', 'service_on', name=op.f('pk_fund_day'))
    )
    op.create_table('gift',
    sa.Column('id', ID, nullable=False),
    sa.Column('fund_id', ID, nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('receipt_no', sa.String(length=60), nullable=True),
    sa.Column('entry_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_gift_entry_id')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_gift_fund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gift')),
    sa.UniqueConstraint('receipt_no', name=op.f('uq_gift_receipt_no'))
    )
    with op.batch_alter_table('gift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gift_fund_id'), ['fund_id'], unique=False)

    op.create_table('statement',
    sa.Column('id', ID, nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('payer', sa.String(length=120), nullable=False),
    sa.Column('canteen_id', ID, nullable=True),
    sa.Column('fund_id', ID, nullable=True),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('sealed_json', sa.String(), nullable=False),
    sa.Column('seal_sha256', sa.String(length=64), nullable=False),
    sa.Column('check_code', sa.String(length=8), nullable=False),
    sa.Column('sealed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_statement_canteen_id')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_statement_fund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('number', name=op.f('uq_statement_number'))
    )
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.create_index('ix_statement_canteen_month', ['canteen_id', 'month'], unique=False)

    op.create_table('account_closing',
    sa.Column('id', ID, nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('receiver', sa.String(length=10), nullable=False),
    sa.Column('receiver_name', sa.String(length=60), nullable=True),
    sa.Column('relation', sa.String(length=40), nullable=True),
    sa.Column('evidence', sa.String(length=200), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(length=12), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', INSTANT, nullable=False),
    sa.Column('approved_by', sa.String(length=80), nullable=True),
    sa.Column('approved_at', INSTANT, nullable=True),
    sa.Column('refused_at', INSTANT, nullable=True),
    sa.Column('entry_id', ID, nullable=True),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_account_closing_elder_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_account_closing_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_closing'))
    )
    with op.batch_alter_table('account_closing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_closing_elder_id'), ['elder_id'], unique=False)

    op.create_table('canteen_elder',
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('distance_m', sa.Integer(), nullable=True),
    sa.Column('import_id', ID, nullable=True),
    sa.Column('listed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_canteen_elder_canteen_id')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_canteen_elder_elder_id')),
    sa.ForeignKeyConstraint(['import_id'], ['roster_import.id'], name=op.f('fk_canteen_elder_import_id')),
    sa.PrimaryKeyConstraint('canteen_id', 'elder_id', name=op.f('pk_canteen_elder'))
    )
    with op.batch_alter_table('canteen_elder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_canteen_elder_elder_id'), ['elder_id'], unique=False)

    op.create_table('elder_fact',
    sa.Column('id', ID, nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('evidence', sa.String(length=200), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('import_id', ID, nullable=True),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.Column('withdrawn_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_elder_fact_elder_id')),
    sa.ForeignKeyConstraint(['import_id'], ['roster_import.id'], name=op.f('fk_elder_fact_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elder_fact'))
    )
    with op.batch_alter_table('elder_fact', schema=None) as batch_op:
        batch_op.create_index('ix_elder_fact_elder_id', ['elder_id'], unique=False)

    op.create_table('family_code',
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('code_hash', sa.String(length=200), nullable=False),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.Column('locked_at', INSTANT, nullable=True),
    sa.Column('renewed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_family_code_elder_id')),
    sa.PrimaryKeyConstraint('elder_id', name=op.f('pk_family_code'))
    )
    op.create_table('fund_guest',
    sa.Column('fund_id', ID, nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_fund_guest_elder_id')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_fund_guest_fund_id')),
    sa.PrimaryKeyConstraint('fund_id', 'elder_id', name=op.f('pk_fund_guest'))
    )
    op.create_table('hand_correction',
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('corrected_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_hand_correction_elder_id')),
    sa.PrimaryKeyConstraint('elder_id', 'field', name=op.f('pk_hand_correction'))
    )
    op.create_table('meal',
    sa.Column('id', ID, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('meal_period', sa.String(length=10), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('elder_fen', sa.BigInteger(), nullable=False),
    sa.Column('wallet_fen', sa.BigInteger(), nullable=False),
    sa.Column('cash_fen', sa.BigInteger(), nullable=False),
    sa.Column('absorbed_fen', sa.BigInteger(), nullable=False),
    sa.Column('credit_fen', sa.BigInteger(), nullable=False),
    sa.Column('programme_code', sa.String(length=60), nullable=True),
    sa.Column('version_on', sa.Date(), nullable=True),
    sa.Column('authority', sa.String(length=120), nullable=True),
    sa.Column('age_years', sa.Integer(), nullable=True),
    sa.Column('facts', JSON, nullable=False),
    sa.Column('trace', JSON, nullable=False),
    sa.Column('served_at', INSTANT, nullable=False),
    sa.Column('cancelled_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_meal_canteen_id')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_meal_elder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meal'))
    )
    with op.batch_alter_table('meal', schema=None) as batch_op:
        batch_op.create_index('ix_meal_canteen_month', ['canteen_id', 'month'], unique=False)
        batch_op.create_index('ix_meal_canteen_service_on', ['canteen_id', 'service_on'], unique=False)
        batch_op.create_index('uq_meal_slot', ['elder_id', 'service_on', 'meal_period'], unique=True, sqlite_where=sa.text("kind = 'slot' AND cancelled_at IS NULL"), postgresql_where=sa.text("kind = 'slot' AND cancelled_at IS NULL"))

    op.create_table('meal_card',
    sa.Column('id', ID, nullable=False),
    sa.Column('serial', sa.String(length=12), nullable=False),
    sa.Column('issue_no', sa.Integer(), nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('issued_at', INSTANT, nullable=False),
    sa.Column('printed_at', INSTANT, nullable=True),
    sa.Column('changed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_meal_card_canteen_id')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_meal_card_elder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meal_card')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_meal_card_token_sha256'))
    )
    with op.batch_alter_table('meal_card', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meal_card_elder_id'), ['elder_id'], unique=False)
        batch_op.create_index('uq_meal_card_elder_id_live', ['elder_id'], unique=True, sqlite_where=sa.text("state IN ('active', 'lost')"), postgresql_where=sa.text("state IN ('active', 'lost')"))
        batch_op.create_index('uq_meal_card_serial_issue_no', ['serial', 'issue_no'], unique=True)

    op.create_table('paper',
    sa.Column('id', ID, nullable=False),
    sa.Column('statement_id', ID, nullable=False),
    sa.Column('format', sa.String(length=4), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('rendered_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_paper_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper')),
    sa.UniqueConstraint('statement_id', 'format', name=op.f('uq_paper_statement_id_format'))
    )
    op.create_table('posting',
    sa.Column('id', ID, nullable=False),
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('account_code', sa.String(length=200), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('elder_id', ID, nullable=True),
    sa.Column('fund_id', ID, nullable=True),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_posting_amount_not_zero')),
    sa.ForeignKeyConstraint(['account_code'], ['account.code'], name=op.f('fk_posting_account_code')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_posting_elder_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_posting_entry_id')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_posting_fund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting'))
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.create_index('ix_posting_account_elder', ['account_code', 'elder_id'], unique=False)
        batch_op.create_index('ix_posting_entry_id', ['entry_id'], unique=False)

    op.create_table('render_claim',
    sa.Column('statement_id', ID, nullable=False),
    sa.Column('claimed_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_render_claim_statement_id')),
    sa.PrimaryKeyConstraint('statement_id', name=op.f('pk_render_claim'))
    )
    op.create_table('top_up',
    sa.Column('id', ID, nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(length=12), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('received_at', INSTANT, nullable=False),
    sa.Column('received_by', sa.String(length=80), nullable=False),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_top_up_not_zero')),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_top_up_canteen_id')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_top_up_elder_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_top_up_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_top_up')),
    sa.UniqueConstraint('key', name=op.f('uq_top_up_key'))
    )
    with op.batch_alter_table('top_up', schema=None) as batch_op:
        batch_op.create_index('ix_top_up_elder_id', ['elder_id'], unique=False)

    op.create_table('voucher',
    sa.Column('id', ID, nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('kind_code', sa.String(length=60), nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('left_fen', sa.BigInteger(), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('expired_at', INSTANT, nullable=True),
    sa.CheckConstraint('left_fen >= 0', name=op.f('ck_voucher_never_below_zero')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_voucher_elder_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_voucher_entry_id')),
    sa.ForeignKeyConstraint(['kind_code'], ['voucher_kind.code'], name=op.f('fk_voucher_kind_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher')),
    sa.UniqueConstraint('key', name=op.f('uq_voucher_key'))
    )
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.create_index('ix_voucher_elder_id_expires_on', ['elder_id', 'expires_on'], unique=False)

    op.create_table('wallet',
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('balance_fen >= 0', name=op.f('ck_wallet_never_below_zero')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_wallet_elder_id')),
    sa.PrimaryKeyConstraint('elder_id', name=op.f('pk_wallet'))
    )
    op.create_table('adjustment',
    sa.Column('id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('original_month', sa.String(length=7), nullable=False),
    sa.Column('meal_id', ID, nullable=True),
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_adjustment_canteen_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_adjustment_entry_id')),
    sa.ForeignKeyConstraint(['meal_id'], ['meal.id'], name=op.f('fk_adjustment_meal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adjustment'))
    )
    with op.batch_alter_table('adjustment', schema=None) as batch_op:
        batch_op.create_index('ix_adjustment_canteen_month', ['canteen_id', 'month'], unique=False)

    op.create_table('meal_cancel',
    sa.Column('id', ID, nullable=False),
    sa.Column('cancel_id', sa.String(length=64), nullable=False),
    sa.Column('scan_id', sa.String(length=32), nullable=True),
    sa.Column('meal_id', ID, nullable=True),
    sa.Column('entry_id', ID, nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('cancelled_by', sa.String(length=80), nullable=False),
    sa.Column('cancelled_at', INSTANT, nullable=False),
    sa.Column('answer', JSON, nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_meal_cancel_entry_id')),
    sa.ForeignKeyConstraint(['meal_id'], ['meal.id'], name=op.f('fk_meal_cancel_meal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meal_cancel')),
    sa.UniqueConstraint('cancel_id', name=op.f('uq_meal_cancel_cancel_id')),
    sa.UniqueConstraint('meal_id', name=op.f('uq_meal_cancel_meal_id'))
    )
    with op.batch_alter_table('meal_cancel', schema=None) as batch_op:
        batch_op.create_index('ix_meal_cancel_scan_id', ['scan_id'], unique=False)

    op.create_table('meal_share',
    sa.Column('id', ID, nullable=False),
    sa.Column('meal_id', ID, nullable=False),
    sa.Column('elder_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('meal_period', sa.String(length=10), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('is_grant', sa.Boolean(), nullable=False),
    sa.Column('programme_code', sa.String(length=60), nullable=True),
    sa.Column('rule_id', sa.String(length=80), nullable=True),
    sa.Column('payer', sa.String(length=80), nullable=False),
    sa.Column('payee', sa.String(length=10), nullable=True),
    sa.Column('authority', sa.String(length=120), nullable=True),
    sa.Column('fund_id', ID, nullable=True),
    sa.Column('levels', JSON, nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('meals', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meal_id'], ['meal.id'], name=op.f('fk_meal_share_meal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meal_share'))
    )
    with op.batch_alter_table('meal_share', schema=None) as batch_op:
        batch_op.create_index('ix_meal_share_canteen_month', ['canteen_id', 'month'], unique=False)
        batch_op.create_index('ix_meal_share_elder_service_on', ['elder_id', 'service_on'], unique=False)
        batch_op.create_index('ix_meal_share_meal_id', ['meal_id'], unique=False)

    op.create_table('scan',
    sa.Column('id', ID, nullable=False),
    sa.Column('scan_id', sa.String(length=32), nullable=False),
    sa.Column('device_id', ID, nullable=False),
    sa.Column('canteen_id', ID, nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('claim', JSON, nullable=False),
    sa.Column('boot_id', sa.String(length=16), nullable=False),
    sa.Column('seq', ID, nullable=False),
    sa.Column('decision', sa.String(length=16), nullable=False),
    sa.Column('seen_at', INSTANT, nullable=False),
    sa.Column('received_at', INSTANT, nullable=False),
    sa.Column('service_on', sa.Date(), nullable=False),
    sa.Column('meal_period', sa.String(length=10), nullable=False),
    sa.Column('elder_id', ID, nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=True),
    sa.Column('meal_id', ID, nullable=True),
    sa.Column('answer', JSON, nullable=False),
    sa.Column('carried_to', sa.String(length=7), nullable=True),
    sa.Column('carried_reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['canteen_id'], ['canteen.id'], name=op.f('fk_scan_canteen_id')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_scan_device_id')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_scan_elder_id')),
    sa.ForeignKeyConstraint(['meal_id'], ['meal.id'], name=op.f('fk_scan_meal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan')),
    sa.UniqueConstraint('scan_id', name=op.f('uq_scan_scan_id'))
    )
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.create_index('ix_scan_canteen_service_state', ['canteen_id', 'service_on', 'state'], unique=False)
        batch_op.create_index('ix_scan_device_boot_seq', ['device_id', 'boot_id', 'seq'], unique=False)
        batch_op.create_index('ix_scan_meal_id', ['meal_id'], unique=False)

    op.create_table('scan_ruling',
    sa.Column('id', ID, nullable=False),
    sa.Column('scan_row_id', ID, nullable=False),
    sa.Column('ruling', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('meal_id', ID, nullable=True),
    sa.Column('ruled_by', sa.String(length=80), nullable=False),
    sa.Column('ruled_at', INSTANT, nullable=False),
    sa.Column('reversed_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['meal_id'], ['meal.id'], name=op.f('fk_scan_ruling_meal_id')),
    sa.ForeignKeyConstraint(['scan_row_id'], ['scan.id'], name=op.f('fk_scan_ruling_scan_row_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan_ruling'))
    )
    with op.batch_alter_table('scan_ruling', schema=None) as batch_op:
        batch_op.create_index('ix_scan_ruling_scan_row_id', ['scan_row_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('scan_ruling', schema=None) as batch_op:
        batch_op.drop_index('ix_scan_ruling_scan_row_id')

    op.drop_table('scan_ruling')
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_index('ix_scan_meal_id')
        batch_op.drop_index('ix_scan_device_boot_seq')
        batch_op.drop_index('ix_scan_canteen_service_state')

    op.drop_table('scan')
    with op.batch_alter_table('meal_share', schema=None) as batch_op:
        batch_op.drop_index('ix_meal_share_meal_id')
        batch_op.drop_index('ix_meal_share_elder_service_on')
        batch_op.drop_index('ix_meal_share_canteen_month')

    op.drop_table('meal_share')
    with op.batch_alter_table('meal_cancel', schema=None) as batch_op:
        batch_op.drop_index('ix_meal_cancel_scan_id')

    op.drop_table('meal_cancel')
    with op.batch_alter_table('adjustment', schema=None) as batch_op:
        batch_op.drop_index('ix_adjustment_canteen_month')

    op.drop_table('adjustment')
    op.drop_table('wallet')
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.drop_index('ix_voucher_elder_id_expires_on')

    op.drop_table('voucher')
    with op.batch_alter_table('top_up', schema=None) as batch_op:
        batch_op.drop_index('ix_top_up_elder_id')

    op.drop_table('top_up')
    op.drop_table('render_claim')
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index('ix_posting_entry_id')
        batch_op.drop_index('ix_posting_account_elder')

    op.drop_table('posting')
    op.drop_table('paper')
    with op.batch_alter_table('meal_card', schema=None) as batch_op:
        batch_op.drop_index('uq_meal_card_serial_issue_no')
        batch_op.drop_index('uq_meal_card_elder_id_live', sqlite_where=sa.text("state IN ('active', 'lost')"), postgresql_where=sa.text("state IN ('active', 'lost')"))
        batch_op.drop_index(batch_op.f('ix_meal_card_elder_id'))

    op.drop_table('meal_card')
    with op.batch_alter_table('meal', schema=None) as batch_op:
        batch_op.drop_index('uq_meal_slot', sqlite_where=sa.text("kind = 'slot' AND cancelled_at IS NULL"), postgresql_where=sa.text("kind = 'slot' AND cancelled_at IS NULL"))
        batch_op.drop_index('ix_meal_canteen_service_on')
        batch_op.drop_index('ix_meal_canteen_month')

    op.drop_table('meal')
    op.drop_table('hand_correction')
    op.drop_table('fund_guest')
    op.drop_table('family_code')
    with op.batch_alter_table('elder_fact', schema=None) as batch_op:
        batch_op.drop_index('ix_elder_fact_elder_id')

    op.drop_table('elder_fact')
    with op.batch_alter_table('canteen_elder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_canteen_elder_elder_id'))

    op.drop_table('canteen_elder')
    with op.batch_alter_table('account_closing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_closing_elder_id'))

    op.drop_table('account_closing')
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.drop_index('ix_statement_canteen_month')

    op.drop_table('statement')
    with op.batch_alter_table('gift', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gift_fund_id'))

    op.drop_table('gift')
    op.drop_table('fund_day')
    op.drop_table('fund_canteen')
    with op.batch_alter_table('elder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_elder_phone_tail'))
        batch_op.drop_index('ix_elder_name')
        batch_op.drop_index('ix_elder_identity_tail_hmac')
        batch_op.drop_index(batch_op.f('ix_elder_home_canteen_id'))

    op.drop_table('elder')
    with op.batch_alter_table('cash_meal', schema=None) as batch_op:
        batch_op.drop_index('ix_cash_meal_canteen_service_on')

    op.drop_table('cash_meal')
    op.drop_table('audit_link')
    op.drop_table('workplace')
    with op.batch_alter_table('roster_import', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_import_sha256')

    op.drop_table('roster_import')
    op.drop_table('programme_version')
    with op.batch_alter_table('programme_binding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_binding_programme_id'))

    op.drop_table('programme_binding')
    op.drop_table('month_close')
    op.drop_table('menu')
    op.drop_table('fund')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_meal_id')
        batch_op.drop_index('ix_entry_canteen_month')

    op.drop_table('entry')
    op.drop_table('enrolment_code')
    op.drop_table('device')
    op.drop_table('day_rollup')
    op.drop_table('closed_month')
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_event_subject')

    op.drop_table('audit_event')
    op.drop_table('working_day')
    op.drop_table('voucher_kind')
    op.drop_table('staff')
    op.drop_table('sponsor')
    with op.batch_alter_table('sign_in_failure', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_failure_login_key_at')
        batch_op.drop_index('ix_sign_in_failure_address_key_at')

    op.drop_table('sign_in_failure')
    op.drop_table('revision')
    op.drop_table('programme')
    with op.batch_alter_table('enrolment_failure', schema=None) as batch_op:
        batch_op.drop_index('ix_enrolment_failure_address_key_at')

    op.drop_table('enrolment_failure')
    op.drop_table('category')
    op.drop_table('canteen')
    op.drop_table('account')
