"""How the refusals about the till's voice read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "clip-empty": _l("没有录到声音，请重新录一次，或选一个录音文件。"),
            "clip-large": _l("录音太大，最多 %(most)s KB。请只录这一句，三秒以内。"),
            "clip-kind": _l("这不是录音文件。可以用 WAV、MP3、M4A、OGG 或 WebM。"),
        },
        status=422,
    )
    words(
        {
            "clip-unknown": _l("没有这段录音，可能刚刚换过。请刷新页面。"),
            "phrase-unknown": _l("没有这一句。请刷新页面再试。"),
        },
        status=404,
    )
    words({"no-former": _l("这一句没有以前的录音可以换回。")})
