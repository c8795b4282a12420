"""How the ledger's refusals read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words({"month-closed": _l("%(month)s 已经月结，不能再记账；更正会记入未结的月份。")})
    words({"entry-unknown": _l("没有这笔账。")}, status=404)
