"""Fields that the trade needs in many forms.

An amount in yuan, a day in three boxes. Text in, whole fen or a date out.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import Field, Form
from wtforms.utils import unset_value
from wtforms.widgets import TextInput

AMOUNT = re.compile(r"¥?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?\s*元?")


def read_yuan(text: str) -> int | None:
    """Text such as `12`, `12.5`, `¥1,234.50`, full width too, as whole fen; None where it is no amount."""
    found = AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    whole, rest = found.groups()
    return int(whole.replace(",", "")) * 100 + int((rest or "").ljust(2, "0"))


class YuanField(Field):
    """An amount typed in yuan; its data is whole fen."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{self.data // 100}.{self.data % 100:02d}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        self.data = read_yuan(typed)
        if self.data is None:
            raise ValueError(gettext("金额要写成数字，最多两位小数，比如 50 或 50.50。"))


class DatePartsField(Field):
    """A day typed as 年, 月, 日 in three boxes; its data is a date."""

    PARTS: Sequence[str] = ("year", "month", "day")

    data: date | None
    process_errors: Sequence[str]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self._typed = dict.fromkeys(self.PARTS, "")
        super().process(None, data, extra_filters)
        names = {part: f"{self.name}-{part}" for part in self.PARTS}
        if not formdata or not any(name in formdata for name in names.values()):
            self._show(self.data)
            return
        self.data = None
        for part, name in names.items():
            self._typed[part] = unicodedata.normalize("NFKC", formdata.get(name, "")).strip()
        self.raw_data = ["-".join(self._typed.values())] if any(self._typed.values()) else []
        if self.raw_data:
            self._read()

    def typed(self, part: str) -> str:
        """What stands in one of the boxes, as it was typed."""
        return self._typed[part]

    def _show(self, value: date | None) -> None:
        if value is not None:
            self._typed = {part: str(getattr(value, part)) for part in self.PARTS}

    def _read(self) -> None:
        try:
            self.data = date(*(int(self._typed[part]) for part in self.PARTS))
        except ValueError:
            self.process_errors = [
                *self.process_errors,
                gettext("没有这一天。请写成年、月、日，比如 1944 年 3 月 8 日。"),
            ]


def faults(form: Form) -> list[dict[str, str]]:
    """Every fault of a form for its summary: where on the page it is, and the words."""
    found = [{"target": "", "message": str(message)} for message in form.form_errors]
    for field in form:
        target = field.id
        if field.type == "RadioField":
            target = f"{field.id}-0"
        elif field.type == "DatePartsField":
            target = f"{field.id}-year"
        found += [{"target": target, "message": str(message)} for message in _flat(field.errors)]
    return found


def _flat(errors: Any) -> list[str]:
    if isinstance(errors, dict):
        return [message for inner in errors.values() for message in _flat(inner)]
    if isinstance(errors, list | tuple):
        return [message for inner in errors for message in _flat(inner)]
    return [str(errors)]  # a lazy text is no str yet


def choices(field: Any) -> list[tuple[Any, str, bool]]:
    """Value, words and whether chosen, of each choice of a select field."""
    return [(choice[0], choice[1], choice[2]) for choice in field.iter_choices()]
