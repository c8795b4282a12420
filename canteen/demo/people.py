"""Invented elders: names of their generation, valid identity numbers, ages and hardships as a district has them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from canteen.core.identity import check_character

SURNAMES = [
    "王",
    "李",
    "张",
    "刘",
    "陈",
    "杨",
    "赵",
    "黄",
    "周",
    "吴",
    "徐",
    "孙",
    "胡",
    "朱",
    "高",
    "林",
    "何",
    "郭",
    "马",
    "罗",
    "梁",
    "宋",
    "郑",
    "谢",
    "韩",
    "唐",
    "冯",
    "于",
    "董",
    "萧",
    "程",
    "曹",
    "袁",
    "邓",
    "许",
    "傅",
    "沈",
    "曾",
    "彭",
    "吕",
    "苏",
    "卢",
    "蒋",
    "蔡",
    "贾",
    "丁",
    "魏",
    "薛",
    "叶",
    "阎",
    "余",
    "潘",
    "杜",
    "戴",
    "夏",
    "钟",
    "汪",
    "田",
    "任",
    "姜",
    "范",
    "方",
    "石",
    "姚",
    "谭",
    "廖",
    "邹",
    "熊",
    "金",
    "陆",
    "郝",
    "孔",
    "白",
    "崔",
    "康",
    "毛",
    "邱",
    "秦",
    "江",
    "史",
    "顾",
    "侯",
    "邵",
    "孟",
    "龙",
    "万",
    "段",
    "单",
    "仇",
    "欧阳",
    "司马",
    "上官",
    "诸葛",
]
WOMEN = [
    "秀英",
    "桂英",
    "秀兰",
    "玉兰",
    "桂兰",
    "秀珍",
    "玉珍",
    "凤英",
    "玉英",
    "淑珍",
    "秀芳",
    "淑兰",
    "桂芳",
    "玉梅",
    "素珍",
    "春梅",
    "月英",
    "翠兰",
    "爱珍",
    "惠芳",
    "兰英",
    "金花",
    "美玲",
    "淑华",
    "桂香",
    "菊香",
    "雪梅",
    "彩云",
]
MEN = [
    "建国",
    "建华",
    "国强",
    "志强",
    "德福",
    "德明",
    "福生",
    "玉成",
    "文祥",
    "振华",
    "永福",
    "长林",
    "国栋",
    "忠义",
    "学文",
    "世荣",
    "光明",
    "宝山",
    "树林",
    "万友",
    "金山",
    "云山",
    "清泉",
    "松年",
    "耀宗",
    "喆",
    "玥明",
    "永䶮",
]


@dataclass(frozen=True, slots=True)
class Person:
    """One invented elder, as a roster would write the row."""

    name: str
    identity_number: str
    sex: str
    born_on: date
    phone: str
    community: str
    address: str
    category: str
    living: str
    pension: str
    diet: str
    distance_km: str


def people(random: Random, count: int, division: str, communities: tuple[str, ...], on: date) -> list[Person]:
    """`count` invented elders of one division, each with an identity number of their own."""
    taken: set[str] = set()
    return [_person(random, division, communities, on, taken) for _ in range(count)]


def _person(random: Random, division: str, communities: tuple[str, ...], on: date, taken: set[str]) -> Person:
    is_woman = random.random() < 0.58
    born_on = on - timedelta(days=int(random.triangular(60, 97, 76) * 365.25) + random.randrange(365))
    return Person(
        name=random.choice(SURNAMES) + random.choice(WOMEN if is_woman else MEN),
        identity_number=_identity_number(random, division, born_on, is_woman, taken),
        sex="女" if is_woman else "男",
        born_on=born_on,
        phone=f"1{random.choice('3578')}{random.randrange(10**9):09d}",
        community=random.choice(communities),
        address=f"{random.randrange(1, 30)}号楼{random.randrange(1, 5)}单元{random.randrange(101, 1802)}室",
        category=_category(random),
        living=random.choices(["", "独居", "空巢", "与家人同住"], [40, 16, 24, 20])[0],
        pension="否" if random.random() < 0.22 else "是",
        diet=random.choices(["", "软食", "低糖", "低盐", "清真"], [70, 12, 9, 6, 3])[0],
        distance_km=f"{random.triangular(0.1, 4.0, 0.6):.2f}",
    )


def _category(random: Random) -> str:
    words = [
        "",
        "低保",
        "低保边缘",
        "三无",
        "特困",
        "重度残疾（二级）",
        "重度残疾（一级）、低保",
        "重点优抚",
        "失独",
    ]
    return random.choices(words, [800, 60, 35, 8, 15, 30, 8, 24, 20])[0]


def _identity_number(random: Random, division: str, born_on: date, is_woman: bool, taken: set[str]) -> str:
    while True:
        order = random.randrange(0, 500) * 2 + (0 if is_woman else 1)
        body = f"{division}{born_on:%Y%m%d}{order:03d}"
        if body not in taken:
            taken.add(body)
            return f"{body}{check_character(body)}"
