"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.elders.words import finding_in_words
from canteen.sponsors.guest_list import ReadGuests
from canteen.web.refusals import words

DOUBTS = {
    "guest-unknown": _l("第 %(row)s 行：没有登记过这位老人，没有列入。请先登记，再导入名单。"),
    "guest-name": _l("第 %(row)s 行：姓名和登记的不一样，请核对是不是同一位。"),
}


def findings_in_words(read: ReadGuests) -> list[str]:
    """What a list's rows are in for, by row, in the page's language."""
    doubts = [(int(doubt.where), str(DOUBTS[doubt.code]) % {"row": doubt.where}) for doubt in read.doubts]
    faults = [(fault.row, finding_in_words(fault)) for fault in read.faults]
    return [text for _row, text in sorted(doubts + faults)]


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "fund-taken": _l("代码“%(fund)s”已经用了，请换一个。"),
            "fund-code": _l("资金代码用字母、数字、点、横线和下划线，不以符号开头，最多 60 个，比如 weida。"),
            "fund-terms": _l("每餐和每天的最高金额、预算都要大于 0；不设就空着。"),
            "sponsor-name": _l("请填捐赠方的名称，最多 %(longest)s 个字。"),
            "gift-amount": _l("到账金额不能小于 0。"),
            "gift-many": _l("众多小额捐赠人的钱要一笔一笔记：第一笔到账请填 0，建好资金以后再记。"),
            "guests-none": _l("名单里没有一位是登记过的老人，什么也没有改。请先登记老人，再导入名单。"),
        }
    )
    words({"fund-unknown": _l("没有代码是“%(fund)s”的资金。请核对代码，或先添加。")}, status=404)
