"""Let tills draw on one fund without waiting for each other.

A fund's row is held from the look at its balance until the meal is committed, so tills on one fund commit one after
the other. On PostgreSQL a fund that holds plenty is therefore cut into slices: a check-in draws on one that nobody
holds just then. `fund.balance_fen` is what no slice holds. When no slice can pay the dearest meal any more, its money
is recalled and the fund is drawn under its own row's lock, so that it ends to the fen. Locks go month, elder, wallet,
then for each fund by id its row and its slices by number; whoever locks the row for more than adding to it recalls
the slices.

A fund with a ceiling for the day is never cut: what it drew that day is one number, which all of them wait for anyway.
SQLite has one writer; there a fund has no slices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_fund_slices"
down_revision = "0014_gifts"
branch_labels = None
depends_on = None

# The fund's row is locked. What its slices hold goes back to it; answers all that it holds.
RECALL = """
CREATE FUNCTION check_in_recall(p_fund_id bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_sliced bigint;
    v_held bigint;
BEGIN
    -- Money comes into a slice under the row's lock only: an empty one stays empty.
    IF EXISTS (SELECT 1 FROM fund_slice WHERE fund_id = p_fund_id AND balance_fen > 0) THEN
        PERFORM 1 FROM fund_slice WHERE fund_id = p_fund_id ORDER BY slice_no FOR NO KEY UPDATE;
        SELECT sum(balance_fen) INTO v_sliced FROM fund_slice WHERE fund_id = p_fund_id;
        UPDATE fund_slice SET balance_fen = 0 WHERE fund_id = p_fund_id AND balance_fen > 0;
        UPDATE fund SET balance_fen = balance_fen + v_sliced WHERE id = p_fund_id;
    END IF;
    SELECT balance_fen INTO v_held FROM fund WHERE id = p_fund_id;
    RETURN v_held;
END $$
"""

# A slice that can pay `p_dearest_fen`, locked; the fullest, so that all of them run low together.
FREE_SLICE = """
CREATE FUNCTION check_in_free_slice(p_fund_id bigint, p_dearest_fen bigint, OUT slice_no int, OUT held_fen bigint)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT s.slice_no, s.balance_fen INTO slice_no, held_fen FROM fund_slice s
    WHERE s.fund_id = p_fund_id AND s.balance_fen >= p_dearest_fen
    ORDER BY s.balance_fen DESC LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
END $$
"""

# Holds what one meal may draw on: a slice, or without one (`slice_no` null) the fund's row with all its money.
HOLD = """
CREATE FUNCTION check_in_hold(p_fund_id bigint, p_dearest_fen bigint, OUT slice_no int, OUT held_fen bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    c_slices CONSTANT int := 16;
BEGIN
    IF p_dearest_fen > 0 THEN
        SELECT f.slice_no, f.held_fen INTO slice_no, held_fen FROM check_in_free_slice(p_fund_id, p_dearest_fen) f;
        IF slice_no IS NOT NULL THEN
            RETURN;
        END IF;
    END IF;
    PERFORM 1 FROM fund WHERE id = p_fund_id FOR NO KEY UPDATE;
    IF p_dearest_fen > 0 THEN
        -- While this waited for the row another may have cut the fund; or all its slices are busy, and it waits for one.
        SELECT f.slice_no, f.held_fen INTO slice_no, held_fen FROM check_in_free_slice(p_fund_id, p_dearest_fen) f;
        IF slice_no IS NULL THEN
            SELECT s.slice_no, s.balance_fen INTO slice_no, held_fen FROM fund_slice s
            WHERE s.fund_id = p_fund_id AND s.balance_fen >= p_dearest_fen
            ORDER BY s.balance_fen DESC LIMIT 1 FOR NO KEY UPDATE;
        END IF;
        IF slice_no IS NOT NULL THEN
            RETURN;
        END IF;
    END IF;
    held_fen := check_in_recall(p_fund_id);
    IF p_dearest_fen > 0 AND held_fen > 2 * c_slices * p_dearest_fen THEN
        INSERT INTO fund_slice (fund_id, slice_no, balance_fen)
        SELECT p_fund_id, number, held_fen / c_slices FROM generate_series(0, c_slices - 1) AS number
        ON CONFLICT ON CONSTRAINT pk_fund_slice DO UPDATE SET balance_fen = EXCLUDED.balance_fen;
        UPDATE fund SET balance_fen = mod(held_fen, c_slices) WHERE id = p_fund_id;
        slice_no := 0;
        held_fen := held_fen / c_slices;
    END IF;
END $$
"""

# Adds to what `check_in_facts` found the funds whose terms let them pay, each held. `p_dearest_fen`: the most that a
# meal may draw on one fund, beside the day's own price; null to hold the whole fund.
FUNDS = """
CREATE FUNCTION check_in_funds(p_found jsonb, p_canteen_id bigint, p_service_on date, p_funds text[],
    p_dearest_fen bigint) RETURNS jsonb LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_elder_id bigint := (p_found -> 'elder' ->> 'id')::bigint;
    v_dearest_fen bigint := p_dearest_fen + COALESCE((p_found -> 'menu' ->> 0)::bigint, 0);
    v_funds jsonb := '[]';
    v_fund record;
    v_held record;
    v_drawn_fen bigint;
BEGIN
    IF v_elder_id IS NULL OR p_funds = '{}' THEN
        RETURN p_found;
    END IF;
    -- Only a fund whose terms let it pay is waited for. Other terms raise the revision, which the record verifies.
    FOR v_fund IN
        SELECT f.id, f.code, f.per_meal_fen, f.per_day_fen, f.is_for_named_guests, s.display_name
        FROM fund f JOIN sponsor s ON s.id = f.sponsor_id
        WHERE f.code = ANY (p_funds)
            AND (f.begins_on IS NULL OR f.begins_on <= p_service_on)
            AND (f.ends_on IS NULL OR f.ends_on >= p_service_on)
            AND (f.is_for_all_canteens OR EXISTS (SELECT 1 FROM fund_canteen
                WHERE fund_id = f.id AND canteen_id = p_canteen_id))
            AND (NOT f.is_for_named_guests OR EXISTS (SELECT 1 FROM fund_guest
                WHERE fund_id = f.id AND elder_id = v_elder_id))
        ORDER BY f.id
    LOOP
        v_drawn_fen := NULL;
        IF v_fund.per_day_fen IS NULL THEN
            SELECT h.slice_no, h.held_fen INTO v_held FROM check_in_hold(v_fund.id, v_dearest_fen) h;
        ELSE
            SELECT h.slice_no, h.held_fen INTO v_held FROM check_in_hold(v_fund.id, NULL) h;
            SELECT drawn_fen INTO v_drawn_fen FROM fund_day
            WHERE fund_id = v_fund.id AND service_on = p_service_on;
        END IF;
        v_funds := v_funds || jsonb_build_object('id', v_fund.id, 'code', v_fund.code,
            'balance_fen', v_held.held_fen, 'slice_no', v_held.slice_no, 'per_meal_fen', v_fund.per_meal_fen,
            'per_day_fen', v_fund.per_day_fen, 'named', v_fund.is_for_named_guests,
            'sponsor', v_fund.display_name, 'drawn_fen', v_drawn_fen);
    END LOOP;
    RETURN p_found || jsonb_build_object('funds', v_funds);
END $$
"""

RECORD_SLICED = """
CREATE FUNCTION check_in_record_sliced(p jsonb, p_probe boolean) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE fund_slice s SET balance_fen = s.balance_fen - d.fen
    FROM jsonb_to_recordset(p -> 'slices') AS d(id bigint, slice_no int, fen bigint)
    WHERE s.fund_id = d.id AND s.slice_no = d.slice_no;
    RETURN check_in_record(p, p_probe);
END $$
"""

LOCKS = """
CREATE OR REPLACE FUNCTION check_in_locks(p_tokens text[], p_refs text[], p_funds text[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_elders bigint[];
    v_fund_id bigint;
BEGIN
    SELECT array_agg(id) INTO v_elders FROM (
        SELECT elder_id AS id FROM meal_card WHERE token_sha256 = ANY (p_tokens)
        UNION SELECT id FROM elder WHERE ref = ANY (p_refs)) found;
    PERFORM 1 FROM elder WHERE id = ANY (v_elders) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM wallet WHERE elder_id = ANY (v_elders) ORDER BY elder_id FOR NO KEY UPDATE;
    FOR v_fund_id IN SELECT id FROM fund WHERE code = ANY (p_funds) ORDER BY id LOOP
        PERFORM check_in_hold(v_fund_id, NULL);
    END LOOP;
END $$
"""

LOCKS_BEFORE = """
CREATE OR REPLACE FUNCTION check_in_locks(p_tokens text[], p_refs text[], p_funds text[]) RETURNS void
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
    op.create_table(
        "fund_slice",
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slice_no", sa.Integer(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_fund_slice_never_below_zero")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_slice_fund_id")),
        sa.PrimaryKeyConstraint("fund_id", "slice_no", name=op.f("pk_fund_slice")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for function in (RECALL, FREE_SLICE, HOLD, FUNDS, RECORD_SLICED, LOCKS):
            # As it stands: a function's text is full of colons, which are no parameters.
            op.get_bind().exec_driver_sql(function)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("SELECT check_in_recall(id) FROM fund"))
        op.get_bind().exec_driver_sql(LOCKS_BEFORE)
        for name in ("check_in_record_sliced", "check_in_funds", "check_in_hold", "check_in_free_slice",
                     "check_in_recall"):
            op.execute(sa.text(f"DROP FUNCTION {name}"))
    op.drop_table("fund_slice")
