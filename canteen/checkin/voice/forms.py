"""Forms of the till's voice: a recording, and what is spoken and shown."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField

from canteen.checkin.voice.queries import Choice


class ClipForm(FlaskForm):
    """One recording of one phrase; a browser with a microphone fills the file by itself."""

    phrase = StringField()
    sound = FileField(_l("录音文件"))

    def recording(self) -> bytes:
        """The bytes that were sent; none where no file was chosen."""
        return bytes(self.sound.data.read()) if self.sound.data else b""


class ChoiceForm(FlaskForm):
    """What is spoken and shown to everybody; all off keeps every accept alike."""

    speaks_amounts = BooleanField(
        _l("报出本人付多少钱"), description=_l("不选时每位老人听到的一样；要收现金时总会报。")
    )
    speaks_sponsor = BooleanField(_l("冠名的日子报出资助方"))
    shows_amounts = BooleanField(_l("顾客屏上显示本人付多少钱"))

    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(self.speaks_amounts.data, self.speaks_sponsor.data, self.shows_amounts.data)
