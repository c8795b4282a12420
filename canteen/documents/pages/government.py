"""The government settlement as tables; the collective's has the same form."""

from canteen.core.words import period_in_words
from canteen.documents.model import Column, DoesNotBalance, Paper, Shape, Table, require_equal
from canteen.documents.papers import GovernmentSettlement, Sources

TITLES = {"settlement": "社区老年助餐服务补贴结算表", "collective": "社区老年助餐服务集体补助结算表"}
FORMS = {"settlement": "政府结算表", "collective": "集体结算表"}
COUNTED_ONCE = "同一老人跨档时各档分别计入人数，合计人数按人去重。"
NO_MEALS = "本月无补贴人次"


def government_paper(source: GovernmentSettlement) -> Paper:
    """The page model; raises DoesNotBalance unless tiers, grants and adjustments give the sealed total."""
    _check(source)
    heading = source.heading
    return Paper(
        kind=source.kind,
        form=FORMS[source.kind],
        title=TITLES[source.kind],
        heading=heading,
        period=period_in_words(heading.period_from, heading.period_until),
        facts=_facts(source),
        total_label="应补金额",
        total_fen=source.total_fen,
        tables=(
            tier_table(source),
            day_table(source),
            *_further_tables(source),
            source_table(source.sources),
        ),
        remarks=source.remarks,
    )


def _facts(source: GovernmentSettlement) -> tuple[tuple[str, str], ...]:
    return (
        ("报送单位", source.reporting_unit),
        ("食堂名称", source.heading.canteen_name),
        ("统一社会信用代码", source.uscc),
        ("运营方", source.operator_name),
        ("主送", source.addressee),
        ("政策文号及版本", source.policy_reference),
        ("收款账户", source.bank_account),
    )


def tier_table(source: GovernmentSettlement) -> Table:
    """Table one: who ate by category, age band and rate, and who paid which part."""
    money = [("就餐总额", ""), ("个人", ""), ("家人", ""), *((level, "政府") for level in source.levels)]
    shows_unsplit = not source.levels or any(tier.unsplit_fen for tier in source.tiers)
    if shows_unsplit:
        money.append(("未分级", "政府"))
    money += [("集体", ""), ("慈善", ""), ("券", ""), ("企业让利", ""), ("应补金额", "")]
    columns = (
        Column("类别", width_mm=24),
        Column("年龄档", width_mm=15),
        Column("标准(元/餐)", Shape.RATE, 13),
        Column("人数", Shape.COUNT, 9, summed=True),
        Column("堂食", Shape.COUNT, 10, summed=True, group="人次"),
        Column("自取", Shape.COUNT, 10, summed=True, group="人次"),
        Column("送餐", Shape.COUNT, 10, summed=True, group="人次"),
        Column("合计", Shape.COUNT, 11, summed=True, group="人次"),
        *(Column(title, Shape.MONEY, 16, summed=True, group=group) for title, group in money),
    )
    rows = tuple(
        (
            tier.category,
            tier.age_band,
            tier.standard,
            tier.elders,
            tier.dine_in,
            tier.takeaway,
            tier.delivery,
            tier.dine_in + tier.takeaway + tier.delivery,
            tier.price_fen,
            tier.elder_fen,
            tier.family_fen,
            *tier.levels_fen,
            *((tier.unsplit_fen,) if shows_unsplit else ()),
            tier.collective_fen,
            tier.charity_fen,
            tier.voucher_fen,
            tier.discount_fen,
            tier.payable_fen,
        )
        for tier in source.tiers
    )
    table = Table("tiers", "表一 分类分档汇总", columns, rows, note=COUNTED_ONCE, empty=NO_MEALS)
    return table.with_total(人数=source.elders)


def day_table(source: GovernmentSettlement) -> Table:
    """Table two: meals and amount of each day."""
    columns = (
        Column("日期", Shape.DAY, 24),
        Column("人次", Shape.COUNT, 18, summed=True),
        Column("金额", Shape.MONEY, 26, summed=True),
    )
    rows = tuple((day.on, day.meals, day.amount_fen) for day in source.days)
    return Table("days", "表二 按日汇总", columns, rows, empty=NO_MEALS).with_total()


def _further_tables(source: GovernmentSettlement) -> list[Table]:
    adjustments = Table(
        "adjustments",
        "表三 本期调整",
        (
            Column("原期间", width_mm=22),
            Column("事由", width_mm=70),
            Column("人次±", Shape.SIGNED, 16, summed=True),
            Column("金额±", Shape.MONEY, 24, summed=True),
        ),
        tuple((a.original_period, a.reason, a.meals, a.amount_fen) for a in source.adjustments),
        empty="本期无调整",
    ).with_total()
    return [*_amount_tables(source), adjustments]


def _amount_tables(source: GovernmentSettlement) -> list[Table]:
    tables = []
    if source.grants:
        columns = (
            Column("项目", width_mm=50),
            Column("计算依据", width_mm=50),
            Column("金额", Shape.MONEY, 26, summed=True),
        )
        rows = tuple((grant.label, grant.basis, grant.amount_fen) for grant in source.grants)
        tables.append(Table("grants", "餐价以外的补贴", columns, rows).with_total())
    if source.level_totals:
        by_level = (Column("级次", width_mm=50), Column("应补金额", Shape.MONEY, 26, summed=True))
        levels = tuple((level.label, level.amount_fen) for level in source.level_totals)
        tables.append(Table("levels", "应补金额按级次", by_level, levels).with_total())
    return tables


def source_table(sources: Sources) -> Table:
    """Table four: the meals' price and who paid it, in one line that must balance."""
    titles = ("餐费总额", "政府", "集体", "慈善", "券", "家人", "企业让利", "个人")
    row = (
        sources.price_fen,
        sources.government_fen,
        sources.collective_fen,
        sources.charity_fen,
        sources.voucher_fen,
        sources.family_fen,
        sources.discount_fen,
        sources.elder_fen,
        sources.absorbed_fen,
    )
    columns = (*(Column(t, Shape.MONEY, 27) for t in titles), Column("其中食堂承担", Shape.MONEY, 27))
    return Table("sources", "表四 资金来源对照", columns, (row,))


def _check(source: GovernmentSettlement) -> None:
    if any(len(tier.levels_fen) != len(source.levels) for tier in source.tiers):
        raise DoesNotBalance("a tier does not have an amount for each level")
    found = (
        sum(tier.payable_fen for tier in source.tiers)
        + sum(grant.amount_fen for grant in source.grants)
        + sum(adjustment.amount_fen for adjustment in source.adjustments)
    )
    require_equal("应补金额", found, source.total_fen)
    require_equal("表二", sum(d.amount_fen for d in source.days), sum(t.payable_fen for t in source.tiers))
    if source.level_totals:
        require_equal("按级次", sum(level.amount_fen for level in source.level_totals), source.total_fen)
    _check_sources(source.sources)


def _check_sources(sources: Sources) -> None:
    parts = (
        sources.government_fen
        + sources.collective_fen
        + sources.charity_fen
        + sources.voucher_fen
        + sources.family_fen
        + sources.discount_fen
        + sources.elder_fen
    )
    require_equal("表四", parts, sources.price_fen)
