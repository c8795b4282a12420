"""How the findings and refusals of the month's end read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

FINDINGS = {
    "month-not-over": _l("这个月还没有过完"),
    "earlier-month-open": _l("更早的月份还没有月结"),
    "unsettled-outcomes": _l("有记录等人核定"),
    "carried-over": _l("有待核记录转入了以后的月份"),
    "signals-open": _l("有提示还没有人看过"),
    "slips-waiting": _l("有纸条还没有人核准"),
    "days-not-closed": _l("有收银台还没有日结"),
    "device-not-synced": _l("有设备月底以后还没有联网上传"),
    "device-lost": _l("有设备已报遗失"),
    "gap": _l("有设备缺流水号"),
    "deceased-charged": _l("有老人去世以后仍有就餐"),
    "journal-differs": _l("明细和账对不上"),
    "entry-unbalanced": _l("有分录借贷不平"),
    "rollup-differs": _l("日汇总和明细对不上"),
    "fund-differs": _l("资金余额和账对不上"),
    "font-missing": _l("有字打印不出来"),
    "font-not-installed": _l("打印用的字库没有安装"),
    "paper-refused": _l("有结算单的合计对不上"),
    "no-programme": _l("有几天没有适用的补贴项目"),
    "grant-pending": _l("有补贴等待考核"),
    "same-name": _l("制表人和复核人是同一个名字"),
    "no-meals": _l("这个月没有就餐记录"),
}

# Where a finding is settled; a page that does not exist yet is not linked.
PLACES = {
    "unsettled-outcomes": "/review",
    "carried-over": "/review",
    "signals-open": "/review",
    "slips-waiting": "/slips",
    "days-not-closed": "/closes",
    "device-not-synced": "/devices",
    "device-lost": "/devices",
    "gap": "/devices",
    "deceased-charged": "/elders",
    "font-missing": "/elders",
    "fund-differs": "/sponsors",
    "no-programme": "/policies",
}

KINDS = {
    "settlement": _l("政府结算表"),
    "collective": _l("集体结算表"),
    "roster": _l("花名册"),
    "canteen": _l("食堂结算单"),
    "donor": _l("资助报告"),
}

PAYERS = {
    "government": _l("政府"),
    "collective": _l("集体"),
    "family": _l("家人"),
    "operator": _l("企业让利"),
    "operator:absorbed": _l("食堂承担"),
    "elder": _l("老人个人"),
}


def payer_words(payer: str) -> str:
    """A payer on a page: a word of ours, or the code of its fund or voucher kind."""
    kind, _, code = payer.partition(":")
    if payer in PAYERS:
        return str(PAYERS[payer])
    titles = {"sponsor": _l("慈善（%(code)s）", code=code), "voucher": _l("服务券（%(code)s）", code=code)}
    return str(titles.get(kind, payer))


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "month-closed": _l("%(month)s 已经月结，不能再结，也不能再记账；更正会记入未结的月份。"),
            "paper-not-printable": _l("这份结算单现在打印不了，请联系维护人员。"),
            "rendering-failed": _l("生成文件没有成功，请稍后再试一次。"),
        }
    )
    words({"statement-unknown": _l("没有这份结算单。")}, status=404)
    words({"check-code-wrong": _l("文号和核验码对不上。请照纸上的再核对一次。")}, status=400)
