"""The correction slip's form: why, in one tap and a few words."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

REASONS = {
    "person": _l("点错人"),
    "twice": _l("重复"),
    "not-taken": _l("没取餐"),
    "amount": _l("金额不对"),
    "other": _l("其他"),
}
# As kept in the record, whatever language the page was read in.
KEPT = {"person": "点错人", "twice": "重复", "not-taken": "没取餐", "amount": "金额不对", "other": "其他"}


class CorrectionForm(FlaskForm):
    """Why something is taken back; 其他 wants a word more."""

    reason = RadioField(
        _l("更正原因"), [InputRequired(_l("请选更正原因。"))], choices=lambda: list(REASONS.items())
    )
    note = StringField(_l("说明"), [Optional(), Length(max=150, message=_l("最多 150 个字。"))])

    def validate(self, extra_validators: object = None) -> bool:
        """其他 alone says nothing."""
        is_good = bool(super().validate(extra_validators))
        if self.reason.data == "other" and not (self.note.data or "").strip():
            self.note.errors = [*self.note.errors, _l("选了“其他”，请写一句说明。")]
            return False
        return is_good

    @property
    def stated(self) -> str:
        """The reason as it is kept."""
        note = " ".join((self.note.data or "").split())
        kept = KEPT[self.reason.data]
        return f"{kept}：{note}" if note else kept
