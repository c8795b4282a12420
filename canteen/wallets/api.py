"""Endpoint of wallets: a top-up at the till, online only."""

import re
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _
from flask_smorest import Blueprint

from canteen.cards.queries import by_token, holder_by_ref
from canteen.core.errors import Refusal
from canteen.core.token import WellFormed, read_code
from canteen.db import reading
from canteen.devices.api import current_device
from canteen.devices.api_schemas import PROBLEM, TEXT, answer, body
from canteen.devices.queries import trusted
from canteen.wallets.services import METHODS, NewTopUp, top_up
from canteen.web.access import device_only
from canteen.web.errors import problem

bp = Blueprint("wallets_api", __name__, url_prefix="/api/v1", description="Wallets")

ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
MOST_FEN = 10**12
REVOKED = {
    "lost": ("card-lost", "这张卡已挂失。请先解挂，或者补卡。"),
    "replaced": ("card-replaced", "这是旧卡，已经换过了。请用新卡。"),
    "closed": ("card-closed", "这张卡已注销，钱包也已结清。"),
}


FEN = {"type": "integer"}
TOP_UP = body(
    {"id": TEXT, "token": TEXT, "elder_ref": TEXT, "amount_fen": FEN, "method": {"enum": list(METHODS)}},
    ("id", "amount_fen", "method"),
)
TOPPED_UP = answer(
    "What the wallet held right after", {"id": TEXT, "amount_fen": FEN, "method": TEXT, "balance_fen": FEN}
)


@bp.post("/top-ups")
@bp.doc(
    summary="Take money into a wallet, once per id",
    requestBody=TOP_UP,
    responses={200: TOPPED_UP, 400: PROBLEM, 401: PROBLEM, 403: PROBLEM, 404: PROBLEM, 409: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def top_ups() -> Response:
    """Take money in: `{id, token | elder_ref, amount_fen, method}`; the same id answers the same for ever."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not _is_top_up(sent):
        return problem(
            400, "bad-request", _("请求要有 id、token 或 elder_ref、amount_fen（整数分）和 method。")
        )
    device = current_device()
    with reading() as session:
        trusted(session, device.id)
    elder_id = _elder_id(sent)
    wanted = NewTopUp(
        sent["id"], elder_id, device.canteen_id, sent["amount_fen"], sent["method"], device.actor
    )
    done = top_up(wanted)
    return jsonify(
        id=sent["id"], amount_fen=done.amount_fen, method=done.method, balance_fen=done.balance_fen
    )


def _is_top_up(sent: dict[str, Any]) -> bool:
    texts = [sent.get(name) for name in ("token", "elder_ref") if sent.get(name) is not None]
    amount = sent.get("amount_fen")
    return (
        isinstance(sent.get("id"), str)
        and ID.fullmatch(sent["id"]) is not None
        and len(texts) == 1
        and isinstance(texts[0], str)
        and isinstance(amount, int)
        and not isinstance(amount, bool)
        and abs(amount) < MOST_FEN
        and sent.get("method") in METHODS
    )


def _elder_id(sent: dict[str, Any]) -> int:
    with reading() as session:
        if sent.get("elder_ref") is not None:
            return holder_by_ref(session, sent["elder_ref"]).elder_id
        read = read_code(sent["token"])
        if not isinstance(read, WellFormed):
            raise Refusal("card-not-clear", "没扫清楚，请再扫一次。")
        card = by_token(session, read.sha256)
    if card is None:
        raise Refusal("card-unknown", "没有这张卡。请核对是不是本区的就餐卡。")
    if card.state in REVOKED:
        raise Refusal(*REVOKED[card.state])
    return card.elder_id
