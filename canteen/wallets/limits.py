"""How much a wallet takes, each bound a setting in whole yuan."""

from canteen.config import setting
from canteen.core.money import parse_yuan

HIGHEST_CEILING_FEN = 500_000

TOP_UP_LIMIT_FEN = parse_yuan(
    setting("CANTEEN_TOP_UP_LIMIT", "1000", "Most yuan that one top-up of a wallet takes in.")
)
WALLET_CEILING_FEN = min(
    parse_yuan(setting("CANTEEN_WALLET_CEILING", "2000", "Most yuan that a wallet holds; never above 5000.")),
    HIGHEST_CEILING_FEN,
)
VOUCHER_LIMIT_FEN = 1_000_000
OFFLINE_CREDIT_FEN = parse_yuan(
    setting("CANTEEN_OFFLINE_CREDIT", "0", "Most yuan that a tablet without a network lets each elder owe.")
)
