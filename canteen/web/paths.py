"""Numbers in the address of a page.

A row's number fits the database or names nothing: PostgreSQL refuses a larger one with a fault, and a page that is
not there should say just that.
"""

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:elder_id>`, up to what the database can hold."""

    def to_python(self, value: str) -> int:
        if len(value) > 19 or int(value) > LARGEST:
            raise ValidationError()
        return int(super().to_python(value))


def init(app: Flask) -> None:
    """Use it for every `<int:…>` of an app."""
    app.url_map.converters["int"] = RowNumber
