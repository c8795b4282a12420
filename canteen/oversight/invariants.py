"""What must always hold in the database, from the journal up to the check-in; each named by its first broken row.

Every check is one or two set-based statements, the same on SQLite and PostgreSQL, so that a district's year is
checked in minutes. They take no view of their own: what they compare was written twice, by different hands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from canteen.audit.models import AuditEvent, AuditLink
from canteen.audit.services import START, chained
from canteen.checkin.models import Meal, Scan

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that breaks an invariant: its name, the row, what is wrong with it."""

    name: str
    where: str
    message: str


@dataclass(slots=True)
class Report:
    """How many rows each invariant was checked on, and the first row that breaks each."""

    checked: dict[str, int] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    def add(self, name: str, count: int, broken: Broken | None = None) -> None:
        """Note one invariant's outcome."""
        self.checked[name] = count
        if broken is not None:
            self.broken.append(broken)


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold. `first` answers the first row that breaks it; `where` and `message` word it."""

    name: str
    of: str
    first: str
    where: str
    message: str

    def check(self, session: Session, report: Report) -> None:
        """Count what is checked and look for the first row that breaks it."""
        count = int(session.scalar(text(f"SELECT count(*) FROM {self.of}")) or 0)  # noqa: S608 - a constant below
        row = session.execute(text(f"{self.first} LIMIT 1")).mappings().first()
        broken = None
        if row is not None:
            values = dict(row)
            broken = Broken(self.name, self.where.format(**values), self.message.format(**values))
        report.add(self.name, count, broken)


# What stands on a payer's accounts, by the name that a programme's `expect` gives the payer.
PAYER = """CASE
    WHEN p.account_code LIKE 'government:%' THEN 'government'
    WHEN p.account_code LIKE 'collective:%' THEN 'collective'
    WHEN p.account_code LIKE 'fund:%' THEN 'sponsor:' || substr(p.account_code, 6)
    WHEN p.account_code = 'operator:discount' THEN 'operator'
    WHEN p.account_code IN ('wallet', 'cash', 'elder:receivable') THEN 'elder'
    ELSE p.account_code END"""

LEDGER = (
    Invariant(
        "entries-balance", "entry",
        "SELECT entry_id, sum(amount_fen) AS fen FROM posting GROUP BY entry_id HAVING sum(amount_fen) <> 0 "
        "ORDER BY entry_id",
        "entry:{entry_id}", "分录的各行合计是 {fen} 分，不是零。",
    ),
    Invariant(
        "reversals-mirror", "entry WHERE reverses_id IS NOT NULL",
        """SELECT id, account_code FROM (
            SELECT r.id, p.account_code, coalesce(p.elder_id, 0) AS elder, coalesce(p.fund_id, 0) AS fund, p.amount_fen
            FROM entry r JOIN posting p ON p.entry_id = r.id WHERE r.reverses_id IS NOT NULL
            UNION ALL
            SELECT r.id, p.account_code, coalesce(p.elder_id, 0), coalesce(p.fund_id, 0), p.amount_fen
            FROM entry r JOIN posting p ON p.entry_id = r.reverses_id) AS both_sides
        GROUP BY id, account_code, elder, fund HAVING sum(amount_fen) <> 0 ORDER BY id""",
        "entry:{id}", "冲正没有在 {account_code} 上抵平原来的分录。",
    ),
    Invariant(
        "closed-months-untouched", "closed_month",
        "SELECT e.id, e.month FROM entry e JOIN closed_month c ON c.canteen_id = e.canteen_id AND c.month = e.month "
        "WHERE e.posted_at > c.closed_at ORDER BY e.id",
        "entry:{id}", "分录记进了已经月结的 {month}。",
    ),
    Invariant(
        "wallets-match-journal", "wallet",
        """SELECT elder, sum(held) AS held, -sum(posted) AS journal FROM (
            SELECT elder_id AS elder, balance_fen AS held, 0 AS posted FROM wallet
            UNION ALL
            SELECT coalesce(elder_id, 0), 0, amount_fen FROM posting WHERE account_code = 'wallet') AS both_sides
        GROUP BY elder HAVING sum(held) <> -sum(posted) ORDER BY elder""",
        "wallet:{elder}", "钱包余额 {held} 分，账上 {journal} 分。",
    ),
    Invariant(
        "funds-match-journal", "fund",
        """SELECT fund, sum(held) AS held, -sum(posted) AS journal FROM (
            SELECT id AS fund, balance_fen AS held, 0 AS posted FROM fund
            UNION ALL SELECT fund_id, balance_fen, 0 FROM fund_slice
            UNION ALL
            SELECT coalesce(fund_id, 0), 0, amount_fen FROM posting WHERE account_code LIKE 'fund:%') AS both_sides
        GROUP BY fund HAVING sum(held) <> -sum(posted) ORDER BY fund""",
        "fund:{fund}", "资金余额 {held} 分，账上 {journal} 分。",
    ),
    Invariant(
        "funds-stand-on-their-account", "posting WHERE fund_id IS NOT NULL",
        "SELECT p.id, f.code FROM posting p JOIN fund f ON f.id = p.fund_id "
        "WHERE p.account_code <> 'fund:' || f.code ORDER BY p.id",
        "posting:{id}", "资金 {code} 的一行记在了别的账户上。",
    ),
    Invariant(
        "vouchers-match-journal", "voucher",
        """SELECT elder, kind, sum(held) AS held, -sum(posted) AS journal FROM (
            SELECT elder_id AS elder, kind_code AS kind, left_fen AS held, 0 AS posted FROM voucher
            UNION ALL
            SELECT coalesce(elder_id, 0), substr(account_code, 9), 0, amount_fen FROM posting
            WHERE account_code LIKE 'voucher:%') AS both_sides
        GROUP BY elder, kind HAVING sum(held) <> -sum(posted) ORDER BY elder, kind""",
        "voucher:{kind}:{elder}", "服务券余额 {held} 分，账上 {journal} 分。",
    ),
    Invariant(
        "nothing-below-zero", "wallet",
        """SELECT what, id, fen FROM (
            SELECT 'wallet' AS what, elder_id AS id, balance_fen AS fen FROM wallet
            UNION ALL SELECT 'fund', id, balance_fen FROM fund
            UNION ALL SELECT 'fund', fund_id, balance_fen FROM fund_slice
            UNION ALL SELECT 'voucher', id, left_fen FROM voucher) AS balances
        WHERE fen < 0 ORDER BY what, id""",
        "{what}:{id}", "余额是 {fen} 分，低于零。",
    ),
    Invariant(
        "top-ups-match-journal", "top_up",
        """SELECT t.id, t.amount_fen AS fen FROM top_up t
        LEFT JOIN posting p ON p.entry_id = t.entry_id AND p.account_code = 'wallet' AND p.elder_id = t.elder_id
        GROUP BY t.id, t.amount_fen HAVING coalesce(sum(p.amount_fen), 0) <> -t.amount_fen ORDER BY t.id""",
        "top-up:{id}", "充值或退款 {fen} 分，与账上不符。",
    ),
    Invariant(
        "gifts-match-journal", "gift",
        """SELECT g.id, g.amount_fen AS fen FROM gift g
        LEFT JOIN posting p ON p.entry_id = g.entry_id AND p.fund_id = g.fund_id
        GROUP BY g.id, g.amount_fen HAVING coalesce(sum(p.amount_fen), 0) <> -g.amount_fen ORDER BY g.id""",
        "gift:{id}", "到账 {fen} 分，与账上不符。",
    ),
    Invariant(
        "fund-records-match-journal", "fund_expense",
        """SELECT what, id, fen FROM (
            SELECT 'expense' AS what, r.id, r.amount_fen AS fen, p.amount_fen AS posted FROM fund_expense r
            LEFT JOIN posting p ON p.entry_id = r.entry_id AND p.fund_id = r.fund_id
            UNION ALL SELECT 'refund', r.id, r.amount_fen, p.amount_fen FROM fund_refund r
            LEFT JOIN posting p ON p.entry_id = r.entry_id AND p.fund_id = r.fund_id WHERE r.approved_at IS NOT NULL
            UNION ALL SELECT 'pay-over', r.id, r.amount_fen, p.amount_fen FROM fund_pay_over r
            LEFT JOIN posting p ON p.entry_id = r.entry_id AND p.account_code LIKE 'bank:paid-over:%'
            UNION ALL SELECT 'pledge', r.id, r.amount_fen, p.amount_fen FROM pledge r
            LEFT JOIN posting p ON p.entry_id = r.entry_id AND p.account_code LIKE 'promised:%'
            UNION ALL SELECT 'goods', r.id, r.value_fen, p.amount_fen FROM goods_gift r
            LEFT JOIN posting p ON p.entry_id = r.entry_id AND p.account_code LIKE 'goods:%') AS records
        WHERE posted IS NULL OR fen <> posted ORDER BY what, id""",
        "{what}:{id}", "记录是 {fen} 分，与账上不符。",
    ),
    Invariant(
        "pledges-cover-what-is-advanced", "fund",
        """SELECT id, sum(advanced) AS advanced, sum(promised) AS promised FROM (
            SELECT f.id, p.amount_fen AS advanced, 0 AS promised FROM fund f
            JOIN posting p ON p.account_code = 'pledge-advanced:' || f.code
            UNION ALL SELECT f.id, 0, p.amount_fen FROM fund f
            JOIN posting p ON p.account_code = 'promised:' || f.code) AS pledges
        GROUP BY id HAVING sum(advanced) > sum(promised) OR sum(advanced) < 0 ORDER BY id""",
        "fund:{id}", "可以先用的认捐 {advanced} 分，没有到账的认捐 {promised} 分。",
    ),
    Invariant(
        "cash-meals-match-journal", "cash_meal",
        """SELECT c.id FROM cash_meal c
        LEFT JOIN posting p ON p.entry_id = c.entry_id AND p.account_code = 'cash-meals'
        GROUP BY c.id, c.portions, c.price_fen HAVING coalesce(sum(p.amount_fen), 0) <> -c.portions * c.price_fen
        ORDER BY c.id""",
        "cash-meal:{id}", "现金餐的金额与账上不符。",
    ),
)  # fmt: skip

MEALS = (
    Invariant(
        "one-meal-a-slot", "meal WHERE kind = 'slot' AND cancelled_at IS NULL",
        "SELECT max(id) AS id, count(*) AS meals FROM meal WHERE kind = 'slot' AND cancelled_at IS NULL "
        "GROUP BY elder_id, service_on, meal_period HAVING count(*) > 1 ORDER BY 1",
        "meal:{id}", "同一位老人同一餐有 {meals} 条有效就餐记录。",
    ),
    Invariant(
        "shares-sum-to-price", "meal",
        """SELECT m.id, m.price_fen AS price, coalesce(s.fen, 0) AS fen FROM meal m
        LEFT JOIN (SELECT meal_id, sum(amount_fen) AS fen FROM meal_share WHERE NOT is_grant GROUP BY meal_id) AS s
            ON s.meal_id = m.id
        WHERE coalesce(s.fen, 0) <> CASE WHEN m.cancelled_at IS NULL THEN m.price_fen ELSE 0 END
        ORDER BY m.id""",
        "meal:{id}", "各方合计 {fen} 分，餐价 {price} 分（撤销的应为零）。",
    ),
    Invariant(
        "shares-not-negative", "meal_share",
        "SELECT meal_id, payer, sum(amount_fen) AS fen FROM meal_share "
        "GROUP BY meal_id, payer, coalesce(rule_id, ''), is_grant HAVING sum(amount_fen) < 0 ORDER BY meal_id",
        "meal:{meal_id}", "{payer} 承担 {fen} 分，低于零。",
    ),
    Invariant(
        "elder-part-is-met", "meal",
        "SELECT id, elder_fen AS fen FROM meal WHERE elder_fen <> wallet_fen + cash_fen + credit_fen "
        "OR wallet_fen < 0 OR cash_fen < 0 OR credit_fen < 0 OR absorbed_fen < 0 ORDER BY id",
        "meal:{id}", "个人应付 {fen} 分，与钱包、现金、赊欠之和不符。",
    ),
    Invariant(
        "shares-match-postings", "meal_share",
        f"""SELECT meal_id, payer, sum(fen) AS fen FROM (
            SELECT meal_id, month, payer, amount_fen AS fen FROM meal_share
            UNION ALL
            SELECT e.meal_id, e.month, {PAYER}, -p.amount_fen FROM entry e JOIN posting p ON p.entry_id = e.id
            WHERE e.meal_id IS NOT NULL AND p.account_code NOT IN ('meals', 'grants', 'courier')) AS both_sides
        GROUP BY meal_id, month, payer HAVING sum(fen) <> 0 ORDER BY meal_id""",  # noqa: S608 - PAYER is a constant
        "meal:{meal_id}", "{payer} 的明细与账上相差 {fen} 分。",
    ),
    Invariant(
        "bills-go-to-the-authority", "meal WHERE authority IS NOT NULL",
        """SELECT m.id, p.account_code FROM posting p JOIN entry e ON e.id = p.entry_id JOIN meal m ON m.id = e.meal_id
        WHERE p.account_code LIKE 'government:%' AND substr(p.account_code, 1, length(coalesce(m.authority, '')) + 12)
            <> 'government:' || coalesce(m.authority, '') || ':' ORDER BY m.id""",
        "meal:{id}", "记到了 {account_code}，不是这一餐的主管部门。",
    ),
    Invariant(
        "cancelled-meals-are-reversed", "meal WHERE cancelled_at IS NOT NULL",
        "SELECT m.id FROM meal m WHERE m.cancelled_at IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM entry e WHERE e.meal_id = m.id AND e.reverses_id IS NOT NULL) ORDER BY m.id",
        "meal:{id}", "撤销了，账上没有冲正。",
    ),
    Invariant(
        "further-meals-unsubsidised", "meal WHERE kind = 'further'",
        """SELECT s.meal_id, s.payer FROM meal_share s JOIN meal m ON m.id = s.meal_id
        WHERE m.kind = 'further' AND (s.payer NOT IN ('elder', 'operator:absorbed') OR s.is_grant)
        GROUP BY s.meal_id, s.payer HAVING sum(s.amount_fen) <> 0 ORDER BY s.meal_id""",
        "meal:{meal_id}", "加餐记到了 {payer}。",
    ),
    Invariant(
        "nothing-charged-after-death", "elder WHERE died_on IS NOT NULL",
        """SELECT s.meal_id, s.payer FROM meal_share s JOIN meal m ON m.id = s.meal_id JOIN elder d ON d.id = m.elder_id
        WHERE m.service_on > d.died_on AND s.payer NOT IN ('operator', 'operator:absorbed')
        GROUP BY s.meal_id, s.payer HAVING sum(s.amount_fen) <> 0 ORDER BY s.meal_id""",
        "meal:{meal_id}", "去世以后的一餐记到了 {payer}。",
    ),
)  # fmt: skip

SCANS = (
    Invariant(
        "scan-ids-once", "scan",
        "SELECT scan_id, count(*) AS scans FROM scan GROUP BY scan_id HAVING count(*) > 1 ORDER BY scan_id",
        "scan:{scan_id}", "同一个记录号有 {scans} 条记录。",
    ),
    Invariant(
        "one-outcome-a-record", "scan",
        """SELECT scan_id, state FROM scan WHERE state NOT IN ('MEAL', 'EXCEPTION', 'REJECTED')
            OR (state = 'MEAL' AND meal_id IS NULL) OR (state = 'REJECTED' AND meal_id IS NOT NULL)
            OR (state <> 'MEAL' AND code IS NULL) ORDER BY id""",
        "scan:{scan_id}", "记录的结果 {state} 与它的就餐不符。",
    ),
    Invariant(
        "records-match-meals", "scan WHERE meal_id IS NOT NULL",
        """SELECT s.scan_id, m.id FROM scan s JOIN meal m ON m.id = s.meal_id
        WHERE s.canteen_id <> m.canteen_id OR s.service_on <> m.service_on OR s.meal_period <> m.meal_period
            OR (s.elder_id IS NOT NULL AND s.elder_id <> m.elder_id) ORDER BY s.id""",
        "scan:{scan_id}", "记录与第 {id} 号就餐的食堂、日期、餐别或老人不同。",
    ),
    Invariant(
        "a-meal-from-one-record", "scan WHERE meal_id IS NOT NULL",
        "SELECT meal_id, count(*) AS scans FROM scan WHERE meal_id IS NOT NULL GROUP BY meal_id "
        "HAVING count(*) > 1 ORDER BY meal_id",
        "meal:{meal_id}", "有 {scans} 条记录算作同一餐。",
    ),
    Invariant(
        "meals-have-a-record", "meal",
        "SELECT m.id FROM meal m WHERE NOT EXISTS (SELECT 1 FROM scan s WHERE s.meal_id = m.id) "
        "AND NOT EXISTS (SELECT 1 FROM scan_ruling r WHERE r.meal_id = m.id) "
        "AND NOT EXISTS (SELECT 1 FROM slip l WHERE l.meal_id = m.id) AND NOT EXISTS (SELECT 1 FROM slip w "
        "JOIN slip_sheet t ON t.id = w.sheet_id WHERE m.cancelled_at IS NOT NULL AND w.elder_id = m.elder_id "
        "AND t.canteen_id = m.canteen_id AND t.service_on = m.service_on AND t.meal_period = m.meal_period) "
        "ORDER BY m.id",
        "meal:{id}", "没有刷卡记录，也没有核定或纸条，却有就餐。",
    ),
    Invariant(
        "slips-match-meals", "slip WHERE meal_id IS NOT NULL",
        """SELECT l.id, m.id AS meal FROM slip l JOIN slip_sheet t ON t.id = l.sheet_id JOIN meal m ON m.id = l.meal_id
        WHERE l.state <> 'approved' OR l.elder_id <> m.elder_id OR t.canteen_id <> m.canteen_id
            OR t.service_on <> m.service_on OR t.meal_period <> m.meal_period ORDER BY l.id""",
        "slip:{id}", "纸条与第 {meal} 号就餐的食堂、日期、餐别或老人不同。",
    ),
    Invariant(
        "slips-have-a-second-person", "slip WHERE state = 'approved'",
        """SELECT l.id FROM slip l JOIN slip_sheet t ON t.id = l.sheet_id
        WHERE l.state = 'approved' AND (l.decided_by IS NULL OR l.decided_by = t.entered_by) ORDER BY l.id""",
        "slip:{id}", "纸条由录入的人自己核准了。",
    ),
)  # fmt: skip


def check_database(session: Session) -> Report:
    """Every invariant of the journal, the meals, the records and the audit chain."""
    report = Report()
    for invariant in (*LEDGER, *MEALS, *SCANS):
        invariant.check(session, report)
    for check in CHECKS:
        check(session, report)
    return report


def check_answers(session: Session, report: Report) -> None:
    """What a tablet was answered is the meal that is there."""
    name = "answers-match-meals"
    told = Scan.answer["meal_no"].as_integer(), Scan.answer["price_fen"].as_integer()
    said_meal = select(Scan.id).where(Scan.state == "MEAL", Scan.answer["state"].as_string() == "MEAL")
    count = int(session.scalar(select(func.count()).select_from(said_meal.subquery())) or 0)
    differs = (
        select(Scan.scan_id, Meal.id)
        .join(Meal, Meal.id == Scan.meal_id)
        .where(
            Scan.state == "MEAL",
            Scan.answer["state"].as_string() == "MEAL",
            (told[0] != Meal.id) | (told[1] != Meal.price_fen),
        )
        .order_by(Scan.id)
        .limit(1)
    )
    row = session.execute(differs).first()
    broken = Broken(name, f"scan:{row[0]}", f"答复与第 {row[1]} 号就餐不符。") if row else None
    report.add(name, count, broken)


def check_chain(session: Session, report: Report) -> None:
    """The linked part of the audit trail, link by link; the events that wait are counted."""
    linked = select(AuditLink, AuditEvent).outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
    rows = session.execute(linked.order_by(AuditLink.number).execution_options(yield_per=BATCH))
    count, broken = _follow(rows)
    report.add("audit-chain", count, broken)
    waiting = select(func.count()).where(
        ~select(AuditLink.event_id).where(AuditLink.event_id == AuditEvent.id).exists()
    )
    report.add("audit-events-waiting", int(session.scalar(waiting.select_from(AuditEvent)) or 0))


def _follow(rows: Iterable[tuple[AuditLink, AuditEvent | None]]) -> tuple[int, Broken | None]:
    sha256, number = START, 0
    for link, event in rows:
        number += 1
        if link.number != number:
            return number, Broken("audit-chain", f"link:{number}", "操作记录的链缺了一环。")
        if event is None or chained(sha256, event) != link.sha256:
            return number, Broken("audit-chain", f"event:{link.event_id}", "这条操作记录被改过，与链对不上。")
        sha256 = link.sha256
    return number, None


CHECKS: tuple[Callable[[Session, Report], None], ...] = (check_answers, check_chain)
