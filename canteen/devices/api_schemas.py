"""The OpenAPI descriptions of enrolment, as plain mappings, and the small parts of which they are built."""

from typing import Any

TEXT = {"type": "string"}
INSTANT = {"type": "string", "format": "date-time"}


def body(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    """A JSON object as a request."""
    return {"required": True, "content": _json(properties, required)}


def answer(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A JSON object as an answer, every key always there."""
    return {"description": description, "content": _json(properties, tuple(properties))}


def _json(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return {"application/json": {"schema": schema}}


PROBLEM = {
    "description": "A problem with a stable code",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "properties": {"status": {"type": "integer"}, "code": TEXT, "title": TEXT},
                "required": ["status", "code", "title"],
            }
        }
    },
}

ENROL = body({"code": TEXT, "name": {"type": "string", "maxLength": 40}}, ("code", "name"))
ENROLLED = answer(
    "The device's credentials, given this once",
    {"device_id": TEXT, "token": TEXT, "secret": TEXT, "canteen": TEXT, "lease_until": INSTANT},
)
