"""How codes, rules, decisions and refusals of this slice read. No sentence accuses anybody: it asks to check."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.canteens.forms import PERIOD_NAMES
from canteen.checkin.outbox_files.words import FAULTS
from canteen.oversight.cases import Case
from canteen.oversight.signals import rules
from canteen.web.filters import clock_time, day, month, yuan
from canteen.web.refusals import words

KIND_NAMES = {"outcome": _l("由谁付"), "signal": _l("请核对"), "file": _l("导出的文件")}
STATE_NAMES = {"open": _l("待核"), "referred": _l("已转负责人"), "done": _l("已处理")}
CODES = {
    "CLOCK": _l("平板时间对不上"),
    "WINDOW": _l("不在供餐时间"),
    "NO_RULE": _l("没有适用的政策或价格"),
    "UNKNOWN": _l("系统里没有这张卡"),
    "EXPIRED": _l("平板太久没联网"),
    "REVOKED": _l("挂失、换掉或停用的卡"),
    "SERVED_ANYWAY": _l("先用餐，稍后核对"),
    "DEVICE_REVOKED": _l("停用的平板上传的"),
    "GUEST": _l("外食堂的老人"),
    "LIMIT": _l("次数或额度用完了"),
    "RULE": _l("按现行政策计算"),
    "LATE": _l("补记到未结的月份"),
    "FULL_PRICE": _l("原价加餐"),
    "DUPLICATE_OTHER": _l("在别的食堂用过"),
    "DUPLICATE_SAME": _l("这一餐已用过"),
    "DECEASED": _l("登记去世以后"),
    "ID_REUSED": _l("记录编号重复"),
    "BAD_RECORD": _l("记录读不出来"),
}
STATES = {"MEAL": _l("用餐"), "EXCEPTION": _l("等人核对"), "REJECTED": _l("没有用餐")}
RULE_NAMES = {
    rules.AFTER_END: _l("停用或去世登记后仍用餐"),
    rules.TWO_PLACES: _l("同餐两处用餐"),
    rules.FAST: _l("同一平板一分钟内笔数"),
    rules.BY_HAND: _l("手工查找占比"),
    rules.CANCELS: _l("同一操作员一天撤销次数"),
    rules.LATE_UPLOAD: _l("离线多久才补传"),
    rules.CLOCK: _l("平板时间偏差"),
    rules.COOKED: _l("补贴人次多于厨房出餐"),
    rules.REFUND: _l("充值后当日退款"),
    rules.NO_GAP: _l("连续多日一餐不缺"),
    rules.AGE: _l("年龄档与证件不符"),
}
RULE_UNITS = {
    rules.AFTER_END: _l("餐起"),
    rules.TWO_PLACES: _l("处起"),
    rules.FAST: _l("笔以上"),
    rules.BY_HAND: _l("% 以上"),
    rules.CANCELS: _l("次以上"),
    rules.LATE_UPLOAD: _l("小时以上"),
    rules.CLOCK: _l("分钟以上"),
    rules.COOKED: _l("份以上"),
    rules.REFUND: _l("笔起"),
    rules.NO_GAP: _l("天起"),
    rules.AGE: _l("岁起"),
}
DECISIONS = {
    "match": _l("对上老人"),
    "subsidised": _l("资助有效"),
    "full-price": _l("原价本人付"),
    "absorbed": _l("食堂承担"),
    "not-a-meal": _l("不是一餐"),
    "carry": _l("结转到下个月再核"),
    "restored": _l("恢复计入"),
    "valid": _l("属实有效"),
    "excluded": _l("剔除不报"),
    "referred": _l("转负责人"),
    "dismiss": _l("不要这个文件"),
}
VERDICTS = {"payable": _l("应付"), "not-payable": _l("不付"), "review": _l("待核")}
REASONS = {"lost": _l("已挂失的卡"), "replaced": _l("换掉的旧卡"), "closed": _l("停用的账户")}


def title_of(case: Case) -> str:
    """What a case is called."""
    if case.kind == "file":
        return str(_("平板导出的文件没有读进来"))
    names: Mapping[str, Any] = CODES if case.kind == "outcome" else RULE_NAMES
    return str(names.get(case.code, case.code))


def sentence_of(case: Case, zone: str) -> str:
    """What happened, in one plain sentence that ends in a question or a request."""
    if case.kind == "file":
        why = str(FAULTS.get(case.code, case.code))
        return str(_("%(why)s。能修好的，请到这台平板的页面再上传一次；不能的，写明原因，不要它。", why=why))
    values = _values(case, zone)
    texts = _outcome_sentences(values) if case.kind == "outcome" else _signal_sentences(values)
    return texts.get(case.code, title_of(case))


def _values(case: Case, zone: str) -> dict[str, Any]:
    facts: Mapping[str, Any] = case.facts
    values = {key: value for key, value in facts.items() if isinstance(value, int | str)}
    values["period"] = str(PERIOD_NAMES.get(case.meal_period or "", ""))
    if "seen_at" in facts:
        values |= {
            "seen": clock_time(facts["seen_at"], zone), "received": clock_time(facts["received_at"], zone),
            "card": str(REASONS.get(facts["reason"] or "", CODES["REVOKED"])),
        }  # fmt: skip
    if "refund_fen" in facts:
        values["refund"] = yuan(facts["refund_fen"])
    if "first_on" in facts:
        values["first"] = day(date.fromisoformat(facts["first_on"]))
    if case.code == rules.FAST and case.kind == "signal":
        values["at"] = str(facts["at"])[11:16]
    return values


def _outcome_sentences(v: Mapping[str, Any]) -> dict[str, str]:
    sentences = {
        "CLOCK": _l("平板说是 %(seen)s，系统在 %(received)s 收到，时间对不上。请核对当天是不是用了餐。"),
        "WINDOW": _l("这一笔在 %(seen)s，不在%(period)s的供餐时间里。请核对是不是一餐。"),
        "NO_RULE": _l("这一天还没有适用的政策或价格。装好以后，请再来决定。"),
        "UNKNOWN": _l("扫到一张系统里没有的卡。请看是哪位老人。"),
        "EXPIRED": _l("平板超过 72 小时没联网，这一笔是它自己记的。请核对。"),
        "REVOKED": _l("用的是%(card)s，平板当时还不知道。请核对是不是本人。"),
        "SERVED_ANYWAY": _l("收银员先请老人用餐，留到以后核对。请看由谁付。"),
        "DEVICE_REVOKED": _l("这一笔是停用的平板后来上传的。请核对。"),
    }
    return {code: str(text) % v for code, text in sentences.items() if _fits(str(text), v)}


def _signal_sentences(v: Mapping[str, Any]) -> dict[str, str]:
    sentences = {
        rules.AFTER_END: _l("登记停用或去世以后，还有 %(count)s 条用餐记录。请核对登记的日期。"),
        rules.TWO_PLACES: _l("%(count)s 处都记了这一餐，老人可能换了窗口。请核对。"),
        rules.FAST: _l("从 %(at)s 起的一分钟里记了 %(count)s 笔（界限 %(threshold)s 笔）。请核对。"),
        rules.BY_HAND: _l("%(of)s 笔里有 %(found)s 笔是手工查找，占 %(count)s%%（界限 %(threshold)s%%），也许是卡没带。请核对。"),
        rules.CANCELS: _l("同一位同事一天撤销了 %(count)s 次（界限 %(threshold)s 次）。请核对。"),
        rules.LATE_UPLOAD: _l("%(count)s 笔在平板里最长放了 %(hours)s 小时才上传（界限 %(threshold)s 小时）。请核对。"),
        rules.CLOCK: _l("%(count)s 笔的平板时间最多差 %(minutes)s 分钟（界限 %(threshold)s 分钟）。请校准平板，再核对。"),
        rules.COOKED: _l("补贴人次 %(subsidised)s，厨房出餐 %(cooked)s，多出 %(count)s。请核对出餐数。"),
        rules.REFUND: _l("充值当天又退款 %(count)s 笔，共 %(refund)s。请核对。"),
        rules.NO_GAP: _l("从 %(first)s 起连续 %(count)s 天，一餐不缺。不急，请顺便问一声。"),
        rules.AGE: _l("计算补贴用的年龄与现在登记的证件差 %(count)s 岁。请核对出生日期。"),
    }
    return {code: str(text) % v for code, text in sentences.items() if _fits(str(text), v)}


def _fits(text: str, values: Mapping[str, Any]) -> bool:
    try:
        return bool(text % values)
    except KeyError:
        return False


def carried_words(case: Case) -> str:
    """Into which month a record was carried, and why."""
    to = case.facts.get("carried_to")
    if not to:
        return ""
    return str(_("结转到 %(month)s：%(reason)s", month=month(to), reason=case.facts.get("carried_reason") or ""))


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "not-waiting": _l("这条记录已经有人处理过了，请刷新页面。"),
            "ruling-not-offered": _l("这种情况不能这样决定，请另选一项。"),
            "own-record": _l("这条记录是您自己收的，请另一位同事来决定。"),
            "referred-yourself": _l("已经转给负责人，请另一位来决定。"),
            "elder-deceased": _l("这一天在登记的去世日期之后，只能由食堂承担或记为不是一餐。"),
            "slot-taken": _l("老人这一餐已经用过了。可以按原价由本人付、由食堂承担，或记为不是一餐。"),
            "slot-held": _l("老人这一餐已经另有一条记录，不能再恢复。"),
            "meals-many": _l("这条提示涉及 %(count)s 餐，请打开它，逐餐勾选要剔除的。"),
            "no-rule-yet": _l("这一天还没有适用的补贴政策或价格，请先载入，再来决定。"),
            "no-price": _l("这一天还没有价格，请先在菜单、食堂或补贴项目里写上。"),
            "ruling-taken-back": _l("这个决定已经撤回过了。"),
        }
    )
    words(
        {
            "elder-needed": _l("请写明是哪位老人：卡尾号、姓名或编号。"),
            "elder-several": _l("有 %(count)s 位老人都对得上，请写完整的姓名或卡号。"),
            "nothing-chosen": _l("请先勾选要处理的记录，再选一项决定。"),
            "rule-threshold": _l("界限是 %(least)s 到 %(most)s 之间的整数。"),
        },
        status=400,
    )
    words(
        {
            "scan-unknown": _l("没有这条记录。"),
            "signal-unknown": _l("没有这条提示。"),
            "ruling-unknown": _l("没有这个决定。"),
            "rule-unknown": _l("没有这条规则。"),
        },
        status=404,
    )
