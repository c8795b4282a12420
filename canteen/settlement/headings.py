"""What every paper of a month says of itself, and how periods and channels are called on it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from canteen.core.calendar import Period
from canteen.documents.papers import Heading, Signers
from canteen.settlement.month import VersionInForce
from canteen.settlement.sealing import in_zone, number_of

MEAL_NAMES = {"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐"}
CHANNEL_NAMES = {"dine-in": "堂食", "takeaway": "自取", "delivery": "送餐"}
PLAIN_NAMES = {
    "government": "政府", "collective": "集体", "family": "家人", "operator": "企业让利", "elder": "个人",
    "operator:absorbed": "食堂承担",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closing:
    """One act of closing: when, by whom, under which public host, and whether of a demonstration."""

    at: datetime
    by: str
    second: str
    host: str = ""
    is_demo: bool = False

    def heading(
        self, *, code: str, word: str, period: Period, unit_name: str, canteen_name: str, zone: str
    ) -> Heading:
        """The heading of one paper; seal and check code come when it is sealed."""
        return Heading(
            number=number_of(code, period.text, word),
            version=1,
            unit_name=unit_name,
            canteen_name=canteen_name,
            period_from=period.first_on,
            period_until=period.last_on,
            sealed_at=in_zone(self.at, ZoneInfo(zone)),
            seal_sha256="",
            check_code="",
            signers=Signers(prepared_by=self.by, checked_by=self.second),
            demo=self.is_demo,
        )


def policy_reference(versions: tuple[VersionInForce, ...], authority: str | None = None) -> str:
    """The notices in force: 兰州市…补贴（城民发〔2014〕…，2014-10-01 起）."""
    return "；".join(
        f"{version.title}（{version.reference + '，' if version.reference else ''}{version.effective_on.isoformat()} 起）"
        for version in versions
        if authority is None or version.authority == authority
    )


def payer_name(payer: str, title: str | None = None) -> str:
    """A payer as papers call it: 政府, 慈善（维达基金）, 券（居家养老服务券）; a code stands for a missing title."""
    kind, _, code = payer.partition(":")
    if kind == "sponsor":
        return f"慈善（{title or code}）"
    if kind == "voucher":
        return f"券（{title or code}）"
    return PLAIN_NAMES.get(payer, payer)
