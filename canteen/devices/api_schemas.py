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
    {
        "device_id": TEXT,
        "token": TEXT,
        "secret": TEXT,
        "canteen": TEXT,
        "lease_until": INSTANT,
        "outbox_key": {"type": "string", "description": "Raw P-256 point in base64, to seal an exported outbox to"},
    },
)
WHOLE = {"type": "integer"}
REPORT = body(
    {
        "version": {"type": "string", "maxLength": 40},
        "unsent": {"type": "integer", "minimum": 0},
        "kept": {"type": "integer", "minimum": 0},
        "oldest_unsent_at": {**INSTANT, "nullable": True},
        "sent_at": INSTANT,
        "clock_error_ms": {"type": "integer", "nullable": True, "description": "Measured by round trip, if it was"},
        "battery": {"type": "integer", "minimum": 0, "maximum": 100, "nullable": True},
        "storage_persisted": {"type": "boolean", "nullable": True},
        "self_test": {"type": "object", "nullable": True},
        "epoch": {"type": "integer", "nullable": True},
    },
    ("sent_at",),
)
REPORTED = answer(
    "What the device should know in return",
    {"lease_until": INSTANT, "now": INSTANT, "revoked": {"type": "boolean"}, "epoch": WHOLE},
)
EMPTIED = answer("When it was emptied", {"emptied_at": INSTANT})
