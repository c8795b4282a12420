"""Forms of exported outboxes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class OutboxFileForm(FlaskForm):
    """The file that a tablet saved because it could not send."""

    file = FileField(
        _l("平板导出的文件"),
        [FileRequired(_l("请先选文件。"))],
        description=_l("在平板的“更多”里导出，名字以 canteen-outbox 开头。同一个文件上传两次也只记一次。"),
    )

    def content(self) -> bytes:
        """The file's bytes."""
        return bytes(self.file.data.read())
