"""Numbers and codes in the address of a page.

A row's number fits the database or names nothing: PostgreSQL refuses a larger one with a fault, and a page that is
not there should say just that. So with a code that holds a zero byte, which no text of PostgreSQL can.
"""

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:elder_id>`, up to what the database can hold."""

    def to_python(self, value: str) -> int:
        if len(value) > 19 or int(value) > LARGEST:
            raise ValidationError()
        return int(super().to_python(value))


class Text(UnicodeConverter):
    """`<code>`: anything that the database could hold."""

    def to_python(self, value: str) -> str:
        if "\0" in value:
            raise ValidationError()
        return str(super().to_python(value))


def init(app: Flask) -> None:
    """Use them for every `<int:…>` and every plain `<…>` of an app."""
    app.url_map.converters |= {"int": RowNumber, "default": Text, "string": Text}
