"""The OpenAPI descriptions of the till's calls, as plain mappings.

Records are described and not enforced by a schema: one broken record must not refuse the other four hundred and
ninety-nine, so each is read by itself (`records`).
"""

from typing import Any

FEN = {"type": "integer", "minimum": 0}
FEN_OR_NULL = {"type": "integer", "minimum": 0, "nullable": True}
TEXT_OR_NULL = {"type": "string", "nullable": True}
INSTANT = {"type": "string", "format": "date-time"}
HEX_32 = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
PERIOD = {"type": "string", "enum": ["breakfast", "lunch", "dinner"]}

RECORD: dict[str, Any] = {
    "type": "object",
    "required": ["scan_id", "boot_id", "seq", "meal_period", "channel", "seen_at", "mono_ms", "decision"],
    "properties": {
        "scan_id": HEX_32,
        "boot_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "seq": {"type": "integer", "minimum": 0},
        "token": {"type": "string"},
        "token_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "elder_ref": {"type": "string"},
        "meal_period": PERIOD,
        "channel": {"type": "string", "enum": ["dine-in", "takeaway", "delivery"]},
        "seen_at": INSTANT,
        "mono_ms": {"type": "number", "minimum": 0},
        "anchor": TEXT_OR_NULL,
        "shown_elder_fen": FEN_OR_NULL,
        "decision": {
            "type": "string",
            "enum": ["ONLINE", "ACCEPTED", "REFUSED", "GUEST", "FULL_PRICE", "SERVED_ANYWAY"],
        },
        "note": TEXT_OR_NULL,
        "cashier_ref": TEXT_OR_NULL,
        "shift_id": TEXT_OR_NULL,
        "price_basis": {"type": "string", "nullable": True, "enum": ["subsidised", "full", None]},
        "tender": {"type": "string", "nullable": True, "enum": ["wallet", "cash", None]},
        "cash_taken_fen": FEN_OR_NULL,
        "set_ref": TEXT_OR_NULL,
        "tray": {"type": "array", "nullable": True, "items": {"type": "object"}},
    },
}
RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["scan_id", "state", "code", "meal_no", "commit_no", "shares", "notices"],
    "properties": {
        "scan_id": TEXT_OR_NULL,
        "state": {"type": "string", "enum": ["MEAL", "EXCEPTION", "REJECTED"]},
        "code": TEXT_OR_NULL,
        "meal_no": {"type": "integer", "nullable": True},
        "commit_no": {"type": "integer", "nullable": True},
        "price_fen": FEN_OR_NULL,
        "elder_fen": FEN_OR_NULL,
        "wallet_fen": FEN_OR_NULL,
        "cash_fen": FEN_OR_NULL,
        "balance_fen": FEN_OR_NULL,
        "shares": {
            "type": "array",
            "items": {"type": "object", "properties": {"payer": {"type": "string"}, "fen": FEN}},
        },
        "notices": {"type": "array", "items": {"type": "string"}},
        "strip": {**TEXT_OR_NULL, "description": "Donors, the same for all who eat"},
        "strip_sponsors": {**TEXT_OR_NULL, "description": "Commercial sponsors; only where there are some"},
        "used_up": {
            "type": "array", "items": {"type": "string"}, "description": "Whose money has ended; only where some has",
        },
        "message": {"type": "string"},
    },
}


def _content(schema: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
    return {"content": {media: {"schema": schema}}}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def _body(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"required": True, **_content(_object(properties, optional))}


def _answer(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **_content(_object(properties))}


BATCH = _body(
    {"sent_at": INSTANT, "records": {"type": "array", "minItems": 1, "maxItems": 500, "items": RECORD}}
)
BATCH_ANSWER = _answer(
    "One result a record, in the order sent",
    {
        "epoch": {"type": "integer"},
        "anchor": {"type": "string"},
        "backed_up_through": {"type": "integer"},
        "results": {"type": "array", "items": RESULT},
    },
)
CANCEL = _body({"cancel_id": HEX_32, "reason": TEXT_OR_NULL, "seen_at": INSTANT}, ("reason", "seen_at"))
CASH_MEAL = _body(
    {
        "id": HEX_32, "meal_period": PERIOD, "portions": {"type": "integer", "minimum": 1}, "price_fen": FEN,
        "seen_at": INSTANT,
    },
    ("seen_at",),
)  # fmt: skip
TILL = _answer(
    "The canteen, the running meal period, what is served so far",
    {"canteen": {"type": "object"}, "meal_period": TEXT_OR_NULL, "served": {"type": "integer"}},
)
FIND = _answer("At most eight elders", {"elders": {"type": "array", "items": {"type": "object"}}})
PROBLEM = {
    "description": "A problem with a stable code",
    **_content(
        _object({"status": {"type": "integer"}, "code": {"type": "string"}, "title": {"type": "string"}}),
        "application/problem+json",
    ),
}
