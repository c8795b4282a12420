"""How the refusals of a fund's statements read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "report-period": _l("看不懂这个期间。请写成 2026-Q4、2026 或 2026-11-01..2026-12-15。"),
            "report-reversed": _l("结束日期 %(last)s 早于开始日期 %(first)s。请对调。"),
            "report-month": _l("%(month)s 是一个月，月结时自动封存月报，不用另做。请选季度、年度或一段日期。"),
            "report-too-long": _l("一份报告最多 %(months)s 个月，请分成几份。"),
            "report-before-fund": _l("这笔资金 %(month)s 才开始，%(period)s 还没有它。请选以后的期间。"),
            "report-ahead": _l("%(period)s 还没有开始，没有可以报告的内容。"),
            "report-cut-first": _l(
                "%(first)s 至 %(last)s 用餐的老人少，明细合在一起列，不能从中间切开。开始日期请改成 %(dates)s。"
            ),
            "report-cut-last": _l(
                "%(first)s 至 %(last)s 用餐的老人少，明细合在一起列，不能从中间切开。结束日期请改成 %(dates)s。"
            ),
            "report-number-long": _l("这笔资金的代码太长，一段日期的文号放不下。请选季度或年度。"),
        },
        status=400,
    )
    words(
        {
            "report-waits": _l("%(months)s 还没有全部月结，现在只能看草稿。月结以后再封存。"),
            "report-sealed": _l("%(period)s 的对账单已经封存过，请在列表里下载。"),
            "report-differs": _l(
                "%(number)s 封存的份数或金额，和现在的就餐记录对不上，不能合计。请维护人员运行 canteen verify 查明。"
            ),
            "fund-paper-refused": _l(
                "资金“%(fund)s”%(period)s 的对账单对不上，没有封存，也没有写入。请维护人员运行 canteen verify 查出哪一笔不符。"
            ),
            "no-certificate": _l("这份对账单没有感谢状：商业赞助和没有资助份数的期间不出感谢状。"),
            "rendering-busy": _l("正在生成另一份文件，请过几秒再试。"),
        }
    )
