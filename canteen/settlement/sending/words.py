"""How sendings, what kept them back, and their refusals read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

WAYS = {"mail": _l("电子邮件"), "drop": _l("存放文件夹")}

STATES = {
    "waiting": _l("等待发送"),
    "sending": _l("正在发送"),
    "sent": _l("已发出"),
    "failed": _l("没有发出去"),
    "unknown": _l("不知道是否发出"),
}

MARKS = {"waiting": "info", "sending": "info", "sent": "ok", "failed": "stop", "unknown": "warn"}

REASONS = {
    "settings": _l("邮件服务器的设置不对。请让维护人员照运行手册核对，再发一次。"),
    "password-file": _l("读不到存放邮箱密码的文件。请让维护人员核对，再发一次。"),
    "no-answer": _l("邮件服务器没有应答。请让维护人员看看网络和邮件服务器。"),
    "tls": _l("和邮件服务器的加密连接没有建立。请让维护人员核对加密方式和证书，再发一次。"),
    "password": _l("邮件服务器不认账号或密码。请让维护人员核对，再发一次。"),
    "sender": _l("邮件服务器不收这个发件地址的信。请让维护人员核对发件地址，再发一次。"),
    "address": _l("邮件服务器不收给这个地址的信。请核对捐赠方的电子邮箱，改好以后再发一次。"),
    "letter": _l("邮件服务器不收这封信。请让维护人员问邮件服务商，或下载文件当面交。"),
    "too-large": _l("附件太大：加起来超过 20 MB，或超过邮件服务器的上限。请下载文件当面交。"),
    "paper": _l("对账单的文件现在生成不了。请联系维护人员。"),
    "paper-lost": _l("存档的文件不见了。请联系维护人员。"),
    "drop-folder": _l("存放文件夹写不进去。请让维护人员核对文件夹的权限和空间。"),
    "interrupted": _l("信已经交给邮件服务器，还没听到回音就断了。请先问捐赠方收到没有，没收到再发一次。"),
}


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "sending-no-address": _l("还没有填捐赠方的电子邮箱。请先在捐赠方的页面上填好，再发送。"),
            "sending-waits": _l("这份对账单已经在等着发送了，没有再发。"),
            "sending-not-unknown": _l("这一次发送的结果已经清楚了，不用再记。"),
        }
    )
    words({"statement-not-donors": _l("只有捐赠方的对账单能这样发送。")}, status=404)
