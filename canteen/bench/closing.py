"""P7: a month's totals from its lines and from the day roll-up, beside DuckDB on the same rows."""

from typing import Any

import duckdb
import psycopg
from sqlalchemy.orm import Session

from canteen.app import create_app
from canteen.bench.measuring import in_turn, probes, seconds
from canteen.bench.places import Place, postgresql_place
from canteen.db import reading
from canteen.settlement.totals import close_totals_from_lines, close_totals_from_rollup

MONTH = "2026-10"
LINES_A_MEAL = 3
# What DuckDB is asked, and what it is asked of: the very rows, copied out of PostgreSQL.
QUESTION = (
    "SELECT payer, sum(amount_fen) FROM lines WHERE canteen_id = 1 AND month = '2026-10' GROUP BY payer"
)
COLUMNS = "canteen_id, month, service_on, payer, rule_id, meals, amount_fen"


def p7(lines: int = 1_000_000, pairs: int = 7) -> dict[str, Any]:
    """Totals of a month of so many meal lines; both ratios are times: ours over DuckDB's."""
    with postgresql_place() as place:
        _fill(place, lines)
        found: dict[str, Any] = {"lines": lines}
        with _duckdb(place) as duck, create_app(place.settings).app_context(), reading() as session:
            _must_agree(session, duck)
            for name, ours in (("lines", close_totals_from_lines), ("rollup", close_totals_from_rollup)):
                ratio = in_turn(
                    lambda _n, ours=ours: 1000 * seconds(lambda: ours(session, 1, MONTH)),  # type: ignore[misc]
                    lambda _n: 1000 * seconds(lambda: duck.execute(QUESTION).fetchall()),
                    pairs,
                )
                found[f"from_{name}"] = ratio.document("ms")
        return found | probes(place.folder)


def _must_agree(session: Session, duck: duckdb.DuckDBPyConnection) -> None:
    theirs = {payer: int(total) for payer, total in duck.execute(QUESTION).fetchall()}
    if (
        not close_totals_from_lines(session, 1, MONTH)
        == close_totals_from_rollup(session, 1, MONTH)
        == theirs
    ):
        raise RuntimeError("lines, roll-up and DuckDB differ: the figure does not count")


def _fill(place: Place, lines: int) -> None:
    meals = lines // LINES_A_MEAL
    with psycopg.connect(place.settings.database_url, autocommit=True) as connection:
        for statement in _STATEMENTS:
            connection.execute(statement.replace("MEALS", str(meals)).encode())
        connection.execute(b"VACUUM ANALYZE")


# Elders, meals and lines of one month: government, a fund and the elder pay each meal, by five rules.
_STATEMENTS = (
    "INSERT INTO canteen (id, code, name, area, division, time_zone, hours, created_at) VALUES"
    " (1, 'bench', '测量食堂', 'urban', '620102', 'Asia/Shanghai', '{}', now())",
    "INSERT INTO elder (id, ref, name, name_sort, name_initials, identity_kind, home_canteen_id, is_page_off, created_at)"
    " SELECT g, 'ref' || g, '测量', '', '', 'resident', 1, false, now()"
    " FROM generate_series(1, MEALS / 31 + 1) AS g",
    "INSERT INTO meal (id, kind, elder_id, canteen_id, service_on, meal_period, month, channel, price_fen, elder_fen,"
    " wallet_fen, cash_fen, absorbed_fen, credit_fen, facts, trace, served_at)"
    " SELECT g, 'slot', g / 31 + 1, 1, date '2026-10-01' + (g % 31)::int, 'lunch', '2026-10', 'dine-in', 1500, 500, 500,"
    " 0, 0, 0, '{}', '[]', now() FROM generate_series(0, MEALS - 1) AS g",
    "INSERT INTO meal_share (meal_id, elder_id, canteen_id, service_on, meal_period, month, is_grant, programme_code,"
    " rule_id, payer, amount_fen, meals)"
    " SELECT m.id, m.elder_id, 1, m.service_on, 'lunch', '2026-10', false, 'bench', s.rule, s.payer, s.fen, 1"
    " FROM meal m CROSS JOIN LATERAL (VALUES ('age-' || m.elder_id % 5, 'government', 600), ('fund', 'sponsor:bench', 400),"
    " (NULL, 'elder', 500)) AS s (rule, payer, fen)",
    "INSERT INTO day_rollup (canteen_id, month, service_on, meal_period, payer, rule_id, meals, amount_fen)"
    " SELECT canteen_id, month, service_on, meal_period, payer, coalesce(rule_id, ''), sum(meals), sum(amount_fen)"
    " FROM meal_share GROUP BY 1, 2, 3, 4, 5, 6",
)


def _duckdb(place: Place) -> duckdb.DuckDBPyConnection:
    file = place.folder / "lines.csv"
    with (
        psycopg.connect(place.settings.database_url) as connection,
        connection.cursor().copy(
            f"COPY (SELECT {COLUMNS} FROM meal_share) TO STDOUT (FORMAT csv, HEADER)".encode()
        ) as out,
        file.open("wb") as target,
    ):
        for block in out:
            target.write(block)
    duck = duckdb.connect()
    duck.execute(f"CREATE TABLE lines AS SELECT * FROM read_csv('{file}')")  # noqa: S608 - our own file
    return duck
