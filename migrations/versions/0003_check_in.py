"""Let PostgreSQL gather and record a check-in in one call each.

A check-in waits for locks, and under READ COMMITTED a statement that has waited still sees what was there before
it began to wait. Every statement of a VOLATILE function looks afresh, so lock and look fit in one round trip. The
second call writes all rows of the check-in. The rules stay in Python: nothing is decided here.

`check_in_facts` locks in the one order of all use cases (month, elder, wallet, funds by id, vouchers by id).
`check_in_record` answers the numbers it drew, and with `p_probe` the highest scan number below which nothing is
still in flight.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_check_in"
down_revision = "0002_append_only"
branch_labels = None
depends_on = None

FACTS = """
CREATE FUNCTION check_in_facts(
    p_scan_id text, p_device_id bigint, p_canteen_id bigint, p_token_sha256 text, p_elder_ref text,
    p_service_on date, p_meal_period text, p_month text, p_month_lock bigint, p_programme text,
    p_rules text[], p_pers text[], p_firsts date[], p_lasts date[], p_funds text[], p_vouchers text[]
) RETURNS jsonb LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_elder_id bigint;
    v_found jsonb;
    v_part jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(p_month_lock);
    IF p_token_sha256 IS NOT NULL THEN
        SELECT elder_id INTO v_elder_id FROM meal_card WHERE token_sha256 = p_token_sha256;
    ELSE
        SELECT id INTO v_elder_id FROM elder WHERE ref = p_elder_ref;
    END IF;
    IF v_elder_id IS NOT NULL THEN
        PERFORM 1 FROM elder WHERE id = v_elder_id FOR NO KEY UPDATE;
        PERFORM 1 FROM wallet WHERE elder_id = v_elder_id FOR NO KEY UPDATE;
    END IF;
    SELECT jsonb_build_object(
        'id', id, 'content_sha256', content_sha256, 'answer', answer, 'decision', decision, 'claim', claim
    ) INTO v_found FROM scan WHERE scan_id = p_scan_id;
    IF FOUND THEN
        RETURN jsonb_build_object('known', v_found, 'standing',
            (SELECT number FROM revision WHERE name = 'standing'));
    END IF;
    SELECT jsonb_build_object(
        'standing', (SELECT number FROM revision WHERE name = 'standing'),
        'epoch', (SELECT number FROM revision WHERE name = 'epoch'),
        'device', jsonb_build_array(d.name, d.enrolled_at, d.last_contact_at,
            d.revoked_at IS NOT NULL OR d.lost_at IS NOT NULL, d.lease_until),
        'last_closed', (SELECT max(month) FROM closed_month WHERE canteen_id = p_canteen_id),
        'closed', EXISTS (SELECT 1 FROM closed_month WHERE canteen_id = p_canteen_id AND month = p_month),
        'held', EXISTS (SELECT 1 FROM meal_cancel WHERE scan_id = p_scan_id),
        'menu', (SELECT jsonb_build_array(price_fen, dishes) FROM menu
            WHERE canteen_id = p_canteen_id AND service_on = p_service_on AND meal_period = p_meal_period
                AND published_at IS NOT NULL)
    ) INTO v_found FROM device d WHERE d.id = p_device_id;
    IF v_elder_id IS NULL THEN
        RETURN v_found;
    END IF;
    SELECT jsonb_build_object('id', e.id, 'ref', e.ref, 'name', e.name, 'born_on', e.born_on,
            'died_on', e.died_on, 'closed_on', e.closed_on, 'community', e.community, 'diet', e.diet,
            'card', c.state, 'serial', COALESCE(c.serial, (SELECT serial FROM meal_card
                WHERE elder_id = e.id AND state = 'active' ORDER BY id DESC LIMIT 1)),
            'listed', l.canteen_id IS NOT NULL, 'distance_m', l.distance_m, 'home', e.home_canteen_id,
            'balance_fen', w.balance_fen)
        INTO v_part
        FROM elder e
        LEFT JOIN meal_card c ON c.token_sha256 = p_token_sha256
        LEFT JOIN canteen_elder l ON l.elder_id = e.id AND l.canteen_id = p_canteen_id
        LEFT JOIN wallet w ON w.elder_id = e.id
        WHERE e.id = v_elder_id;
    v_found := v_found || jsonb_build_object('elder', v_part);
    -- With those that ended in the last sixty days: the till then asks for new papers.
    SELECT jsonb_agg(jsonb_build_array(kind, value, until_on IS NULL OR until_on >= p_service_on)
            ORDER BY from_on, id)
        INTO v_part FROM elder_fact
        WHERE elder_id = v_elder_id AND withdrawn_at IS NULL AND from_on <= p_service_on
            AND (until_on IS NULL OR until_on >= p_service_on - 60);
    v_found := v_found || jsonb_build_object('facts', v_part);
    SELECT jsonb_build_array(m.id, m.canteen_id, m.served_at, d.name)
        INTO v_part
        FROM meal m
        LEFT JOIN scan s ON s.meal_id = m.id
        LEFT JOIN device d ON d.id = s.device_id
        WHERE m.elder_id = v_elder_id AND m.service_on = p_service_on AND m.meal_period = p_meal_period
            AND m.kind = 'slot' AND m.cancelled_at IS NULL LIMIT 1;
    IF FOUND THEN
        v_found := v_found || jsonb_build_object('slot', v_part);
    END IF;
    IF p_rules <> '{}' THEN
        SELECT jsonb_agg(jsonb_build_array(w.rule_id, w.per, u.meals, u.fen))
            INTO v_part
            FROM unnest(p_rules, p_pers, p_firsts, p_lasts) AS w(rule_id, per, first_on, last_on)
            CROSS JOIN LATERAL (SELECT sum(meals) AS meals, sum(amount_fen) AS fen FROM meal_share x
                WHERE x.elder_id = v_elder_id AND x.service_on BETWEEN w.first_on AND w.last_on
                    AND x.rule_id = w.rule_id AND x.programme_code = p_programme
                    AND (w.per <> 'meal-period' OR x.meal_period = p_meal_period)) u
            WHERE u.meals IS NOT NULL;
        v_found := v_found || jsonb_build_object('used', v_part);
    END IF;
    IF p_funds <> '{}' THEN
        -- Only a fund whose terms let it pay is waited for; its balance is looked at once it is held.
        PERFORM 1 FROM fund f
        WHERE f.code = ANY (p_funds)
            AND (f.begins_on IS NULL OR f.begins_on <= p_service_on)
            AND (f.ends_on IS NULL OR f.ends_on >= p_service_on)
            AND (f.is_for_all_canteens OR EXISTS (SELECT 1 FROM fund_canteen
                WHERE fund_id = f.id AND canteen_id = p_canteen_id))
            AND (NOT f.is_for_named_guests OR EXISTS (SELECT 1 FROM fund_guest
                WHERE fund_id = f.id AND elder_id = v_elder_id))
        ORDER BY f.id FOR NO KEY UPDATE OF f;
        SELECT jsonb_agg(jsonb_build_object('id', f.id, 'code', f.code, 'balance_fen', f.balance_fen,
                'per_meal_fen', f.per_meal_fen, 'per_day_fen', f.per_day_fen, 'named', f.is_for_named_guests,
                'sponsor', s.display_name, 'drawn_fen', (SELECT drawn_fen FROM fund_day
                    WHERE fund_id = f.id AND service_on = p_service_on)) ORDER BY f.id)
            INTO v_part
            FROM fund f JOIN sponsor s ON s.id = f.sponsor_id
            WHERE f.code = ANY (p_funds)
                AND (f.begins_on IS NULL OR f.begins_on <= p_service_on)
                AND (f.ends_on IS NULL OR f.ends_on >= p_service_on)
                AND (f.is_for_all_canteens OR EXISTS (SELECT 1 FROM fund_canteen
                    WHERE fund_id = f.id AND canteen_id = p_canteen_id))
                AND (NOT f.is_for_named_guests OR EXISTS (SELECT 1 FROM fund_guest
                    WHERE fund_id = f.id AND elder_id = v_elder_id));
        v_found := v_found || jsonb_build_object('funds', v_part);
    END IF;
    IF p_vouchers <> '{}' THEN
        PERFORM 1 FROM voucher
        WHERE elder_id = v_elder_id AND kind_code = ANY (p_vouchers) AND left_fen > 0
        ORDER BY id FOR NO KEY UPDATE;
        SELECT jsonb_agg(jsonb_build_array(id, kind_code, left_fen) ORDER BY expires_on, id)
            INTO v_part FROM voucher
            WHERE elder_id = v_elder_id AND kind_code = ANY (p_vouchers) AND left_fen > 0
                AND expires_on >= p_service_on AND expired_at IS NULL;
        v_found := v_found || jsonb_build_object('vouchers', v_part);
    END IF;
    RETURN v_found;
END $$
"""

# Scan numbers do not commit in order. Every check-in holds its month's lock from before it draws one until it is
# committed; so if nobody else holds such a lock after the highest number was read, nothing below it is in flight.
BACKED_UP = """
CREATE FUNCTION check_in_backed_up() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_upto bigint;
BEGIN
    SELECT max(id) INTO v_upto FROM scan;
    IF EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid::bigint >> 16 = 77) THEN
        RETURN NULL;
    END IF;
    RETURN v_upto;
END $$
"""

RECORD = """
CREATE FUNCTION check_in_record(p jsonb, p_probe boolean) RETURNS jsonb LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_scan bigint;
    v_meal bigint;
    v_entry bigint;
    v_answer jsonb := p -> 'scan' -> 'answer';
    v_upto bigint;
BEGIN
    IF (SELECT number FROM revision WHERE name = 'standing') <> (p ->> 'standing')::bigint THEN
        RAISE EXCEPTION 'standing facts have changed' USING ERRCODE = 'serialization_failure';
    END IF;
    IF p ? 'open_month_lock' THEN
        PERFORM pg_advisory_xact_lock_shared((p ->> 'open_month_lock')::bigint);
        IF EXISTS (SELECT 1 FROM closed_month WHERE canteen_id = (p -> 'meal' ->> 'canteen_id')::bigint
                AND month = p -> 'meal' ->> 'month') THEN
            RAISE EXCEPTION 'the month has closed' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;
    v_scan := nextval('scan_id_seq');
    IF p ? 'meal' THEN
        INSERT INTO meal (kind, elder_id, canteen_id, service_on, meal_period, month, channel, price_fen,
            elder_fen, wallet_fen, cash_fen, absorbed_fen, credit_fen, programme_code, version_on, authority,
            age_years, facts, trace, served_at)
        SELECT kind, elder_id, canteen_id, service_on, meal_period, month, channel, price_fen, elder_fen,
            wallet_fen, cash_fen, absorbed_fen, credit_fen, programme_code, version_on, authority, age_years,
            facts, trace, served_at
        FROM jsonb_populate_record(NULL::meal, p -> 'meal')
        RETURNING id INTO v_meal;
        IF p ? 'accounts' THEN
            INSERT INTO account (code, kind)
            SELECT code, kind FROM jsonb_populate_recordset(NULL::account, p -> 'accounts')
            ON CONFLICT DO NOTHING;
        END IF;
        INSERT INTO entry (kind, canteen_id, service_on, month, posted_at, meal_id)
        SELECT 'meal', canteen_id, service_on, month, (p -> 'scan' ->> 'received_at')::timestamptz, id
        FROM meal WHERE id = v_meal
        RETURNING id INTO v_entry;
        INSERT INTO posting (entry_id, account_code, amount_fen, elder_id, fund_id)
        SELECT v_entry, l.account_code, l.amount_fen, l.elder_id, l.fund_id
        FROM jsonb_to_recordset(p -> 'postings')
            AS l(account_code text, amount_fen bigint, elder_id bigint, fund_id bigint);
        INSERT INTO meal_share (meal_id, elder_id, canteen_id, service_on, meal_period, month, is_grant,
            programme_code, rule_id, payer, payee, authority, fund_id, levels, amount_fen, meals)
        SELECT v_meal, m.elder_id, m.canteen_id, m.service_on, m.meal_period, m.month, s.is_grant,
            m.programme_code, s.rule_id, s.payer, s.payee, m.authority, s.fund_id, s.levels, s.amount_fen, 1
        FROM meal m, jsonb_to_recordset(p -> 'shares') AS s(is_grant boolean, rule_id text, payer text,
            payee text, fund_id bigint, levels jsonb, amount_fen bigint)
        WHERE m.id = v_meal;
        IF p ? 'wallet_fen' THEN
            UPDATE wallet SET balance_fen = balance_fen - (p ->> 'wallet_fen')::bigint
            WHERE elder_id = (p -> 'meal' ->> 'elder_id')::bigint;
        END IF;
        IF p ? 'funds' THEN
            UPDATE fund f SET balance_fen = f.balance_fen - d.fen
            FROM jsonb_to_recordset(p -> 'funds') AS d(id bigint, fen bigint, daily boolean) WHERE f.id = d.id;
            INSERT INTO fund_day (fund_id, service_on, drawn_fen)
            SELECT d.id, (p -> 'meal' ->> 'service_on')::date, d.fen
            FROM jsonb_to_recordset(p -> 'funds') AS d(id bigint, fen bigint, daily boolean) WHERE d.daily
            ON CONFLICT (fund_id, service_on) DO UPDATE SET drawn_fen = fund_day.drawn_fen + EXCLUDED.drawn_fen;
        END IF;
        IF p ? 'vouchers' THEN
            UPDATE voucher v SET left_fen = v.left_fen - d.fen
            FROM jsonb_to_recordset(p -> 'vouchers') AS d(id bigint, fen bigint) WHERE v.id = d.id;
        END IF;
    END IF;
    v_answer := v_answer || jsonb_build_object('commit_no', v_scan);
    IF v_meal IS NOT NULL THEN
        v_answer := v_answer || jsonb_build_object('meal_no', v_meal);
    END IF;
    INSERT INTO scan (id, scan_id, device_id, canteen_id, content_sha256, claim, boot_id, seq, decision, seen_at,
        received_at, service_on, meal_period, elder_id, state, code, meal_id, answer)
    SELECT v_scan, scan_id, device_id, canteen_id, content_sha256, claim, boot_id, seq, decision, seen_at,
        received_at, service_on, meal_period, elder_id, state, code, v_meal, v_answer
    FROM jsonb_populate_record(NULL::scan, p -> 'scan');
    INSERT INTO audit_event (at, act, actor, canteen_id, subject, detail)
    SELECT at, act, actor, canteen_id, COALESCE('meal:' || v_meal, subject), detail
    FROM jsonb_populate_record(NULL::audit_event, p -> 'event');
    IF p ? 'contact' THEN
        UPDATE device SET last_contact_at = (p -> 'contact' ->> 'at')::timestamptz,
            lease_until = (p -> 'contact' ->> 'lease_until')::timestamptz
        WHERE id = (p -> 'scan' ->> 'device_id')::bigint AND revoked_at IS NULL AND lost_at IS NULL;
    END IF;
    IF p_probe THEN
        v_upto := check_in_backed_up();
    END IF;
    RETURN jsonb_build_object('scan', v_scan, 'meal', v_meal, 'backed_up_through', v_upto);
END $$
"""

# Within a batch each record stands by itself: what breaks one of them is undone here and named, the others stay.
RECORD_APART = """
CREATE FUNCTION check_in_record_apart(p jsonb, p_probe boolean) RETURNS jsonb LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_name text;
BEGIN
    RETURN check_in_record(p, p_probe);
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS v_name = CONSTRAINT_NAME;
    RETURN jsonb_build_object('violated', v_name);
END $$
"""

LOCKS = """
CREATE FUNCTION check_in_locks(p_tokens text[], p_refs text[], p_funds text[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_elders bigint[];
BEGIN
    SELECT array_agg(id) INTO v_elders FROM (
        SELECT elder_id AS id FROM meal_card WHERE token_sha256 = ANY (p_tokens)
        UNION SELECT id FROM elder WHERE ref = ANY (p_refs)) found;
    PERFORM 1 FROM elder WHERE id = ANY (v_elders) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM wallet WHERE elder_id = ANY (v_elders) ORDER BY elder_id FOR NO KEY UPDATE;
    PERFORM 1 FROM fund WHERE code = ANY (p_funds) ORDER BY id FOR NO KEY UPDATE;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for function in (FACTS, BACKED_UP, RECORD, RECORD_APART, LOCKS):
            # As it stands: a function's text is full of colons, which are no parameters.
            op.get_bind().exec_driver_sql(function)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("check_in_locks", "check_in_record_apart", "check_in_record", "check_in_backed_up",
                     "check_in_facts"):
            op.execute(sa.text(f"DROP FUNCTION {name}"))
