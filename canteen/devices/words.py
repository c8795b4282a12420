"""How the refusals of this slice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "already-lost": _l("这台平板已经报过丢失。"),
            "lost-reason": _l("请写明平板怎么丢的或坏的，最多 200 个字；月结要用到这个说明。"),
        }
    )
    words({"device-name": _l("请给平板起个名字，比如“1 号窗口”，最多 %(longest)s 个字。")}, status=400)
    words({"token-unknown": _l("这台平板还没授权，请负责人扫码授权。")}, status=401)
    words(
        {
            "enrolment-code-wrong": _l("授权码不对或已过期。请食堂负责人在“设备”页面重新生成一个。"),
            "device-revoked": _l("这台平板已停用。请食堂负责人重新授权；存着的记录还可以上传。"),
        },
        status=403,
    )
    words({"device-not-revoked": _l("这台平板没有停用，不用清空。")}, status=409)
    words({"device-unknown": _l("没有这台设备。"), "code-unknown": _l("没有这个授权码。")}, status=404)
