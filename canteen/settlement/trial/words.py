"""How trials read: states, payers, age bands, the one sentence, and what stood in the way."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from canteen.clock import now
from canteen.core.money import yuan
from canteen.settlement import words as settlement_words
from canteen.settlement.trial.queries import TrialRow
from canteen.settlement.trial.result import Band, Trial
from canteen.subsidies.wording import terms
from canteen.subsidies.wording.names import Names
from canteen.web.filters import month
from canteen.web.refusals import words

STATES = {"waiting": _l("等着算"), "running": _l("正在算"), "done": _l("算好了"), "failed": _l("没有算成")}
STATE_KINDS = {"waiting": "info", "running": "info", "done": "ok", "failed": "stop"}

FAILURES = {
    "programme-faulty": _l("草稿里有要改的地方，改好再算。"),
    "trial-given-up": _l("算了几次都没有做完。请过一会儿再算；再不行，请联系维护人员。"),
}

SOON = timedelta(minutes=1)
"""A worker looks every five seconds; where nothing began for so long there may be none."""

OWN_PAYERS = ("elder", "operator:absorbed")


def payer_words(payer: str, names: Names) -> str:
    """A payer of a month's totals: the elder and what the canteen bears, or as rules name it."""
    if payer in OWN_PAYERS:
        return settlement_words.payer_words(payer)
    return str(terms.payer_words(payer, None, names))


def failure_words(code: str | None) -> str:
    """What stood in a trial's way, and what to do."""
    return str(FAILURES.get(code or "", _l("试算没有做成。请再算一次。")))


def band_words(band: Band) -> str:
    """An age band: 65–69 岁, 90 岁及以上."""
    if band.low is None:
        return str(_("年龄不详"))
    if band.high is None:
        return str(_("%(low)s 岁及以上", low=band.low))
    if band.low == 0:
        return str(_("%(high)s 岁及以下", high=band.high))
    return str(_("%(low)s–%(high)s 岁", low=band.low, high=band.high))


def in_a_sentence(found: Trial) -> str:
    """What a trial comes to: whom it concerns, and how much more or less is paid for them a month."""
    if not found.changed and not found.extra_fen:
        return str(_("没有变化（按 %(month)s的人次）。", month=month(found.month)))
    return str(
        _(
            "%(elders)s，%(money)s（按 %(month)s的人次）。",
            elders=_affected(found.affected), money=_extra(found.extra_fen), month=month(found.month),
        )
    )  # fmt: skip


def _affected(elders: int) -> str:
    return str(ngettext("影响 %(num)s 位老人", "影响 %(num)s 位老人", elders))


def _extra(fen: int) -> str:
    if fen == 0:
        return str(_("补助的总数不变"))
    if fen > 0:
        return str(_("预计每月多补 %(amount)s 元", amount=yuan(fen)))
    return str(_("预计每月少补 %(amount)s 元", amount=yuan(-fen)))


def progress_words(row: TrialRow) -> str:
    """How far a trial is."""
    if row.state == "waiting" and now() - row.asked_at > SOON:
        return str(_("等了一会儿还没有开始：后台可能没有开着，请联系维护人员。"))
    if row.state == "waiting":
        return str(_("排着队，马上开始。"))
    if not row.meals_total:
        return str(_("正在读这个月的就餐。"))
    return str(_("已算 %(done)s 餐，共 %(total)s 餐。", done=f"{row.meals_done:,}", total=f"{row.meals_total:,}"))


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "trial-draft-closed": _l("这份草稿已经发布或作废，不能再试算。"),
            "trial-faulty": _l("草稿还有要改的地方，改好了才能试算。"),
            "trial-canteen": _l("这个项目不管这个食堂，请另选一个。"),
            "trial-month-ahead": _l("%(month)s 还没有开始，没有就餐可以试算。"),
            "trial-given-up": FAILURES["trial-given-up"],
        }
    )
    words({"trial-unknown": _l("没有这次试算。")}, status=404)
    words({"month-ill-formed": _l("“%(month)s”不是月份，请写成 2026-11 这样。")}, status=400)
