"""How links and their refusals read."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

STATES = {
    "fresh": (_l("还没有打开过"), "info"),
    "bound": (_l("在用"), "ok"),
    "expired": (_l("已过期"), "off"),
    "revoked": (_l("已停用"), "stop"),
}
DEVICES = {"phone": _l("手机"), "tablet": _l("平板"), "computer": _l("电脑"), "other": _l("其他设备")}
USES = {
    "opened": _l("打开链接"),
    "page": _l("看页面"),
    "elsewhere": _l("在另一台设备上打开，没有让看"),
    "expired": _l("过期以后打开，没有让看"),
    "revoked": _l("停用以后打开，没有让看"),
}


def use_in_words(what: str) -> str:
    """What a link was used for, in the page's language."""
    kind, _colon, number = what.partition(":")
    if kind == "paper":
        return str(_("下载对账单 %(number)s", number=number))
    return str(USES.get(kind, what))


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "link-days": _l("有效期要在 1 到 %(most)s 天之间。"),
            "link-label": _l("请写明链接给谁，最多 %(longest)s 个字。"),
        },
        status=400,
    )
    words({"link-unknown": _l("没有这个链接。请回到链接列表再选。")}, status=404)
    words({"link-elsewhere": _l("这个链接已经在另一台设备上用过")}, status=403)
    words(
        {"link-revoked": _l("这个链接已经停用"), "link-expired": _l("这个链接已经过期，或者不完整")},
        status=410,
    )
