"""How the refusals of exported outboxes read, and why a file waits."""

from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

FAULTS: dict[str, Any] = {
    "no-file": _l("这不是平板导出的文件，或者文件不完整"),
    "altered": _l("文件不完整，或者被改过"),
    "not-ours": _l("文件不是给这台服务器的"),
    "foreign": _l("文件不是本食堂平板的"),
    "letters": _l("记录已经记入，有几件别的事服务器没有接受"),
    "begun": _l("上次没有读完，再上传一次就会接着读"),
}


def register() -> None:
    """Give each code its sentence in the page's language."""
    words({"outbox-file-size": _l("请选平板导出的文件，最大 24 MB。")}, status=400)
    words({"outbox-file-reason": _l("请写明为什么不要这个文件，最多 200 个字。")}, status=400)
    words({"outbox-file-unknown": _l("没有这个文件。")}, status=404)
    words({"outbox-file-settled": _l("这个文件已经处理过了。")})
