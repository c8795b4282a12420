"""The roster as tables: the lines, the day-by-day proof, the list to sign."""

from collections.abc import Iterable
from itertools import groupby

from canteen.core.words import period_in_words
from canteen.documents.model import Column, Paper, Row, Shape, Table, require_equal
from canteen.documents.papers import RosterLine, RosterPaper

BREAKFAST, LUNCH, DINNER = "◐", "●", "○"
LEGEND = "● 午餐　○ 晚餐　◐ 早餐"


def roster_paper(source: RosterPaper) -> Paper:
    """The page model; raises DoesNotBalance unless the lines give the sealed total."""
    require_equal("应补金额", sum(line.amount_fen for line in source.lines), source.total_fen)
    heading = source.heading
    tables = [line_table(source)]
    if source.with_day_dots:
        tables.append(dot_table(source))
    if source.meals:
        tables.append(meal_table(source))
    return Paper(
        kind="roster",
        form="花名册",
        title="享受老年助餐补贴人员花名册",
        heading=heading,
        period=period_in_words(heading.period_from, heading.period_until),
        facts=(("主送", source.addressee), ("食堂名称", heading.canteen_name)),
        total_label="应补金额合计",
        total_fen=source.total_fen,
        tables=tuple(tables),
    )


def line_table(source: RosterPaper) -> Table:
    """The roster itself, one line an elder and rate."""
    columns = (
        Column("序号", Shape.COUNT, 9),
        Column("姓名", width_mm=18),
        Column("性别", width_mm=8),
        Column("年龄", Shape.COUNT, 8),
        Column("出生日期", Shape.DAY, 18),
        Column("户籍地", width_mm=20),
        Column("身份证号", Shape.IDENTITY, 32),
        Column("类别", width_mm=20),
        Column("社区/住址", width_mm=36),
        Column("堂食", Shape.COUNT, 8, summed=True),
        Column("自取", Shape.COUNT, 8, summed=True),
        Column("送餐", Shape.COUNT, 8, summed=True),
        Column("合计次数", Shape.COUNT, 10, summed=True),
        Column("标准", Shape.RATE, 13),
        Column("应补金额", Shape.MONEY, 18, summed=True),
        Column("代领", width_mm=14),
        Column("备注", width_mm=16),
    )
    rows = tuple(_line(no, line) for no, line in enumerate(source.lines, start=1))
    return Table("roster", "花名册", columns, rows, empty="本月无补贴人次").with_total()


def _line(no: int, line: RosterLine) -> Row:
    return (
        no,
        line.name,
        line.sex,
        line.age_years,
        line.born_on,
        line.household,
        line.id_shown,
        line.category,
        " ".join(part for part in (line.community, line.address) if part),
        line.dine_in,
        line.takeaway,
        line.delivery,
        line.dine_in + line.takeaway + line.delivery,
        line.standard,
        line.amount_fen,
        line.proxy,
        line.remark,
    )


def dot_table(source: RosterPaper) -> Table:
    """The proof sheet: a mark for each meal, under its day of the month."""
    days = max(31 if not source.lines else 28, source.heading.period_until.day)
    columns = (
        Column("序号", Shape.COUNT, 10),
        Column("姓名", width_mm=28),
        *(Column(str(day), width_mm=6.6) for day in range(1, days + 1)),
        Column("次数", Shape.COUNT, 11, summed=True),
    )
    rows: tuple[Row, ...] = tuple(
        (no, line.name, *_marks(line, days), _meals(line)) for no, line in enumerate(source.lines, start=1)
    )
    return Table("dots", "逐日就餐对照表", columns, rows, note=LEGEND).with_total()


def _marks(line: RosterLine, days: int) -> Iterable[str]:
    for day in range(1, days + 1):
        yield (
            (BREAKFAST if day in line.breakfast_days else "")
            + (LUNCH if day in line.lunch_days else "")
            + (DINNER if day in line.dinner_days else "")
        )


def _meals(line: RosterLine) -> int:
    return line.dine_in + line.takeaway + line.delivery


def meal_table(source: RosterPaper) -> Table:
    """The meal-by-meal annex."""
    columns = (
        Column("序", Shape.COUNT, 11),
        Column("日期", Shape.DAY, 19),
        Column("餐别", width_mm=10),
        Column("册号", Shape.COUNT, 10),
        Column("姓名", width_mm=30),
        Column("方式", width_mm=10),
        Column("餐价", Shape.MONEY, 15, summed=True),
        Column("应补金额", Shape.MONEY, 15, summed=True),
    )
    rows = tuple(
        (no, meal.on, meal.meal_period, meal.row, meal.name, meal.channel, meal.price_fen, meal.amount_fen)
        for no, meal in enumerate(source.meals, start=1)
    )
    return Table("meals", "逐餐明细", columns, rows, note="册号是花名册中的序号。").with_total()


def sign_off_lists(source: RosterPaper) -> list[tuple[str, list[tuple[int, str, int]]]]:
    """For each community the numbered names and meal counts to sign: no category, money or identity.

    An elder who stands on two lines of the roster signs once.
    """
    lists = []
    for community, lines in groupby(source.lines, key=lambda line: line.community):
        counts: dict[object, tuple[str, int]] = {}
        for place, line in enumerate(lines):
            key = line.elder_no or ("line", place)
            _, so_far = counts.get(key, ("", 0))
            counts[key] = (line.name, so_far + _meals(line))
        lists.append((community, [(no, *entry) for no, entry in enumerate(counts.values(), start=1)]))
    return lists
