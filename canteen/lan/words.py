"""How the refusals of this part read on a page; the terminal's sentences also name the file."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "certificate-incomplete": _l("证书文件和私钥文件要一起设置。"),
            "certificate-other-key": _l("私钥和证书不是一对，请换成同一次申请的两个文件。"),
            "certificate-unreadable": _l("读不了设置里给的证书或私钥文件。"),
        }
    )
