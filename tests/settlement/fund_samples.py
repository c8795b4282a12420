"""Statements of funds as values, to look at and to try what a paper says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from canteen.documents.papers import (
    AgeBandLine,
    CanteenLine,
    CountLine,
    DonationReceipt,
    ExpenseLine,
    FourAmounts,
    FundStatement,
    GoodsLine,
    Heading,
    MealFlow,
    ReceivedLine,
    RefundLine,
    Signers,
    UseLine,
)

LONG_NAME = "新会区维达纸业集团股份有限公司爱心助老慈善专项基金会"
SHANGHAI = timezone(timedelta(hours=8))


def heading(number: str = "WEIDA-2026-11-donor-v1", **changed: Any) -> Heading:
    values: dict[str, Any] = {
        "number": number, "version": 1, "unit_name": "新会区慈善会", "canteen_name": "维达老地方、万胜老友记",
        "period_from": date(2026, 11, 1), "period_until": date(2026, 11, 30),
        "sealed_at": datetime(2026, 12, 1, 1, 12, tzinfo=UTC).astimezone(SHANGHAI), "seal_sha256": "0" * 64,
        "check_code": "7K2M4Q6R", "verify_url": f"https://canteen.example.cn/verify/{number}#7K2M4Q6R",
        "signers": Signers("王敏", "赵刚"),
    }  # fmt: skip
    return Heading(**(values | changed))


def statement(**changed: Any) -> FundStatement:
    """A month of a fund that gave whole meals and parts of meals at two canteens."""
    days = [date(2026, 11, day) for day in range(1, 31)]
    people = [
        UseLine(on, on, "午餐", 38 + on.day % 7, None if on.day % 3 == 0 else 1000, (38 + on.day % 7) * 1000, 38)
        for on in days
    ]
    meals, meals_fen = sum(line.meals for line in people), sum(line.amount_fen for line in people)
    gifts = (
        ReceivedLine(date(2026, 11, 2), "银行转账", "0001234567", 1_600_000, "44010122", "新会区慈善会"),
        ReceivedLine(date(2026, 11, 18), "募捐平台", "", 150_000),
        ReceivedLine(date(2026, 11, 20), "冲正 2026-10-30 到账", "0001234511", -20_000, "44010122", "新会区慈善会"),
    )
    expenses = (
        ExpenseLine(date(2026, 11, 9), "助餐员补贴", "十月两位助餐员", "维达老地方", 240_000),
        ExpenseLine(date(2026, 11, 12), "添置设备", "六十人份保温送餐箱十二只和配套的餐盘", "", 98_800),
    )
    grants = UseLine(days[0], days[-1], "每份补助食堂 1 元", 0, None, 61_200, 0)
    spent = sum(line.amount_fen for line in expenses)
    received, total = sum(gift.amount_fen for gift in gifts), meals_fen + 61_200 + spent
    values: dict[str, Any] = {
        "heading": heading(), "addressed_to": LONG_NAME, "fund_name": "维达老地方免费午餐基金",
        "canteen_names": ("维达老地方", "万胜老友记"), "recipient": "新会区慈善会", "opening_fen": 321_050,
        "gifts": gifts, "closing_fen": 321_050 + received - total - 10_000, "total_fen": total,
        "undisbursed_fen": 411_200, "meals": meals, "full_meals": meals - 120, "elders": 386,
        "previous_meals": meals - 86,
        "chart": tuple(CountLine(str(line.from_on.day), line.meals, line.amount_fen) for line in people),
        "chart_unit": "日", "flow": MealFlow(1500, 200, 1000, (("集体", 100),), 0, 200), "lines": (*people, grants),
        "age_bands": (
            AgeBandLine("69 岁及以下", 48, 150), AgeBandLine("70–79 岁", 160, 500), AgeBandLine("80–89 岁", 142, 450),
            AgeBandLine("90 岁及以上", 36, meals - 1100),
        ),
        "receipt": DonationReceipt("44010122", "0001234567", "新会区慈善会"), "commercial": False,
        "agreement": "维捐〔2026〕第 3 号　2026-01-01 至 2026-12-31", "returned_fen": 10_000, "meals_since_start": 66_810,
        "hotline": "0750-1234567", "notice_url": "https://canteen.example.cn/thanks/weida",
        "goods": (
            GoodsLine(date(2026, 11, 11), "东北珍珠米", "250", "千克", 165_000, "按发票（№ 33001827）"),
            GoodsLine(date(2026, 11, 21), "花生油", "12.5", "升", 18_000, "按市场价（北门市场 11 月 19 日）"),
        ),
        "expenses": expenses, "refunds": (RefundLine(date(2026, 11, 30), "捐赠方", 10_000),),
        "canteens": (
            CanteenLine(("维达老地方",), 800, 750, 800_000, 200),
            CanteenLine(("万胜老友记",), meals - 800, meals - 120 - 750, meals_fen - 800_000, 186),
        ),
        "meals_fen": meals_fen, "moved": FourAmounts(2_000_000, received, meals_fen + 61_200, 1_000_000),
        "since_start": FourAmounts(90_000_000, 88_000_000, 84_000_000, 83_588_800), "open_pledge_fen": 2_000_000,
        "advance_fen": 500_000,
    }  # fmt: skip
    return FundStatement(**(values | changed))


def commercial() -> FundStatement:
    """The same month of a commercial sponsor."""
    gifts = tuple(replace(gift, receipt_no="", receipt_code="", issued_by="") for gift in statement().gifts)
    return statement(commercial=True, gifts=gifts, receipt=None, recipient="幸福里餐饮服务有限公司", goods=())


def idle() -> FundStatement:
    """A month in which the fund paid nothing and received nothing."""
    return statement(
        gifts=(), closing_fen=321_050, total_fen=0, meals=0, full_meals=0, elders=0, previous_meals=None, chart=(),
        flow=None, lines=(), age_bands=(), receipt=None, returned_fen=0, goods=(), expenses=(), refunds=(),
        canteens=(CanteenLine(("维达老地方",), 0, 0, 0, 0),), meals_fen=0, moved=FourAmounts(0, 0, 0, 0),
    )  # fmt: skip


def three_years() -> FundStatement:
    """195,000 meals for 2,053,000 yuan: an average that no division gives exactly."""
    months = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)]
    each = [5416 + (number < 24) for number in range(36)]
    fen = [meals * 1053 for meals in each]
    fen[-1] += 205_300_000 - sum(fen)
    lines = tuple(
        UseLine(date.fromisoformat(f"{month}-01"), date.fromisoformat(f"{month}-28"), "午餐", meals, None, amount, 900)
        for month, meals, amount in zip(months, each, fen, strict=True)
    )
    return statement(
        heading=heading("WEIDA-2024-01-01_2026-12-31-donor-v1", period_from=date(2024, 1, 1), period_until=date(2026, 12, 31)),
        meals=195_000, full_meals=190_000, elders=1_204, meals_fen=205_300_000, total_fen=205_300_000, opening_fen=0,
        gifts=(ReceivedLine(date(2024, 1, 2), "银行转账", "", 210_000_000),), closing_fen=4_700_000, returned_fen=0,
        expenses=(), refunds=(), lines=lines, chart_unit="月", previous_meals=None, receipt=None,
        chart=tuple(CountLine(month, meals, amount) for month, meals, amount in zip(months, each, fen, strict=True)),
        age_bands=(AgeBandLine("各年龄", 0, 195_000),), tells_band_elders=False,
        canteens=(CanteenLine(("维达老地方", "万胜老友记"), 195_000, None, 205_300_000, 0),),
        moved=FourAmounts(210_000_000, 210_000_000, 205_300_000, 200_000_000), meals_since_start=195_000,
    )  # fmt: skip
