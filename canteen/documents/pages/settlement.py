"""The canteen settlement sheet as tables."""

from canteen.core.words import period_in_words
from canteen.documents.model import Column, Paper, Row, Shape, Table, require_equal
from canteen.documents.papers import AmountLine, CanteenSettlement, WalletBalance


def settlement_paper(source: CanteenSettlement) -> Paper:
    """The page model; raises DoesNotBalance unless what is owed less what was received is the total."""
    _check(source)
    heading = source.heading
    return Paper(
        kind="canteen",
        form="食堂结算单",
        title="食堂结算单",
        heading=heading,
        period=period_in_words(heading.period_from, heading.period_until),
        facts=(("甲方", source.party_a), ("乙方", source.party_b)),
        total_label="轧差应付乙方" if source.total_fen >= 0 else "轧差应收乙方",
        total_fen=source.total_fen,
        tables=(
            served_table(source),
            _amounts("additions", "加项", source.additions, "本期无加项"),
            _amounts("deductions", "扣减", source.deductions, "本期无扣减"),
            _amounts("received", "已收个人餐费", source.received, "本期未收个人餐费"),
            _amounts("payers", "轧差由以下各方支付", source.payers, "无"),
            wallet_table(source.wallet),
            day_table(source),
        ),
        remarks=source.remarks,
    )


def payable_fen(source: CanteenSettlement) -> int:
    """应付: what was served, plus additions, minus deductions, before what elders have paid already."""
    return _sum(source.served) + _sum(source.additions) - _sum(source.deductions)


def served_table(source: CanteenSettlement) -> Table:
    """Portions and amount of each meal period and price."""
    columns = (
        Column("餐别", width_mm=26),
        Column("单价", Shape.MONEY, 22),
        Column("堂食", Shape.COUNT, 18, summed=True, group="份数"),
        Column("自取", Shape.COUNT, 18, summed=True, group="份数"),
        Column("送餐", Shape.COUNT, 18, summed=True, group="份数"),
        Column("合计", Shape.COUNT, 20, summed=True, group="份数"),
        Column("金额", Shape.MONEY, 32, summed=True),
    )
    rows = tuple(
        (
            line.meal_period,
            line.unit_price_fen,
            line.dine_in,
            line.takeaway,
            line.delivery,
            line.dine_in + line.takeaway + line.delivery,
            line.amount_fen,
        )
        for line in source.served
    )
    return Table("served", "供餐", columns, rows, empty="本月未供餐").with_total()


def _amounts(key: str, title: str, lines: tuple[AmountLine, ...], empty: str) -> Table:
    """Lines of words and amounts; how they were reckoned has a column where any line says it."""
    explained = any(line.basis for line in lines)
    basis = (Column("计算依据", width_mm=60),) if explained else ()
    columns = (Column("项目", width_mm=50), *basis, Column("金额", Shape.MONEY, 32, summed=True))
    rows: tuple[Row, ...] = tuple(
        (line.label, *((line.basis,) if explained else ()), line.amount_fen) for line in lines
    )
    return Table(key, title, columns, rows, empty=empty).with_total()


def wallet_table(wallet: WalletBalance) -> Table:
    """What elders have prepaid: a debt of the canteen to them, carried forward."""
    titles = ("期初", "充值", "消费", "退款", "期末")
    row = (
        wallet.opening_fen,
        wallet.top_ups_fen,
        wallet.spent_fen,
        wallet.refunded_fen,
        wallet.closing_fen,
    )
    return Table(
        "wallet", "老人钱包余额（预收负债）", tuple(Column(t, Shape.MONEY, 30) for t in titles), (row,)
    )


def day_table(source: CanteenSettlement) -> Table:
    """Meals scanned beside portions that the kitchen served, day by day."""
    columns = (
        Column("日期", Shape.DAY, 26),
        Column("刷卡", Shape.COUNT, 20, summed=True),
        Column("出餐", Shape.COUNT, 20, summed=True),
        Column("差", Shape.SIGNED, 16, summed=True),
    )
    rows = tuple(
        (day.on, day.scanned, day.served, None if day.served is None else day.served - day.scanned)
        for day in source.days
    )
    note = "出餐未填的日子不计入差。" if any(day.served is None for day in source.days) else ""
    return Table("days", "每日份数对照", columns, rows, note=note, empty="本月未供餐").with_total()


def _check(source: CanteenSettlement) -> None:
    require_equal("轧差", payable_fen(source) - _sum(source.received), source.total_fen)
    if source.payers:
        require_equal("各方支付", _sum(source.payers), source.total_fen)
    wallet = source.wallet
    found = wallet.opening_fen + wallet.top_ups_fen - wallet.spent_fen - wallet.refunded_fen
    require_equal("钱包期末", found, wallet.closing_fen)


def _sum(lines: tuple[AmountLine, ...] | tuple[object, ...]) -> int:
    return sum(int(getattr(line, "amount_fen", 0)) for line in lines)
