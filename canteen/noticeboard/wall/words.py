"""How the wall, the public notice and their refusals read on pages."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from canteen.documents.papers.notice import Unnamed
from canteen.web.refusals import words

INCOME_NAMES = {
    "government": _l("政府补贴"),
    "collective": _l("集体（村、社区）"),
    "charity": _l("慈善捐赠"),
    "sponsorship": _l("商业赞助"),
    "elder": _l("老人个人"),
    "other": _l("其他"),
}
SPENDING_NAMES = {
    "meals": _l("餐费"),
    "delivery": _l("送餐"),
    "running": _l("运营补贴"),
    "helpers": _l("助餐员补助"),
    "equipment": _l("设备和用具"),
    "upkeep": _l("维护"),
    "other": _l("其他"),
}


def joined(codes: Iterable[str], names: dict[str, str]) -> str:
    """The words of a line that tells several things together: 老人个人、其他."""
    return str(gettext("、")).join(str(names.get(code, code)) for code in codes)


def unnamed_words(unnamed: Unnamed) -> list[str]:
    """Those who gave and are not named, each as one short sentence."""
    said = []
    if unnamed.people:
        said.append(gettext("爱心人士 %(count)s 位", count=f"{unnamed.people:,}"))
    if unnamed.units:
        said.append(gettext("爱心单位 %(count)s 家", count=f"{unnamed.units:,}"))
    if unnamed.gifts:
        said.append(gettext("没有留名的捐赠 %(count)s 笔", count=f"{unnamed.gifts:,}"))
    return [str(sentence) for sentence in said]


FIELD_OF = {"notice-publisher": "publisher", "notice-hotline": "hotline", "notice-reason": "reason"}
"""Which field a refusal is about; the others stand at the head of the form."""


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "notice-open-month": _l("%(month)s 还没有月结，不能公示。请先月结。"),
            "notice-published": _l("%(month)s 已经公示。要改的话，先撤回，再发布新的一版。"),
            "notice-later": _l("%(later)s 已经公示，不能再补 %(month)s 的：结余会对不上。"),
            "notice-unbalanced": _l("%(month)s 封存的数和账对不上，不能公示。请先运行核验，查明原因。"),
            "notice-changed": _l("公示的内容刚才变了，没有发布。请再看一遍，再发布。"),
            "notice-publisher": _l("请填公布单位，最多 %(longest)s 个字。"),
            "notice-hotline": _l("监督电话只能是数字、加号、横线和括号，比如 0931-8461234。"),
            "notice-reason": _l("请写明撤回的原因，最多 %(longest)s 个字；原因会公开。"),
            "notice-withdrawn": _l("这份公示已经撤回了。"),
            "poster-failed": _l("海报没有做成，请稍后再试一次。"),
        }
    )
    words({"notice-unknown": _l("没有这份公示。请回到列表再选。")}, status=404)
