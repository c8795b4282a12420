"""The OpenAPI descriptions of the sheet's calls, as plain mappings."""

from typing import Any

TEXT = {"type": "string"}
TEXT_OR_NULL = {"type": "string", "nullable": True}
WHOLE = {"type": "integer", "minimum": 0}
INSTANT = {"type": "string", "format": "date-time"}
ROW = {"type": "array", "items": {}}
ROWS = {"type": "array", "items": ROW}
TEXTS = {"type": "array", "items": TEXT}

SINCE = {
    "name": "since",
    "in": "query",
    "required": False,
    "description": "The version that the tablet holds.",
    "schema": TEXT,
}

PLACE = {
    "type": "object",
    "nullable": True,
    "required": ["code", "name", "zone", "days", "periods"],
    "properties": {
        "code": TEXT, "name": TEXT, "zone": TEXT, "days": {"type": "array", "items": {"type": "string", "format": "date"}},
        "periods": {**ROWS, "description": "[meal_period, name, from, to]"},
    },
}  # fmt: skip
SHEET: dict[str, Any] = {
    "version": TEXT,
    "since": {**TEXT_OR_NULL, "description": "Null in a whole sheet; else the version this brings up to date."},
    "made_at": INSTANT,
    "lease_until": INSTANT,
    "epoch": WHOLE,
    "backed_up_through": WHOLE,
    "window": TEXT,
    "place": PLACE,
    "menus": {**ROWS, "nullable": True, "description": "One a slot: [price_fen, dishes, is_sold_out, strip, booked, strip_sponsors, used_up]"},
    "badges": {**ROWS, "nullable": True, "description": "[ref, name, is_manager, sha256 in base64]"},
    "texts": TEXTS,
    "answers": {**ROWS, "description": "[elder_fen, payers by text number, then text number and meals left …]"},
    "rows": {**ROWS, "description": "The numbers of the answers, one a slot"},
    "elders": {
        **ROWS,
        "description": "[ref, card, tail, name, address, age_years, keys, labels, hint, wallet_offline_fen, low, "
        "served, regular, row]; served and regular are bits, one a slot",
    },
    "gone": {**TEXTS, "description": "Refs that are no longer on the list"},
}
DAY_SHEET = {
    "description": "The sheet; a slot is a meal period of a day, day by day and period by period as `place` has them",
    "content": {
        "application/json": {"schema": {"type": "object", "required": list(SHEET), "properties": SHEET}}
    },
}
CARD_HASHES = {
    "description": "72 bytes of head, then four sorted lists of eight bytes a card",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
