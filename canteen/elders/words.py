"""How kinds, values and refusals of this slice read on a page."""

from collections.abc import Mapping

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from canteen.db import reading
from canteen.elders.categories import KeptCategory, kept_categories
from canteen.elders.divisions import division_name
from canteen.elders.queries import FactRow
from canteen.elders.roster import RosterFinding, RosterRefused
from canteen.web.filters import yuan
from canteen.web.languages import page_language
from canteen.web.refusals import words

KIND_NAMES = {
    "category": _l("人员类别"),
    "living": _l("居住情况"),
    "disability_grade": _l("残疾等级"),
    "care_level": _l("护理等级"),
    "pension": _l("养老金"),
    "monthly_income_fen": _l("家庭人均月收入"),
    "household_division": _l("户籍区划"),
    "residence_division": _l("居住区划"),
    "hospital": _l("住院"),
    "away": _l("外出"),
    "care_home": _l("入住养老机构"),
}

# For an installation whose vocabulary was never filled in; what the office keeps goes before it.
CATEGORY_NAMES = {
    "three-no": _l("三无"),
    "destitute": _l("特困（五保）"),
    "low-income": _l("低保"),
    "near-low-income": _l("低保边缘"),
    "marginal": _l("其他边缘困难"),
    "severe-disability": _l("重度残疾"),
    "special-care": _l("重点优抚"),
    "bereaved": _l("失独（计划生育特殊家庭）"),
    "incapacitated": _l("失能"),
    "dementia": _l("失智"),
    "left-behind": _l("留守"),
    "model-worker": _l("劳模"),
    "member": _l("本社会员"),
}

LIVING_NAMES = {
    "alone": _l("独居"),
    "empty-nest": _l("空巢"),
    "with-family": _l("与家人同住"),
    "care-home": _l("住养老机构"),
}

PENSION_NAMES = {"yes": _l("有养老金"), "no": _l("没有养老金")}

GRADE_NAMES = {"1": _l("一级"), "2": _l("二级"), "3": _l("三级"), "4": _l("四级")}

SEX_NAMES = {"male": _l("男"), "female": _l("女")}

IDENTITY_NAMES = {
    "resident": _l("居民身份证"),
    "passport": _l("护照"),
    "military": _l("军官证"),
    "other": _l("其他证件"),
}

TAB_NAMES = {
    "all": _l("全部"),
    "new": _l("可导入"),
    "updated": _l("更新"),
    "unchanged": _l("没有变化"),
    "faulty": _l("有问题"),
    "duplicate": _l("重复"),
    "warned": _l("请留意"),
}

NAMED: Mapping[str, Mapping[str, object]] = {
    "living": LIVING_NAMES,
    "pension": PENSION_NAMES,
    "disability_grade": GRADE_NAMES,
}


def offered_categories() -> list[tuple[str, object]]:
    """The categories that forms offer, by code, in the office's order; retired ones are not among them."""
    kept = _kept()
    return [(one.code, _title(one)) for one in kept if not one.is_retired] or list(CATEGORY_NAMES.items())


def category_name(code: str) -> str:
    """What a category is called, retired or not; a code that nobody named stands as it is."""
    kept = next((one for one in _kept() if one.code == code), None)
    return str(CATEGORY_NAMES.get(code, code)) if kept is None else _title(kept)


def _title(category: KeptCategory) -> str:
    return (category.title_en if page_language() == "en" else "") or category.title


def _kept() -> tuple[KeptCategory, ...]:
    # A list of elders names a hundred facts: the table is read once for a request.
    if "kept_categories" not in g:
        with reading() as session:
            g.kept_categories = kept_categories(session)
    found: tuple[KeptCategory, ...] = g.kept_categories
    return found


def value_in_words(kind: str, value: str) -> str:
    """What a fact says: 低保, 二级, 甘肃省兰州市城关区; a code that nobody named stands as it is."""
    if kind == "category":
        return category_name(value)
    if kind in NAMED:
        return str(NAMED[kind].get(value, value))
    if kind == "care_level":
        return str(gettext("%(level)s 级", level=value))
    if kind == "monthly_income_fen":
        return yuan(int(value))
    if kind.endswith("_division"):
        name = division_name(value)
        return f"{name} {value}" if name else value
    return value


def fact_in_words(fact: FactRow) -> str:
    """A fact as one line: 人员类别：低保."""
    kind = str(KIND_NAMES.get(fact.kind, fact.kind))
    value = value_in_words(fact.kind, fact.value)
    return str(gettext("%(kind)s：%(value)s", kind=kind, value=value)) if value else kind


def finding_in_words(finding: RosterFinding) -> str:
    """A fault or warning of a row in the page's language: 第 17 行 身份证号 最后一位不对 …"""
    said = str(gettext(finding.template)) % finding.values
    words_ = gettext("第 %(row)s 行 %(column)s：%(said)s", row=finding.row, column=finding.column, said=said)
    return str(words_)


def refusal_in_words(refused: RosterRefused) -> str:
    """Why a file was refused, in the page's language."""
    return str(gettext(refused.template)) % refused.values


def register() -> None:
    """Bring this slice's refusals to the shared edge."""
    words(
        {
            "elder-unknown": _l("没有这位老人，或者不在您的食堂名单里。"),
            "import-unknown": _l("没有这次导入，或者已经撤回了。"),
        },
        404,
    )
    words(
        {
            "elder-known": _l("这个号码已经登记过了。"),
            "elder-unlisted": _l("这位老人不在这个食堂的名单里。"),
            "fact-kind": _l("没有这一种情况。请重新选择。"),
            "fact-value": _l("这一项的内容不对。请重新填写。"),
            "fact-days": _l("最后一天早于第一天。请核对日期；整条都不对的，请撤回。"),
            "fact-known": _l("这几天里已经有同样的一条。请先结束或撤回那一条。"),
            "fact-overlaps": _l("会和另一条重叠。请先撤回那一条，或改日期。"),
            "fact-unknown": _l("没有这一条，或者已经撤回了。"),
            "death-known": _l("已经登记过了。日期不对的，请先撤销，再重新登记。"),
            "death-unknown": _l("没有登记过去世，不用撤销。"),
            "death-date": _l("日期不能晚于今天，也不能早于出生。请核对日期。"),
            "evidence-missing": _l("请填写依据，比如死亡证明编号，或谁在哪天告知。"),
            "reason-missing": _l("请填写原因，比如登记错了人。"),
            "account-closed": _l("账户已经结清，不能撤销。请联系系统管理员。"),
            "identity-none": _l("这位老人没有登记证件号码。"),
            "name-missing": _l("请填写姓名。"),
            "name-formula": _l("姓名不能以 = + - @ 开头。请填写姓名。"),
            "hint-private": _l(
                "同名提示会显示在收银台上，不能写病情和困难情况。写楼号或样子，比如 3号楼。"
            ),
            "phone": _l("电话号码不对。手机填 11 位，座机填区号和号码。"),
            "id-missing": _l("请填 18 位身份证号码。没有身份证的，请选其他证件。"),
            "id-scientific": _l("这是 Excel 变过形的数字。请对照身份证填 18 位号码。"),
            "id-length": _l("请填 18 位号码。"),
            "id-date": _l("出生日期不对。请核对号码第 7 到 14 位；其他证件请填出生日期，不能晚于今天。"),
            "id-checksum": _l("号码对不上最后一位。请对照身份证核对。"),
            "id-division": _l("号码前 6 位不是任何年份的行政区划代码。请对照身份证核对。"),
            "identity-kind": _l("请选择证件种类。"),
            "sex-unknown": _l("请选择性别。"),
            "import-collided": _l("导入的同时有人登记了名单里的老人。什么也没有写入，请再导入一次。"),
            "import-old": _l("导入已超过 24 小时，不能整批撤回。请一位一位更正。"),
            "import-used": _l("名单里的老人已经办卡、充值或用餐，不能整批撤回。请一位一位更正。"),
            "upload-gone": _l("上传的名单已经过期。请重新上传。"),
        }
    )


words({"printed-name": _l("打印用姓名里不能有字库没有的字：%(characters)s。请换成同音字或拼音。")})
