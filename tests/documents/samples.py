"""Papers of one invented month, whole enough to be looked at: long names, rare characters, a day off."""

import random
from datetime import date, datetime, timedelta, timezone

from canteen.documents.papers import (
    AdjustmentLine,
    AgeBandLine,
    AmountLine,
    CanteenSettlement,
    Card,
    CardSheet,
    CountLine,
    DayCount,
    DayLine,
    DonationReceipt,
    DonorStatement,
    FamilySlip,
    FamilySlips,
    GiftLine,
    GovernmentSettlement,
    Heading,
    MealFlow,
    MealLine,
    RosterLine,
    RosterPaper,
    ServedLine,
    Signers,
    Sources,
    TierLine,
    UseLine,
    WalletBalance,
)

CHINA = timezone(timedelta(hours=8))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "秀英桂兰玉珍淑华建国志明德福春梅凤仙永贵金生文海丽萍"
RARE = ("䶮𬭎", "王㛃", "欧阳喆", "买买提·阿不都热西提", "阿依努尔·买买提江", "单于䶮")
ADDRESSES = ("甘家巷12号", "南滨河东路283号院14号楼1单元2417室", "雁园小区8-3-402")
SPONSOR = "兰州德康大药房连锁有限公司爱心助老慈善专项基金会联"  # 26 characters


def heading(number: str, **changed) -> Heading:
    values = {
        "number": number,
        "version": 1,
        "unit_name": "城关区北门街道幸福里社区",
        "canteen_name": "幸福里食堂",
        "period_from": date(2026, 11, 1),
        "period_until": date(2026, 11, 30),
        "sealed_at": datetime(2026, 12, 1, 9, 12, tzinfo=CHINA),
        "seal_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "check_code": "K7M2Q9XD",
        "verify_url": f"https://canteen.example.cn/verify/{number}#K7M2Q9XD",
        "signers": Signers("陈玉珍", "马志明", "欧阳建国"),
    }
    return Heading(**(values | changed))


def name(chance: random.Random, no: int) -> str:
    if no % 37 < len(RARE):
        return RARE[no % 37]
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))


def days() -> list[date]:
    return [date(2026, 11, day) for day in range(1, 31)]


def roster(elders: int = 45, meals: int = 0, **changed) -> RosterPaper:
    chance = random.Random(7)
    lines = []
    for no in range(elders):
        lunch = tuple(sorted(chance.sample(range(1, 31), chance.randint(1, 26))))
        dinner = tuple(sorted(chance.sample(range(1, 31), chance.choice((0, 0, 0, 4)))))
        count = len(lunch) + len(dinner)
        delivery = chance.choice((0, 0, min(3, count)))
        age = chance.randint(65, 101)
        rate = 900 if age < 75 else 1000
        lines.append(
            RosterLine(
                name=name(chance, no),
                sex=chance.choice("男女"),
                age_years=age,
                born_on=date(2026 - age, chance.randint(1, 12), chance.randint(1, 28)),
                household="城关区北门街道",
                id_shown="620*************" + f"{chance.randint(0, 99):02d}",
                category=chance.choice(
                    ("普通老人", "低保", "重度残疾（二级）、独居", "三无", "计划生育特殊家庭")
                ),
                community=("北门社区", "幸福里社区", "雁滩社区")[no * 3 // elders],
                address=chance.choice(ADDRESSES),
                dine_in=count - delivery,
                takeaway=0,
                delivery=delivery,
                standard=f"{rate // 100}.00",
                amount_fen=count * rate,
                proxy="女儿" if delivery else "",
                remark="11-15起75岁" if no % 11 == 3 else "",
                elder_no=no + 1,
                lunch_days=lunch,
                dinner_days=dinner,
            )
        )
    annex = tuple(
        MealLine(
            date(2026, 11, 1 + no * 30 // meals),
            "午餐",
            no % elders + 1,
            lines[no % elders].name,
            chance.choice(("堂食", "送餐")),
            1500,
            1000,
        )
        for no in range(meals)
    )
    total = sum(line.amount_fen for line in lines)
    values = {"heading": heading("XFL-2026-11-roster-v1"), "addressee": "城关区民政局", "meals": annex}
    return RosterPaper(lines=tuple(lines), total_fen=total, **(values | changed))


def tier(category, band, standard, elders, counts, rate_fen, **parts) -> TierLine:
    meals = sum(counts)
    price = meals * 1500
    government = min(rate_fen, 1500) * meals
    city = government * 40 // 100
    charity = parts.get("charity_fen", 0)
    return TierLine(
        category=category,
        age_band=band,
        standard=standard,
        elders=elders,
        dine_in=counts[0],
        takeaway=counts[1],
        delivery=counts[2],
        price_fen=price,
        elder_fen=price - government - charity,
        family_fen=0,
        levels_fen=(city, government - city),
        unsplit_fen=0,
        collective_fen=0,
        charity_fen=charity,
        voucher_fen=0,
        discount_fen=0,
        payable_fen=government,
    )


def government(**changed) -> GovernmentSettlement:
    tiers = (
        tier("三无", "不限", "全额", 6, (132, 0, 20), 1500),
        tier("重度残疾", "不限", "全额", 11, (40, 12, 210), 1500),
        tier("普通老人", "65–74", "9.00", 143, (2204, 201, 96), 900, charity_fen=123400),
        tier("普通老人", "75及以上", "10.00", 231, (3320, 340, 629), 1000, charity_fen=88800),
    )
    grants = (
        AmountLine("送餐补贴", 955 * 200, "955 单 × 2.00 元"),
        AmountLine("运营经费", 500000, "60,000.00 元 ÷ 12 月"),
    )
    adjustments = (
        AdjustmentLine("2026-10", "核销记录补传：平板离线一日，凭签收单复核", 12, 10800),
        AdjustmentLine("2026-09", "老人去世后误刷，追回", -3, -2700),
    )
    payable = sum(t.payable_fen for t in tiers)
    total = payable + sum(g.amount_fen for g in grants) + sum(a.amount_fen for a in adjustments)
    price = sum(t.price_fen for t in tiers)
    charity = sum(t.charity_fen for t in tiers)
    meals = sum(t.dine_in + t.takeaway + t.delivery for t in tiers)
    values = {
        "heading": heading("XFL-2026-11-gov-v1"),
        "kind": "settlement",
        "addressee": "北门街道办事处、城关区民政局",
        "reporting_unit": "城关区北门街道幸福里社区养老服务中心",
        "uscc": "91620102MA71QWER5X",
        "operator_name": "兰州夕阳红养老服务有限责任公司",
        "policy_reference": "城民发〔2014〕35号　2014-10-01 起施行版",
        "bank_account": "兰州银行城关支行 1018 7200 0456 7890",
        "levels": ("市级", "区级"),
        "tiers": tiers,
        "elders": 386,
        "days": day_lines(meals, payable),
        "grants": grants,
        "adjustments": adjustments,
        "sources": Sources(price, payable, 0, charity, 0, 0, 0, price - payable - charity, 4500),
        "total_fen": total,
        "remarks": ("另有 2 条记录在复核中，本期未计入。",),
    }
    return GovernmentSettlement(**(values | changed))


def day_lines(meals: int, amount: int) -> tuple[DayLine, ...]:
    each, rest = divmod(meals, 30)
    fen, cents = divmod(amount, 30)
    return tuple(
        DayLine(day, each + (place < rest), fen + (cents if place == 0 else 0))
        for place, day in enumerate(days())
    )


def zero_month(**changed) -> GovernmentSettlement:
    nothing = {
        "tiers": (),
        "elders": 0,
        "days": (),
        "grants": (),
        "adjustments": (),
        "sources": Sources(0, 0, 0, 0, 0, 0, 0, 0),
        "total_fen": 0,
        "remarks": (),
    }
    return government(**(nothing | changed))


def donor(**changed) -> DonorStatement:
    lines = tuple(
        UseLine(
            day,
            day,
            "午餐",
            38 + day.day % 7,
            400 if day.day % 3 else None,
            (38 + day.day % 7) * 400 - day.day % 3,
            38,
        )
        for day in days()
    )
    used, meals = sum(line.amount_fen for line in lines), sum(line.meals for line in lines)
    gifts = (
        GiftLine(date(2026, 11, 2), "银行转账", "甘财00126-0043817", 600000),
        GiftLine(date(2026, 11, 18), "银行转账", "", 150000),
    )
    values = {
        "heading": heading("DK-2026-11-donor-v1"),
        "addressed_to": SPONSOR,
        "fund_name": "德康爱心午餐基金",
        "canteen_names": ("幸福里食堂", "北门食堂"),
        "recipient": "城关区慈善会",
        "opening_fen": 321050,
        "gifts": gifts,
        "closing_fen": 321050 + 750000 - used,
        "total_fen": used,
        "undisbursed_fen": 128000,
        "meals": meals,
        "full_meals": 120,
        "elders": 386,
        "previous_meals": meals - 86,
        "chart": tuple(CountLine(str(line.from_on.day), line.meals, line.amount_fen) for line in lines),
        "chart_unit": "日",
        "flow": MealFlow(1500, 600, 400, (), 0, 500),
        "lines": lines,
        "age_bands": (
            AgeBandLine("65–69 岁", 48, 150),
            AgeBandLine("70–79 岁", 160, 500),
            AgeBandLine("80–89 岁", 142, 450),
            AgeBandLine("90 岁及以上", 36, meals - 1100),
        ),
        "receipt": DonationReceipt("62010126", "0043817", "城关区慈善会"),
        "commercial": False,
        "portal_url": "https://canteen.example.cn/s/8K2M4Q6R8T",
        "hotline": "0931-1234567",
        "notice_url": "https://canteen.example.cn/board/xfl",
        "agreement": "德康捐赠协议〔2026〕第 3 号　2026-01-01 至 2026-12-31",
        "meals_since_start": 66810,
    }
    return DonorStatement(**(values | changed))


def settlement(**changed) -> CanteenSettlement:
    served = (
        ServedLine("早餐", 600, 420, 60, 0, 288000),
        ServedLine("午餐", 1500, 5696, 553, 955, 10806000),
        ServedLine("晚餐", 1200, 310, 44, 80, 520800),
    )
    deductions = (AmountLine("退餐", 4500, "3 份"), AmountLine("食堂承担", 4500, "离线差额"))
    additions = (AmountLine("送餐费", 191000, "955 单 × 2.00 元"), AmountLine("运营经费", 500000, "按月"))
    received = (AmountLine("现金", 1203000), AmountLine("餐卡钱包", 2410000))
    total = 288000 + 10806000 + 520800 - 9000 + 691000 - 3613000
    values = {
        "heading": heading("XFL-2026-11-canteen-v1"),
        "party_a": "城关区北门街道办事处",
        "party_b": "兰州夕阳红养老服务有限责任公司",
        "served": served,
        "deductions": deductions,
        "additions": additions,
        "received": received,
        "total_fen": total,
        "payers": (
            AmountLine("政府：城关区民政局", total - 349000),
            AmountLine("慈善：德康爱心午餐基金", 349000),
        ),
        "wallet": WalletBalance(5320000, 2650000, 2410000, 32000, 5528000),
        "days": tuple(
            DayCount(day, 260 + day.day, None if day.day == 30 else 262 + day.day) for day in days()
        ),
        "remarks": ("3 条记录在复核中，本期未计入。",),
    }
    return CanteenSettlement(**(values | changed))


def cards(count: int = 10, **changed) -> CardSheet:
    chance = random.Random(3)
    names = ["王秀英", "䶮𬭎", "欧阳喆", "买买提·阿不都热西提", "王㛃", "李明"]
    entries = tuple(
        Card(
            names[no % len(names)],
            f"{1000 + no * 37:04d}",
            "HTTPS://CANTEEN.GANSU.EXAMPLE/K/"
            + "".join(chance.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(17)),
        )
        for no in range(count)
    )
    values = {
        "canteen_name": "幸福里食堂",
        "emergency_phone": "0931-1234567",
        "loss_phone": "0931-1234567",
        "return_to": "城关区北门街道幸福里食堂",
        "cards": entries,
        "printed_at": datetime(2026, 11, 21, 10, 0, tzinfo=CHINA),
        "naming": f"{SPONSOR} 敬赠",
    }
    return CardSheet(**(values | changed))


def slips() -> FamilySlips:
    return FamilySlips(
        "幸福里食堂",
        "0931-1234567",
        tuple(
            FamilySlip(card.name, card.tail, f"{n * 98711 % 1000000:06d}")
            for n, card in enumerate(cards().cards)
        ),
        datetime(2026, 11, 21, 10, 0, tzinfo=CHINA),
    )
