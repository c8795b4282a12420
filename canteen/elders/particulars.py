"""What is written down of an elder beside the dated facts: checked here, before anything is written."""

from dataclasses import dataclass, fields, replace
from datetime import date

from canteen.core.errors import Refusal
from canteen.core.identity import (
    IdentityFault,
    IdentityNumber,
    birth_date,
    first_fault,
    masked,
    normalise,
    sex,
)
from canteen.core.names import is_formula, is_name, kept_name
from canteen.elders.divisions import is_division
from canteen.elders.facts import NewFact
from canteen.elders.roster.values import NotUnderstood, read_phone

RESIDENT = "resident"
IDENTITY_KINDS = (RESIDENT, "passport", "military", "other")
SEXES = ("male", "female")

LONGEST = {
    "name": 60, "printed_name": 60, "form_of_address": 20, "hint": 6, "emergency_contact": 80,
    "community": 80, "address": 200, "diet": 120, "outside_card_no": 40,
}  # fmt: skip

PRIVATE_WORDS = (
    "低保", "低收入", "边缘", "困难", "特困", "五保", "三无", "残", "失独", "失能", "失智", "优抚", "病", "癌", "瘫",
    "聋", "盲", "哑", "疯", "傻", "穷", "痴", "艾滋", "肝炎", "肺结核",
)  # fmt: skip
"""What a hint may not say: it stands on the till, where everybody can read it."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a person may correct at any time. Empty is None."""

    name: str
    phone: str | None = None
    emergency_contact: str | None = None
    community: str | None = None
    address: str | None = None
    diet: str | None = None
    outside_card_no: str | None = None
    form_of_address: str | None = None
    hint: str | None = None
    printed_name: str | None = None

    def __repr__(self) -> str:
        return "<Particulars>"  # Names and phones may not reach a log.


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is on paper. Of a resident's number birth date and sex follow; else they are typed."""

    kind: str
    number: str | None
    born_on: date | None = None
    sex: str | None = None

    def __repr__(self) -> str:
        return f"<Identity {self.kind}>"

    @property
    def shown(self) -> str | None:
        """The number as lists show it."""
        return masked(self.number) if self.number else None


@dataclass(frozen=True, slots=True)
class Registration:
    """A new elder: identity, particulars, the facts known from the start, distance from home in metres."""

    identity: Identity
    particulars: Particulars
    facts: tuple[NewFact, ...] = ()
    distance_m: int | None = None


def checked_particulars(particulars: Particulars) -> Particulars:
    """The particulars as kept.

    Raises Refusal `name-missing`, `name-formula`, `phone`, `text-too-long`, `hint-private`.
    """
    if is_formula(particulars.name):
        raise Refusal("name-formula", "姓名不能以 = + - @ 开头。请填写姓名。")
    name = kept_name(particulars.name)
    if not is_name(name):
        raise Refusal("name-missing", "请填写姓名。")
    tidied = {
        field.name: _tidy(getattr(particulars, field.name))
        for field in fields(particulars)
        if field.name not in ("name", "phone")
    }
    kept = replace(particulars, name=name, phone=_checked_phone(particulars.phone), **tidied)
    if any(word in (kept.hint or "") for word in PRIVATE_WORDS):
        raise Refusal("hint-private", "同名提示会显示在收银台上，不能写病情和困难情况。写楼号或样子，比如 3号楼。")
    for field, longest in LONGEST.items():
        if len(getattr(kept, field) or "") > longest:
            raise Refusal(
                "text-too-long", f"这一项最多 {longest} 个字，请缩短。", longest=longest, field=field
            )
    return kept


def _tidy(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


def _checked_phone(phone: str | None) -> str | None:
    try:
        return read_phone(phone)
    except NotUnderstood:
        raise Refusal("phone", "电话号码不对。手机填 11 位，座机填区号和号码。") from None


def checked_identity(identity: Identity, today: date) -> Identity:
    """The identity as kept; a resident's birth date and sex are those of the number, whatever was typed.

    Raises Refusal with the code of the number's first fault, `id-missing` … `id-division`; for other
    documents `identity-kind`, `id-date` (born after today) and `sex-unknown`.
    """
    if identity.kind == RESIDENT:
        return _checked_resident(identity, today)
    if identity.kind not in IDENTITY_KINDS:
        raise Refusal("identity-kind", "请选择证件种类。")
    if identity.born_on is None or identity.born_on > today:
        raise Refusal("id-date", "请填写出生日期，不能晚于今天。")
    if identity.sex is not None and identity.sex not in SEXES:
        raise Refusal("sex-unknown", "请选择性别。")
    number = normalise(identity.number or "")[:40] or None
    return replace(identity, number=number)


def _checked_resident(identity: Identity, today: date) -> Identity:
    code = first_fault(identity.number, today, is_division)
    if code is not None:
        raise Refusal(code.value, IDENTITY_WORDS[code])
    number = IdentityNumber(normalise(identity.number or ""))
    return Identity(RESIDENT, number, birth_date(number), sex(number).value)


IDENTITY_WORDS = {
    IdentityFault.MISSING: "请填 18 位身份证号码。没有身份证的，请选其他证件。",
    IdentityFault.SCIENTIFIC: "这是 Excel 变过形的数字。请对照身份证填 18 位号码。",
    IdentityFault.LENGTH: "请填 18 位号码。",
    IdentityFault.DATE: "号码里的出生日期不对。请核对第 7 到 14 位。",
    IdentityFault.CHECKSUM: "号码对不上最后一位。请对照身份证核对。",
    IdentityFault.DIVISION: "号码前 6 位不是任何年份的行政区划代码。请对照身份证核对。",
}
"""How a number that a person typed is refused."""
